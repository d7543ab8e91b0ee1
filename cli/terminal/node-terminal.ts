import { setTimeout } from 'node:timers/promises';
import type { Checkout } from '../context/checkout.ts';
import { plainProgress, type Terminal } from './terminal.ts';

/** The terminal or pipes of this process. */
export function nodeTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    // The reader closed the pipe, as `| head` does.
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  }
  const { stdin, stdout, stderr, env } = process;
  const info = (line: string) => void stderr.write(`${line}\n`);
  const prompts = () => import('./prompts.ts');
  let checkout: Promise<Checkout | null> | undefined;
  return {
    env,
    checkout() {
      checkout ??= import('../context/checkout.ts').then(({ readCheckout }) => readCheckout(process.cwd()));
      return checkout;
    },
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    columns: stdout.isTTY ? stdout.columns : undefined,
    hasColours: stdout.isTTY === true && stderr.isTTY === true && !env['NO_COLOR'],
    write: (text) => void stdout.write(text),
    writeLog: (line) => void stdout.write(`${line}\n`),
    info,
    error: info,
    confirm: async (...asked) => (await prompts()).confirm(...asked),
    input: async (...asked) => (await prompts()).input(...asked),
    secret: async (...asked) => (await prompts()).secret(...asked),
    choose: async (...asked) => (await prompts()).choose(...asked),
    async progress() {
      const canMove = stderr.isTTY && env['TERM'] !== 'dumb';
      return canMove ? (await import('./progress-bar.ts')).progressBar(stderr) : plainProgress(info);
    },
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { ...(signal && { signal }) }),
  };
}
