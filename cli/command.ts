import type { Option } from 'commander';
import type { Terminal } from './terminal/terminal.ts';

/** A parsed command line. */
export interface Invocation {
  args: readonly string[];
  options: Readonly<Record<string, unknown>>;
  /** Not interactive when the user disabled questions. */
  terminal: Terminal;
}

/** A command's implementation. Resolves to the exit code; throws `CliError` to end with a message. */
export type Run = (invocation: Invocation) => Promise<number>;

/** A command's name, help and options. Its implementation is loaded when the command runs, which keeps start-up fast. */
export interface CommandSpec {
  /** The full name; the help groups commands by its namespace: `project:list`. */
  name: string;
  aliases: readonly string[];
  /** Names that are accepted but not documented. */
  hiddenAliases?: readonly string[];
  /** True when neither the help nor the completion shows the command. */
  isHidden?: boolean;
  summary: string;
  args: readonly (readonly [name: string, description: string])[];
  /** The command's own options; `optionsOf` adds the common ones and those of tables. */
  options: () => Option[];
  /** The columns of the printed table, if any; `*` marks the default ones: `id*`. */
  columns?: readonly string[];
  /** Complete command lines; the most common use comes first. */
  examples: readonly [string, ...string[]];
  /** Imports the implementation. */
  load: () => Promise<Run>;
}
