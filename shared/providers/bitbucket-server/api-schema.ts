import * as z from 'zod/mini';

/** The fields that Bough uses of the responses of Bitbucket Server's API. Payloads have a file of their own, which keeps the webhook function's bundle small. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);

/** A repository in API responses. */
export const RepositoryResponse = z.object({
  id: z.int(),
  slug: z.string(),
  project: z.object({ key: z.string(), type: maybe(z.string()) }),
});

/** A reference. The id is its full name, `refs/heads/main`. */
export const RefResponse = z.object({ id: z.string() });

/** A webhook of a repository. */
export const Hook = z.object({
  id: z.int(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  /** Contains the secret in plain text, if the webhook has one. */
  configuration: maybe(z.object({ secret: maybe(z.string()) })),
  sslVerificationRequired: maybe(z.boolean()),
});
/** A parsed webhook. */
export type Hook = z.infer<typeof Hook>;

/** One page of a list. The next page starts at `nextPageStart`, which may differ from start + limit. */
export function page<T extends z.core.$ZodType>(item: T) {
  return z.object({
    values: z.array(item),
    isLastPage: z.boolean(),
    nextPageStart: maybe(z.int()),
  });
}

/** The server's capabilities, with URLs below the configured base URL. */
export const Capabilities = z.object({ capabilities: z.object({ webhooks: maybe(z.string()) }) });

/** The events that a repository's webhook may subscribe to. */
export const WebhookCapabilities = z.object({ 'application-webhooks': maybe(z.array(z.string())) });

/** The error format of the REST API. */
export const ApiError = z.object({
  errors: z.array(z.object({ message: maybe(z.string()), exceptionName: maybe(z.string()) })),
});
