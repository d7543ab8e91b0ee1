import * as z from 'zod/mini';

/** The fields that Bough uses of Bitbucket Server's payloads: strict on identity, tolerant of everything else. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);

/** A repository in payloads and API responses. */
export const Repository = z.object({
  id: maybe(z.int()),
  slug: maybe(z.string()),
  project: maybe(z.object({ key: maybe(z.string()), type: maybe(z.string()) })),
});
/** A parsed repository. */
export type Repository = z.infer<typeof Repository>;

/** One changed reference. */
export const Change = z.object({
  /** The id is the full ref name, `refs/heads/main`. */
  ref: z.object({ id: z.string() }),
  /** All zeros after a deletion. */
  toHash: maybe(z.string()),
  type: z.string(),
});
/** A parsed change. */
export type Change = z.infer<typeof Change>;

/** The payload of `repo:refs_changed` and `mirror:repo_synchronized`. Each change is validated separately. */
export const RefsChanged = z.object({
  changes: z.array(z.unknown()),
  /** True when a mirror server left out some changes. */
  refLimitExceeded: maybe(z.boolean()),
});

const End = z.object({
  id: z.string(),
  latestCommit: maybe(z.string()),
  /** Null when the fork is gone. */
  repository: maybe(Repository),
});

/** A pull request, in webhook payloads and API responses. */
export const PullRequestResponse = z.object({
  id: z.int(),
  title: maybe(z.string()),
  state: z.string(),
  fromRef: End,
  toRef: End,
});
/** A parsed pull request. */
export type PullRequestResponse = z.infer<typeof PullRequestResponse>;

/** The payload of all pull request events. */
export const PullRequestPayload = z.object({ pullRequest: z.record(z.string(), z.unknown()) });

/** The fields that show whether a pull request has ended. A merged pull request may lack its source. */
export const PullRequestState = z.object({ id: z.int(), state: maybe(z.string()) });

/** The fields of any payload that identify the repository. */
export const AnyPayload = z.object({
  repository: maybe(Repository),
  pullRequest: maybe(z.object({ toRef: maybe(z.object({ repository: maybe(Repository) })) })),
  /** In `repo:modified`: the repository as it is now. */
  new: maybe(Repository),
});
