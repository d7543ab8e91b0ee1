/** The maximum size and duration of one response. */
export interface AnswerLimit {
  bytes: number;
  seconds: number;
}

/** The limits on a git server's responses. */
export interface GitLimits {
  /** The maximum number of references in a listing. */
  refs: number;
  listing: AnswerLimit;
  pack: AnswerLimit;
}

/** The kind of a response, which selects its limits. */
export type Purpose = 'listing' | 'pack';

/** The default limits. A listing and a pack together stay below a function's 15 minutes, so that the function can report the error. */
export const defaults: GitLimits = {
  refs: 200_000,
  listing: { bytes: 64 * 2 ** 20, seconds: 120 },
  pack: { bytes: 10 * 2 ** 30, seconds: 660 },
};

/** The limits of a remote: the defaults, unless the remote has lower ones. */
export function limitsOf({ limits }: { limits?: Partial<GitLimits> }): GitLimits {
  return { ...defaults, ...limits };
}
