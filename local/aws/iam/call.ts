/** One call to an AWS service, in the terms of policies. */
export interface Call {
  /** `<service>:<Operation>`. */
  readonly action: string;
  /** An ARN, or `*` for an operation without a resource. */
  readonly resource: string;
  /** Values by condition key. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Session tags by name. */
export type Tags = Readonly<Record<string, string>>;

/** The tags of a session. */
export interface SessionTags {
  readonly tags: Tags;
  /** Keys of the tags that sessions of further roles inherit. */
  readonly transitive: readonly string[];
}
