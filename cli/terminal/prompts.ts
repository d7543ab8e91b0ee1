import askConfirm from '@inquirer/confirm';
import askInput from '@inquirer/input';
import askSecret from '@inquirer/password';
import askChoice from '@inquirer/select';
import { CliError } from '../errors.ts';
import { yesNoHint } from './answers.ts';
import { Interruption } from './interrupt.ts';
import type { Questions } from './terminal.ts';

/** Asks a yes-or-no question on stderr. */
export const confirm: Questions['confirm'] = (question, options = {}) =>
  askWithAbort((context) =>
    askConfirm(
      {
        ...promptLayout(question, { defaultAnswer: () => yesNoHint(options.default) }),
        default: options.default ?? true,
      },
      context,
    ),
  );

/** Asks for a line of text on stderr. */
export const input: Questions['input'] = (question, options = {}) =>
  askWithAbort((context) => askInput({ ...promptLayout(question), ...options }, context));

/** Asks for a line of text on stderr without showing it. */
export const secret: Questions['secret'] = (question, options = {}) =>
  askWithAbort((context) => askSecret({ ...promptLayout(question), ...options, toggleMask: false }, context));

/** Lets the user choose with the arrow keys, by number, or by a prefix of the name, on stderr. */
export const choose: Questions['choose'] = (question, choices, options = {}) => {
  const { message, theme } = promptLayout(question);
  const numbered = { ...theme, indexMode: 'number' as const };
  return askWithAbort((context) =>
    askChoice({ message, theme: numbered, choices: [...choices], pageSize: 15, ...options }, context),
  );
};

/**
 * Shows a question without the library's decoration. The library puts a space between prefix and message,
 * so the prefix is the question's first word.
 */
function promptLayout(question: string, style: { defaultAnswer?: (answer: string) => string } = {}) {
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

/** Resolves to the answer. Throws `Interruption` on Ctrl-C and `CliError` when the input is closed. */
async function askWithAbort<T>(ask: (context: Context) => Promise<T>): Promise<T> {
  const closing = new AbortController();
  const close = () => closing.abort();
  // The prompts ignore a closed input (Ctrl-D) and would wait forever.
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
