/** Ends the command with a message for the user, which may have several lines. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  /** Text that is written to stdout after the message, such as field errors. */
  readonly data: string;

  constructor(message: string, options: ErrorOptions & { exitCode?: number; data?: string } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
    this.data = options.data ?? '';
  }
}

interface Output {
  error(line: string): void;
  write(text: string): void;
}

/** Prints an error's message and data. Returns the exit code. */
export function report({ error, write }: Output, { message, data, exitCode }: CliError): number {
  error(message);
  write(data);
  return exitCode;
}
