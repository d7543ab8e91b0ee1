import * as z from 'zod/mini';

/** Only what Bough uses of the answers of Bitbucket Server's API; apart from the payloads, which webhooks need too. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullish(schema);

export const RepositoryAnswer = z.object({
  id: z.int(),
  slug: z.string(),
  project: z.object({ key: z.string(), type: maybe(z.string()) }),
});

/** The id is the whole reference, `refs/heads/main`. */
export const RefAnswer = z.object({ id: z.string() });

export const Hook = z.object({
  id: z.int(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  /** The secret is in it as it was given, if there is one. */
  configuration: maybe(z.object({ secret: maybe(z.string()) })),
  sslVerificationRequired: maybe(z.boolean()),
});
export type Hook = z.infer<typeof Hook>;

/** One page of a list; the next one starts where the server says, which need not be after as many as were asked for. */
export function page<T extends z.core.$ZodType>(item: T) {
  return z.object({
    values: z.array(item),
    isLastPage: z.boolean(),
    nextPageStart: maybe(z.int()),
  });
}

/** What other parts of the server there are, with their URLs as the server would have them. */
export const Capabilities = z.object({ capabilities: z.object({ webhooks: maybe(z.string()) }) });

/** The events that webhooks of an application may subscribe to. */
export const WebhookCapabilities = z.object({ 'application-webhooks': maybe(z.array(z.string())) });

export const ApiError = z.object({
  errors: z.array(z.object({ message: maybe(z.string()), exceptionName: maybe(z.string()) })),
});
