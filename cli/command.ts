import type { Option } from 'commander';
import type { Terminal } from './terminal/terminal.ts';

/** What the user typed, as the parser sorted it. */
export interface Invocation {
  args: readonly string[];
  options: Readonly<Record<string, unknown>>;
  /** Interactive only if the user did not forbid questions. */
  terminal: Terminal;
}

/** A command. Resolves to its exit code; throws `CliError` to end with a message. */
export type Run = (invocation: Invocation) => Promise<number>;

/** A command as its user sees it. What it does is loaded when it is called. */
export interface CommandSpec {
  /** With its namespace, under which the help lists it: `project:list`. */
  name: string;
  aliases: readonly string[];
  /** Names that are accepted and shown nowhere. */
  hiddenAliases?: readonly string[];
  /** Shown neither by the help nor by the completion. */
  isHidden?: boolean;
  summary: string;
  args: readonly (readonly [name: string, description: string])[];
  /** Its own options: `optionsOf` adds those that every command and every table has. */
  options: () => Option[];
  /** The columns of the table that it prints, if it prints one; `*` marks those shown by default: `id*`. */
  columns?: readonly string[];
  /** Whole command lines; the first one is what is done most. */
  examples: readonly [string, ...string[]];
  load: () => Promise<Run>;
}
