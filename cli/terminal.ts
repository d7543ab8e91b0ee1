import { setTimeout } from 'node:timers/promises';

/** What a command has of the outside, apart from the API. Data goes to stdout, everything else to stderr. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  /** True when a person can answer questions. */
  interactive: boolean;
  /** Writes data as it is. */
  write(text: string): void;
  /** Writes a line of anything that is not data. */
  tell(line: string): void;
  /** Asks a question and waits for a line. */
  ask(question: string): Promise<string>;
  pause(milliseconds: number): Promise<void>;
}

export function nodeTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read the output (`| head`) has seen enough.
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  }
  return {
    env: process.env,
    interactive: process.stdin.isTTY === true,
    write: (text) => void process.stdout.write(text),
    tell: (line) => void process.stderr.write(`${line}\n`),
    async ask(question) {
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    pause: (milliseconds) => setTimeout(milliseconds),
  };
}

/** The answer to a yes-or-no question; yes, where nobody can be asked. */
export async function confirm(
  terminal: Terminal,
  question: string,
  { yes, no }: { yes?: boolean | undefined; no?: boolean | undefined },
): Promise<boolean> {
  if (no) return false;
  if (yes || !terminal.interactive) return true;
  for (;;) {
    const answer = (await terminal.ask(`${question} [Y/n] `)).trim();
    if (/^(y|yes|)$/i.test(answer)) return true;
    if (/^(n|no)$/i.test(answer)) return false;
  }
}
