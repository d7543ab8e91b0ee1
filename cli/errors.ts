/** Ends the command with a message for the user. Several lines are printed as several. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  /** What of it is data, and goes to stdout after the message. */
  readonly data: string;

  constructor(message: string, options: ErrorOptions & { exitCode?: number; data?: string } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
    this.data = options.data ?? '';
  }
}

interface Output {
  tell(line: string): void;
  write(text: string): void;
}

/** Tells the user what went wrong. Returns the exit code. */
export function report({ tell, write }: Output, { message, data, exitCode }: CliError): number {
  tell(message);
  write(data);
  return exitCode;
}
