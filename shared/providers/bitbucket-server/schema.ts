import * as z from 'zod/mini';

/** Only what Bough uses of Bitbucket Server's payloads: strict on identity, tolerant of everything else; dates are not read. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);

export const Repository = z.object({
  id: maybe(z.int()),
  slug: maybe(z.string()),
  project: maybe(z.object({ key: maybe(z.string()), type: maybe(z.string()) })),
});
export type Repository = z.infer<typeof Repository>;

const Change = z.object({
  /** The id is the whole reference, `refs/heads/main`. */
  ref: z.object({ id: z.string() }),
  /** Zeros when there is nothing any more. */
  toHash: maybe(z.string()),
  type: z.string(),
});
export type Change = z.infer<typeof Change>;

/** `repo:refs_changed` and `mirror:repo_synchronized`. One push may change many references, or tell of none. */
export const RefsChanged = z.object({
  changes: z.array(Change),
  /** More changed than a mirror tells of. */
  refLimitExceeded: maybe(z.boolean()),
});

const End = z.object({
  id: z.string(),
  latestCommit: maybe(z.string()),
  /** Null when the fork is gone. */
  repository: maybe(Repository),
});

/** A pull request, the same in webhooks' payloads and in the API's answers. */
export const PullRequestAnswer = z.object({
  id: z.int(),
  title: z.string(),
  state: z.string(),
  fromRef: End,
  toRef: End,
});
export type PullRequestAnswer = z.infer<typeof PullRequestAnswer>;

export const PullRequestPayload = z.object({ pullRequest: PullRequestAnswer });

/** Where payloads say which repository they are about. */
export const AnyPayload = z.object({
  repository: maybe(Repository),
  pullRequest: maybe(z.object({ toRef: maybe(z.object({ repository: maybe(Repository) })) })),
  /** In `repo:modified`: the repository as it is now. */
  new: maybe(Repository),
});
