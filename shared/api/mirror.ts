import * as z from 'zod/mini';
import { Link, Time } from './common.ts';

/**
 * The links that read a project's mirror. The manifest is a JSON document with `heads`: reference → commit.
 * The manifest's link is absent before the first fetch.
 */
export const Mirror = z.object({
  project: z.string(),
  default_branch: z.nullable(z.string()),
  repository_url: z.nullable(z.string()).check(z.describe('The repository that pushes go to')),
  bundles: z
    .array(z.object({ key: z.string(), bytes: z.int(), created_at: Time, href: z.string() }))
    .check(z.describe('The chain of git bundles, oldest first')),
  _links: z.object({
    self: Link,
    manifest: z.exactOptional(Link),
  }),
});
/** A parsed `Mirror`. */
export type Mirror = z.infer<typeof Mirror>;
