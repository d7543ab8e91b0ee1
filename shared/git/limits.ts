/** How much of one answer is taken, and for how long. */
export interface AnswerLimit {
  bytes: number;
  seconds: number;
}

export interface GitLimits {
  /** References that are kept of a listing. */
  refs: number;
  listing: AnswerLimit;
  pack: AnswerLimit;
}

/** The purpose of an answer. */
export type Purpose = 'listing' | 'pack';

/** A listing and a pack together take less time than the 15 minutes of a function, which then still can say why. */
export const defaults: GitLimits = {
  refs: 200_000,
  listing: { bytes: 64 * 2 ** 20, seconds: 120 },
  pack: { bytes: 10 * 2 ** 30, seconds: 660 },
};

export function limitsOf({ limits }: { limits?: Partial<GitLimits> }): GitLimits {
  return { ...defaults, ...limits };
}
