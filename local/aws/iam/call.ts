/** One thing that a request does, as policies name it. */
export interface Call {
  readonly action: string;
  /** An ARN, or `*` where the service knows no resource. */
  readonly resource: string;
  /** Values of condition keys. */
  readonly context?: Readonly<Record<string, string>>;
}

/** A session's tags, by name. */
export type Tags = Readonly<Record<string, string>>;
