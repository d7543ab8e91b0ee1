import { CliError } from './errors.ts';

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Does work that cleans up after itself when it is interrupted: its signal is aborted then, with a `CliError`. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = (name: keyof typeof signals) =>
    interruption.abort(new CliError('Interrupted.', { exitCode: signals[name] }));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
