import { InvalidInput } from '../../api/client.ts';
import { report } from '../../errors.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** A catch handler that returns field errors as a value and rethrows other errors. */
export function asInvalidInput(error: unknown): InvalidInput {
  if (error instanceof InvalidInput) return error;
  throw error;
}

/** Prints the field errors. Returns the exit code. */
export function reportProblems(terminal: Terminal, invalid: InvalidInput, subject: string): number {
  terminal.info(`${subject} is invalid.\n`);
  return report(terminal, invalid);
}

/** Prints the field errors of new settings; an error about the OAuth consumer alone has a message of its own. Returns the exit code. */
export function reportRefusal(terminal: Terminal, invalid: InvalidInput, subject: string): number {
  const { app_credentials: problem, ...others } = invalid.problems;
  if (problem === undefined || Object.keys(others).length > 0)
    return reportProblems(terminal, invalid, subject);
  terminal.info('Invalid Bitbucket credentials\n');
  terminal.info(printable(problem.replace(/^Invalid Bitbucket credentials[:.]? */, '')));
  return 1;
}
