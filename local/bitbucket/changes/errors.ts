/** The cause of a rejected change; each product maps it to a status of its own. */
export type RejectionReason =
  | 'invalid name'
  | 'name taken'
  | 'unknown branch'
  | 'branch exists'
  | 'main branch'
  | 'branch moved'
  | 'no changes'
  | 'not open'
  | 'not declined'
  | 'conflicts';

/** A change that both products reject, each with its own status and message. */
export class ChangeRejectedError extends Error {
  readonly reason: RejectionReason;
  /** The rejected field of the request, such as `source`. */
  readonly subject: string;

  constructor(reason: RejectionReason, subject: string, message: string) {
    super(message);
    this.name = 'ChangeRejectedError';
    this.reason = reason;
    this.subject = subject;
  }
}
