import type { Checkout } from '../context/checkout.ts';

/** A command's input and output, apart from the API. Data goes to stdout, everything else to stderr. */
export interface Terminal extends Questions {
  env: Readonly<Record<string, string | undefined>>;
  /** The git checkout that the command runs in; null outside of one. */
  checkout(): Promise<Checkout | null>;
  /** True when a user can answer questions. */
  interactive: boolean;
  /** The width of the terminal that shows stdout; undefined when stdout is no terminal. */
  columns: number | undefined;
  /** True when logs may have colours. */
  hasColours: boolean;
  /** Writes data to stdout as it is. */
  write(text: string): void;
  /** Writes a log line to stdout. */
  writeLog(line: string): void;
  /** Writes a line that is no data, such as a message or a warning, to stderr. */
  info(line: string): void;
  /** Writes an error to stderr, which `--quiet` does not silence. */
  error(line: string): void;
  /** Starts a progress display; the caller stops it. */
  progress(): Promise<Progress>;
  /** Waits; rejects when the signal is aborted. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Questions to the user. Without an interactive terminal the default is the answer; without a default the question
 * throws `CliError`. Check `terminal.interactive` before.
 */
export interface Questions {
  /** Asks a yes-or-no question. The default is yes; pass `false` for what cannot be undone. */
  confirm(question: string, options?: { default?: boolean }): Promise<boolean>;
  /** Asks for a line of text until `validate` returns true; any other result is shown as the problem. */
  input(question: string, options?: InputOptions): Promise<string>;
  /** Asks for a line of text that is not shown. */
  secret(question: string, options?: Pick<InputOptions, 'validate'>): Promise<string>;
  /** Asks for one of several choices. */
  choose<T>(question: string, choices: readonly Choice<T>[], options?: { default?: T }): Promise<T>;
}

/** The default and the check of an answer. */
export interface InputOptions {
  default?: string;
  validate?: (answer: string) => true | string;
}

/** One choice and the name that the user sees. */
export interface Choice<T> {
  value: T;
  name: string;
}

/** A progress display: a bar at the bottom of a terminal, elsewhere only the log lines. */
export interface Progress {
  /** Shows the completed fraction, from 0 to 1, and the state. */
  update(fraction: number, state: string): void;
  /** Writes a line above the bar. */
  log(line: string): void;
  /** Restores the terminal. Further calls have no effect. */
  stop(): void;
}

/** A progress display without a bar: prints the log lines only. */
export function plainProgress(log: (line: string) => void): Progress {
  return { update: () => {}, log, stop: () => {} };
}
