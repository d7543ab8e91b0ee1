/** The failure of the last attempt to process a message. */
export interface MessageFailure {
  /** The permanent code of a `BoughError`; `internal` for other errors. */
  code: string;
  because: string;
  attempts: number;
  failed_at: string;
}
