import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';

/** A text that the terminal shows, and the keys to type then. */
export type Answer = [shown: RegExp, typed: string];

/** The Enter key. */
export const enter = '\r';
/** Ctrl-C. */
export const ctrlC = '\u0003';

/** The result of a program in a terminal. */
export interface Session {
  code: number;
  /** The whole output with control sequences. */
  raw: string;
  /** The output without control sequences. */
  text: string;
}

/** Runs a program in a pseudo-terminal of 100 columns, and answers its questions in this order. */
export function runInTerminal(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  answers: readonly Answer[] = [],
): Promise<Session> {
  const terminal = spawn(program, [...args], {
    name: 'xterm-256color',
    cols: 100,
    rows: 40,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
  });
  const open = [...answers];
  let raw = '';
  let seen = 0;
  terminal.onData((data) => {
    raw += data;
    const [next] = open;
    if (!next?.[0].test(readable(raw.slice(seen)))) return;
    seen = raw.length;
    open.shift();
    terminal.write(next[1]);
  });
  return new Promise((resolve, reject) => {
    // A program with another question would wait for ever.
    const timer = setTimeout(() => {
      terminal.kill('SIGKILL');
      reject(new Error(`${args.join(' ')} did not end; it shows:\n${readable(raw)}`));
    }, 40_000);
    terminal.onExit(({ exitCode }) => {
      clearTimeout(timer);
      const left = open.map(([shown]) => String(shown));
      if (left.length > 0) reject(new Error(`${args.join(' ')} never asked ${left}:\n${readable(raw)}`));
      else resolve({ code: exitCode, raw, text: readable(raw) });
    });
  });
}

/** Removes control sequences and normalises line ends. */
function readable(raw: string): string {
  return stripVTControlCharacters(raw).replaceAll('\r\n', '\n');
}
