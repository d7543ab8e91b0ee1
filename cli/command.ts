import type { Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** What the user typed, as the parser sorted it. */
export interface Invocation {
  args: readonly string[];
  options: Readonly<Record<string, unknown>>;
  terminal: Terminal;
}

/** A command. Resolves to its exit code; throws `CliError` to end with a message. */
export type Run = (invocation: Invocation) => Promise<number>;

/** A command as its user sees it. What it does is loaded when it is called. */
export interface CommandSpec {
  name: string;
  aliases: readonly string[];
  summary: string;
  args: readonly (readonly [name: string, description: string])[];
  options: () => Option[];
  example: string;
  load: () => Promise<Run>;
}
