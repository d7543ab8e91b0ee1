import * as z from 'zod/mini';

/** Only what Bough uses of Bitbucket Server's payloads: strict on identity, tolerant of everything else; dates are not read. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);

export const Repository = z.object({
  id: maybe(z.int()),
  slug: maybe(z.string()),
  project: maybe(z.object({ key: maybe(z.string()), type: maybe(z.string()) })),
});
export type Repository = z.infer<typeof Repository>;

export const Change = z.object({
  /** The id is the whole reference, `refs/heads/main`. */
  ref: z.object({ id: z.string() }),
  /** Zeros when there is nothing any more. */
  toHash: maybe(z.string()),
  type: z.string(),
});
export type Change = z.infer<typeof Change>;

/** `repo:refs_changed` and `mirror:repo_synchronized`. Each of the changes, if there are any, is read by itself. */
export const RefsChanged = z.object({
  changes: z.array(z.unknown()),
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
  title: maybe(z.string()),
  state: z.string(),
  fromRef: End,
  toRef: End,
});
export type PullRequestAnswer = z.infer<typeof PullRequestAnswer>;

export const PullRequestPayload = z.object({ pullRequest: z.record(z.string(), z.unknown()) });

/** As much of a pull request as its end is told by: a merged one may have lost its source. */
export const PullRequestState = z.object({ id: z.int(), state: maybe(z.string()) });

/** Where payloads say which repository they are about. */
export const AnyPayload = z.object({
  repository: maybe(Repository),
  pullRequest: maybe(z.object({ toRef: maybe(z.object({ repository: maybe(Repository) })) })),
  /** In `repo:modified`: the repository as it is now. */
  new: maybe(Repository),
});
