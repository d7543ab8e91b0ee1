import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';

/** What to type once the terminal shows something. */
export type Answer = [shown: RegExp, typed: string];

export const enter = '\r';
export const ctrlC = '\u0003';

export interface Session {
  code: number;
  /** All that came, with the sequences that move the cursor. */
  raw: string;
  /** What a person reads. */
  text: string;
}

/** Runs a program in a terminal of its own, 100 columns wide, and answers what it asks, in this order. */
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
    // One that asks something else waits for ever.
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

/** Without sequences for the terminal, with its line ends as ours. */
function readable(raw: string): string {
  return stripVTControlCharacters(raw).replaceAll('\r\n', '\n');
}
