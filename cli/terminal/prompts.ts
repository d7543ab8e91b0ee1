import askConfirm from '@inquirer/confirm';
import askInput from '@inquirer/input';
import askSecret from '@inquirer/password';
import askChoice from '@inquirer/select';
import { CliError } from '../errors.ts';
import { hint } from './answers.ts';
import { Interruption } from './interrupt.ts';
import type { Questions } from './terminal.ts';

/** Questions to the person at the terminal, on stderr. */

export const confirm: Questions['confirm'] = (question, options = {}) =>
  answered((context) =>
    askConfirm(
      {
        ...laidOut(question, { defaultAnswer: () => hint(options.default) }),
        default: options.default ?? true,
      },
      context,
    ),
  );

export const input: Questions['input'] = (question, options = {}) =>
  answered((context) => askInput({ ...laidOut(question), ...options }, context));

export const secret: Questions['secret'] = (question, options = {}) =>
  answered((context) => askSecret({ ...laidOut(question), ...options, toggleMask: false }, context));

/** Chosen with the arrow keys, by its number, or by the beginning of its name. */
export const choose: Questions['choose'] = (question, choices, options = {}) => {
  const { message, theme } = laidOut(question);
  const numbered = { ...theme, indexMode: 'number' as const };
  return answered((context) =>
    askChoice({ message, theme: numbered, choices: [...choices], pageSize: 15, ...options }, context),
  );
};

/**
 * A question without a decoration before it. The prompts put a space between their prefix and their message,
 * so the prefix is the first word.
 */
function laidOut(question: string, style: { defaultAnswer?: (answer: string) => string } = {}) {
  const [prefix = '', ...others] = question.split(' ');
  return {
    message: others.join(' '),
    theme: { prefix, style: { message: (text: string) => text, ...style } },
  };
}

interface Context {
  output: NodeJS.WritableStream;
  signal: AbortSignal;
}

/** The answer; whoever goes away without one ends the command. */
async function answered<T>(ask: (context: Context) => Promise<T>): Promise<T> {
  const closing = new AbortController();
  const close = () => closing.abort();
  // A prompt does not notice that its input is closed (Ctrl-D), and would be waited for without end.
  process.stdin.once('pause', close).once('end', close);
  try {
    return await ask({ output: process.stderr, signal: closing.signal });
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ExitPromptError') {
      throw new Interruption('SIGINT', { cause });
    }
    throw new CliError('Aborted.', { cause });
  } finally {
    process.stdin.off('pause', close).off('end', close);
  }
}
