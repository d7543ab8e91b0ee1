/** Why a message of a queue could not be processed, the last time that it was tried. */
export interface MessageFailure {
  /** An error's permanent code; `internal` for what is not ours. */
  code: string;
  because: string;
  attempts: number;
  failed_at: string;
}
