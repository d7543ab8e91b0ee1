import { CliError } from '../errors.ts';
import type { Questions, Terminal } from './terminal.ts';

/** How the user answered questions beforehand, with options that every command has. */
export interface Answers {
  /** `--yes`: yes to what is to be confirmed, and the default to everything else. */
  yes: boolean;
  /** `--no`: no to what is to be confirmed, and the default to everything else. */
  no: boolean;
  /** False with `--no-interaction`: the default to everything. */
  interaction: boolean;
}

/** The terminal of a user who has answered beforehand. What is confirmed without asking is shown as if it had been asked. */
export function answering(terminal: Terminal, { yes, no, interaction }: Answers): Terminal {
  // Of both, the one that does no harm.
  const said = no ? false : yes ? true : undefined;
  const isAsked = terminal.interactive && said === undefined && interaction && !isSilent(terminal);
  if (isAsked) return terminal;
  return { ...terminal, ...unasked(terminal, said), interactive: false };
}

function isSilent({ env }: Terminal): boolean {
  return !/^(0|false|)$/.test(env['BOUGH_NO_INTERACTION'] ?? '');
}

function unasked({ tell }: Terminal, said: boolean | undefined): Questions {
  return {
    async confirm(question, options) {
      const answer = said ?? options?.default ?? true;
      tell(`${question} ${hint(options?.default)} ${answer ? 'y' : 'n'}`);
      return answer;
    },
    input: async (question, options) => options?.default ?? refuse(question),
    secret: async (question) => refuse(question),
    choose: async (question, _, options) => options?.default ?? refuse(question),
  };
}

/** How a yes-or-no question shows what is answered by pressing Enter. */
export function hint(isYes = true): string {
  return isYes ? '[Y/n]' : '[y/N]';
}

function refuse(question: string): never {
  throw new CliError(`An answer is needed, and nobody can be asked: ${question}`);
}
