import * as z from 'zod/mini';

/** Only what Bough uses of Bitbucket Cloud's payloads and answers: strict on identity, tolerant of everything else. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);

const Repository = z.object({ uuid: maybe(z.string()), full_name: maybe(z.string()) });

/** `repo:push`. One push may change many references, each of which is read by itself. */
export const Push = z.object({ push: z.object({ changes: z.array(z.unknown()) }) });

/** A created ref has no `old`, a deleted one no `new`. */
export const Change = z.object({ old: z.optional(z.unknown()), new: z.optional(z.unknown()) });

export const Ref = z.object({
  type: z.string(),
  name: z.string(),
  target: maybe(z.object({ hash: z.string() })),
});

const End = z.object({
  branch: z.object({ name: z.string() }),
  /** Null when the branch is gone; abbreviated to 12 characters in webhooks. */
  commit: maybe(z.object({ hash: z.string() })),
  /** Null when the fork is gone. */
  repository: maybe(Repository),
});

export const PullRequestAnswer = z.object({
  id: z.int(),
  title: maybe(z.string()),
  state: z.string(),
  source: End,
  destination: End,
});
export type PullRequestAnswer = z.infer<typeof PullRequestAnswer>;

export const PullRequestPayload = z.object({ pullrequest: z.record(z.string(), z.unknown()) });

/** As much of a pull request as its end is told by: a merged one may have lost its source. */
export const PullRequestState = z.object({ id: z.int(), state: maybe(z.string()) });

/** Where payloads say which repository they are about. */
export const AnyPayload = z.object({
  repository: maybe(Repository),
  pullrequest: maybe(z.object({ destination: maybe(z.object({ repository: maybe(Repository) })) })),
});

export const RepositoryAnswer = z.object({
  uuid: z.string(),
  full_name: z.string(),
  /** Null in an empty repository. */
  mainbranch: maybe(z.object({ name: z.string() })),
});

export const Hook = z.object({
  uuid: z.string(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  secret_set: maybe(z.boolean()),
});
export type Hook = z.infer<typeof Hook>;

/** A comment on a pull request; one that was deleted is still listed while others answer to it. */
export const Comment = z.object({
  id: z.int(),
  deleted: maybe(z.boolean()),
  content: maybe(z.object({ raw: z.string() })),
});

/** One page of a list; `next` is to be followed as it is. */
export function page<T extends z.core.$ZodType>(item: T) {
  return z.object({ values: z.array(item), next: maybe(z.string()) });
}

/** A token that fits into no header would be quoted in the error about that header. */
export const TokenAnswer = z.object({
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  expires_in: z.number(),
  /** Names, with spaces between them. Whatever else stands here is no reason to refuse the token. */
  scopes: z.catch(maybe(z.string()), null),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

export const OauthError = z.object({ error: maybe(z.string()), error_description: maybe(z.string()) });

export const ApiError = z.object({ error: z.object({ message: z.string() }) });
