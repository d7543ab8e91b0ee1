import { CliError } from '../errors.ts';

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** The command was interrupted by SIGINT or SIGTERM; the exit code is 128 plus the signal's number. */
export class Interruption extends CliError {
  constructor(signal: keyof typeof signals, options: ErrorOptions = {}) {
    super('Interrupted.', { ...options, exitCode: signals[signal] });
  }
}

/** Runs work with a signal that is aborted with an `Interruption` on SIGINT or SIGTERM, so that the work can clean up. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (name: keyof typeof signals) => controller.abort(new Interruption(name));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
