/** One line of output of the local stack. */
export interface LogLine {
  /** A function's name, `codebuild:<project>`, an emulator's name, or `local` for the stack itself. */
  readonly source: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/** Receives the output of the local stack. */
export type Log = (line: LogLine) => void;

/** Logs an error of the local stack itself. */
export function logProblem(log: Log, message: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  log({ source: 'local', stream: 'stderr', line: `${message}: ${reason}` });
}
