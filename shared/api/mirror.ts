import * as z from 'zod/mini';
import { Link, Time } from './common.ts';

/**
 * The links that read a project's mirror. Its references are the `heads` (reference → commit) of the shards, which are
 * JSON documents; then those of the manifest, without its `dropped`; then those of `changes`, likewise.
 * The links to shards are absent when there are none, the manifest's link before the first one, and `changes` before
 * the first fetch.
 */
export const Mirror = z.object({
  project: z.string(),
  default_branch: z.nullable(z.string()),
  repository_url: z.nullable(z.string()).check(z.describe('The repository that pushes go to')),
  bundles: z
    .array(z.object({ key: z.string(), bytes: z.int(), created_at: Time, href: z.string() }))
    .check(z.describe('The chain of git bundles, oldest first')),
  changes: z.exactOptional(
    z
      .object({ heads: z.record(z.string(), z.string()), dropped: z.array(z.string()) })
      .check(z.describe('The references that changed since the manifest: reference → commit')),
  ),
  _links: z.object({
    self: Link,
    shards: z.exactOptional(z.array(Link)),
    manifest: z.exactOptional(Link),
  }),
});
/** A parsed `Mirror`. */
export type Mirror = z.infer<typeof Mirror>;
