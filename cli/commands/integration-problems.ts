import { ApiError } from '../api/client.ts';
import { printable } from '../output/text.ts';
import type { Terminal } from '../terminal.ts';

/** What is wrong with an integration, by field. */
export interface Problems {
  problems: Record<string, string>;
}

/** What the API has against an integration. Anything else is thrown on. */
export function problemsIn(error: unknown): Problems {
  if (error instanceof ApiError && error.fields) return { problems: error.fields };
  throw error;
}

/** Tells what is wrong with which field. Returns the exit code. */
export function explainProblems(terminal: Terminal, { problems }: Problems, subject: string): number {
  const errors = Object.entries(problems);
  terminal.tell(`${subject} is invalid.\n`);
  terminal.tell(
    errors.length === 1
      ? 'The following error was found:'
      : `The following ${errors.length} errors were found:`,
  );
  terminal.write(errors.map(([field, message]) => `${field}: ${message}\n`).join(''));
  return 4;
}

/** The same for what was just given. What Bitbucket has against an OAuth consumer comes with what to do about it. */
export function explainRefusal(terminal: Terminal, refused: Problems, subject: string): number {
  const { app_credentials: problem, ...others } = refused.problems;
  if (problem === undefined || Object.keys(others).length > 0)
    return explainProblems(terminal, refused, subject);
  terminal.tell('Invalid Bitbucket credentials\n');
  terminal.tell(printable(problem.replace(/^Invalid Bitbucket credentials[:.]? */, '')));
  return 1;
}
