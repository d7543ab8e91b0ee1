import { InvalidInput } from '../../api/client.ts';
import { report } from '../../errors.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** What the API has against an integration. Anything else is thrown on. */
export function problemsIn(error: unknown): InvalidInput {
  if (error instanceof InvalidInput) return error;
  throw error;
}

/** Tells what is wrong with which field. Returns the exit code. */
export function explainProblems(terminal: Terminal, invalid: InvalidInput, subject: string): number {
  terminal.tell(`${subject} is invalid.\n`);
  return report(terminal, invalid);
}

/** The same for what was just given. What Bitbucket has against an OAuth consumer comes with what to do about it. */
export function explainRefusal(terminal: Terminal, invalid: InvalidInput, subject: string): number {
  const { app_credentials: problem, ...others } = invalid.problems;
  if (problem === undefined || Object.keys(others).length > 0)
    return explainProblems(terminal, invalid, subject);
  terminal.tell('Invalid Bitbucket credentials\n');
  terminal.tell(printable(problem.replace(/^Invalid Bitbucket credentials[:.]? */, '')));
  return 1;
}
