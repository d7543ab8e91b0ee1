import { CliError } from '../errors.ts';

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** The user, or the system, has had enough. */
export class Interruption extends CliError {
  constructor(signal: keyof typeof signals, options: ErrorOptions = {}) {
    super('Interrupted.', { ...options, exitCode: signals[signal] });
  }
}

/** Does work that cleans up after itself when it is interrupted: its signal is aborted then, with an `Interruption`. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (name: keyof typeof signals) => controller.abort(new Interruption(name));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
