import * as z from 'zod/mini';

/** The fields that Bough uses of Bitbucket Cloud's payloads and responses: strict on identity, tolerant of everything else. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);

const Repository = z.object({ uuid: maybe(z.string()), full_name: maybe(z.string()) });

/** The payload of `repo:push`. Each changed reference is validated separately. */
export const Push = z.object({ push: z.object({ changes: z.array(z.unknown()) }) });

/** One changed reference: `old` is absent after a creation, `new` after a deletion. */
export const Change = z.object({ old: z.optional(z.unknown()), new: z.optional(z.unknown()) });

/** A branch or tag in a push. */
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

/** A pull request, in API responses and webhook payloads. */
export const PullRequestResponse = z.object({
  id: z.int(),
  title: maybe(z.string()),
  state: z.string(),
  source: End,
  destination: End,
});
/** A parsed pull request. */
export type PullRequestResponse = z.infer<typeof PullRequestResponse>;

/** The payload of all pull request events. */
export const PullRequestPayload = z.object({ pullrequest: z.record(z.string(), z.unknown()) });

/** The fields that show whether a pull request has ended. A merged pull request may lack its source. */
export const PullRequestState = z.object({ id: z.int(), state: maybe(z.string()) });

/** The fields of any payload that identify the repository. */
export const AnyPayload = z.object({
  repository: maybe(Repository),
  pullrequest: maybe(z.object({ destination: maybe(z.object({ repository: maybe(Repository) })) })),
});

/** A repository in API responses. */
export const RepositoryResponse = z.object({
  uuid: z.string(),
  full_name: z.string(),
  /** Null in an empty repository. */
  mainbranch: maybe(z.object({ name: z.string() })),
});

/** A webhook of a repository. */
export const Hook = z.object({
  uuid: z.string(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  secret_set: maybe(z.boolean()),
});
/** A parsed webhook. */
export type Hook = z.infer<typeof Hook>;

/** A comment on a pull request. A deleted comment stays in the list while replies exist. */
export const Comment = z.object({
  id: z.int(),
  deleted: maybe(z.boolean()),
  content: maybe(z.object({ raw: z.string() })),
});

/** One page of a list. `next` is a complete URL. */
export function page<T extends z.core.$ZodType>(item: T) {
  return z.object({ values: z.array(item), next: maybe(z.string()) });
}

/** The response to a token request. A token that is not a valid header value is rejected, since the error about such a header would quote the token. */
export const TokenResponse = z.object({
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  expires_in: z.number(),
  /** Scopes separated by spaces. Other values are ignored, so that they do not reject the token. */
  scopes: z.catch(maybe(z.string()), null),
});
/** A parsed response to a token request. */
export type TokenResponse = z.infer<typeof TokenResponse>;

/** The error format of the OAuth endpoint. */
export const OauthError = z.object({ error: maybe(z.string()), error_description: maybe(z.string()) });

/** The error format of the REST API. */
export const ApiError = z.object({ error: z.object({ message: z.string() }) });
