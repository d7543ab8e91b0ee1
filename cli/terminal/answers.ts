import { CliError } from '../errors.ts';
import type { Questions, Terminal } from './terminal.ts';

/** The answers that the user gave in advance, with the options that every command has. */
export interface Answers {
  /** `--yes`: yes to confirmations, the default to other questions. */
  yes: boolean;
  /** `--no`: no to confirmations, the default to other questions. */
  no: boolean;
  /** False with `--no-interaction`: the default to every question. */
  interaction: boolean;
}

/** A terminal that answers questions in advance. Confirmations are printed with their answer, as if they had been asked. */
export function withPresetAnswers(terminal: Terminal, { yes, no, interaction }: Answers): Terminal {
  // With both options, `--no` wins because it changes nothing.
  const said = no ? false : yes ? true : undefined;
  const canAsk =
    terminal.interactive && said === undefined && interaction && !isInteractionDisabled(terminal);
  if (canAsk) return terminal;
  return { ...terminal, ...presetQuestions(terminal, said), interactive: false };
}

function isInteractionDisabled({ env }: Terminal): boolean {
  return !/^(0|false|)$/.test(env['BOUGH_NO_INTERACTION'] ?? '');
}

function presetQuestions({ info }: Terminal, said: boolean | undefined): Questions {
  return {
    async confirm(question, options) {
      const answer = said ?? options?.default ?? true;
      info(`${question} ${yesNoHint(options?.default)} ${answer ? 'y' : 'n'}`);
      return answer;
    },
    input: async (question, options) => options?.default ?? refuse(question),
    secret: async (question) => refuse(question),
    choose: async (question, _, options) => options?.default ?? refuse(question),
  };
}

/** The hint after a yes-or-no question: the capital letter is the answer for Enter. */
export function yesNoHint(isYes = true): string {
  return isYes ? '[Y/n]' : '[y/N]';
}

function refuse(question: string): never {
  throw new CliError(`The terminal is not interactive, and this question has no default: ${question}`);
}
