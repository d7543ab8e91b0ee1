/** What a command has of the outside, apart from the API. Data goes to stdout, everything else to stderr. */
export interface Terminal extends Questions {
  env: Readonly<Record<string, string | undefined>>;
  /** True when a person can answer questions. */
  interactive: boolean;
  /** How wide the terminal is that shows the data; undefined where data goes elsewhere. */
  columns: number | undefined;
  /** True when logs may have colours. */
  hasColours: boolean;
  /** Writes data as it is. */
  write(text: string): void;
  /** Writes a line of a log as data. */
  writeLog(line: string): void;
  /** Writes a line of anything that is not data. */
  tell(line: string): void;
  /** Begins to show how far work is. Whoever begins it stops it. */
  progress(): Promise<Progress>;
  /** Rejects when the signal is aborted. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * What a person is asked. Where nobody can be asked the default is taken, and without one the command ends with
 * `CliError`: whether `terminal.interactive` is true tells beforehand.
 */
export interface Questions {
  /** Asks a yes-or-no question. The default is yes, unless what it asks about cannot be undone. */
  confirm(question: string, options?: { default?: boolean }): Promise<boolean>;
  /** Asks for a line of text. An answer is asked for again until `validate` returns true; else it says what is wrong. */
  input(question: string, options?: InputOptions): Promise<string>;
  /** Asks for a line of text that is not shown. */
  secret(question: string, options?: Pick<InputOptions, 'validate'>): Promise<string>;
  /** Asks for one of several. */
  choose<T>(question: string, choices: readonly Choice<T>[], options?: { default?: T }): Promise<T>;
}

export interface InputOptions {
  default?: string;
  validate?: (answer: string) => true | string;
}

export interface Choice<T> {
  value: T;
  name: string;
}

/** Work that goes on: a bar at the bottom of a terminal; elsewhere only what is logged. */
export interface Progress {
  /** Shows how far it is, from 0 to 1, and in what state. */
  update(fraction: number, state: string): void;
  /** Writes a line above the bar. */
  log(line: string): void;
  /** Leaves the terminal as it was. May be called again. */
  stop(): void;
}

/** What progress is where nothing can move: its log. */
export function plainProgress(log: (line: string) => void): Progress {
  return { update: () => {}, log, stop: () => {} };
}
