/** An answer that is not a success; each face writes it in the shape of its own. */
export class HttpError extends Error {
  readonly status: number;
  /** What the answer's headers say beside. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.headers = headers;
  }
}

export type RefusalReason =
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

/** What both Bitbuckets refuse, each with a status and words of its own. */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  /** Which part of the request it is about, such as `source`. */
  readonly subject: string;

  constructor(reason: RefusalReason, subject: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.reason = reason;
    this.subject = subject;
  }
}
