/** One line of output of a part of the local stack. */
export interface LogLine {
  /** Who says it: a function's name, `codebuild:<project>`, or `local` for the stack itself. */
  readonly source: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

export type Log = (line: LogLine) => void;

/** What the stack has to say for itself when something went wrong on one machine. */
export function logProblem(log: Log, message: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  log({ source: 'local', stream: 'stderr', line: `${message}: ${reason}` });
}
