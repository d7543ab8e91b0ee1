import { ApiError } from '../api/client.ts';
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

/** The same for what was just given. Of an OAuth consumer it is known what most often is the matter. */
export function explainRefusal(terminal: Terminal, refused: Problems, subject: string): number {
  if (refused.problems['app_credentials'] === undefined) return explainProblems(terminal, refused, subject);
  terminal.tell('Invalid Bitbucket credentials\n');
  terminal.tell('Ensure that the OAuth consumer key and secret are valid.');
  terminal.tell(
    'Additionally, ensure that the OAuth consumer has a callback URL set (even just to http://localhost).',
  );
  return 1;
}
