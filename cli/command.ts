import type { Terminal } from './terminal.ts';

/** What the user typed, as the parser sorted it. */
export interface Invocation {
  args: readonly string[];
  options: Readonly<Record<string, unknown>>;
  terminal: Terminal;
}

/** A command. Resolves to its exit code; throws `CliError` to end with a message. */
export type Run = (invocation: Invocation) => Promise<number>;
