import * as z from 'zod/mini';
import { Link, Operation, Time } from './common.ts';

const PruneLimit = z
  .object({ environments: z.int(), percent: z.number() })
  .check(
    z.describe(
      'The largest number of environments that one prune, fetch or delivery may delete: `environments`, or `percent` of all environments if that is more. If more would be deleted, none is deleted',
    ),
  );

const HeldBack = z
  .nullable(
    z.object({
      digest: z.string().check(z.describe('Confirms exactly these deletions')),
      count: z.int(),
      ids: z.array(z.string()).check(z.describe('The first 100 environments')),
      because: z.string(),
      since: Time,
    }),
  )
  .check(z.describe('Deletions that exceed the limit and wait for a confirmation; null when there are none'));

const integration = {
  id: z.string(),
  created_at: Time,
  updated_at: Time,
  role: z.string(),
  fetch_branches: z.boolean(),
  prune_branches: z.boolean(),
  prune_grace_hours: z
    .number()
    .check(z.describe('Hours between the deletion of a branch and that of its active environment')),
  prune_limit: PruneLimit,
  held_back: HeldBack,
  build_pull_requests: z.boolean(),
  pull_requests_clone_parent_data: z.boolean(),
  resync_pull_requests: z.boolean(),
  environment_init_resources: z.enum(['default', 'minimum', 'parent', 'manual']),
  build_fork_pull_requests: z.enum(['never', 'approved', 'always']),
  public_pages: z
    .boolean()
    .check(z.describe('Whether everybody with a link can open the status pages and the board')),
  last_delivery_at: z.nullable(Time),
  _links: z.object({
    self: Link,
    activities: Link,
    '#hook': Link,
    '#hook-secret': Operation,
    '#edit': Operation,
    '#delete': Operation,
    '#validate': Operation,
    '#prune': Operation,
    board: Link,
    '#renew-links': Operation,
  }),
};

/** An integration with Bitbucket Cloud. The secret of `app_credentials` is never returned. */
export const BitbucketIntegration = z.object({
  ...integration,
  type: z.literal('bitbucket'),
  repository: z.string(),
  app_credentials: z.object({ key: z.string() }),
  pull_requests_max_pages: z.nullable(z.int()),
});

/** An integration with Bitbucket Server or Data Center. The token is never returned. */
export const BitbucketServerIntegration = z.object({
  ...integration,
  type: z.literal('bitbucket_server'),
  url: z.string(),
  username: z.string(),
  project: z.string(),
  repository: z.string(),
});

/** A project's link to one Bitbucket repository. */
export const Integration = z.discriminatedUnion('type', [BitbucketIntegration, BitbucketServerIntegration]);
/** A parsed `Integration`. */
export type Integration = z.infer<typeof Integration>;

/** The changes that a prune would make now. */
export const PrunePreview = z.object({
  dry_run: z.literal(true),
  counts: z.object({
    delete: z.int(),
    hold_back: z.int(),
    create: z.int(),
    update: z.int(),
    keep: z.int(),
  }),
  changes: z
    .array(
      z.object({
        environment: z.string(),
        change: z
          .enum(['delete', 'hold_back', 'create', 'update', 'keep'])
          .check(
            z.describe(
              '`hold_back`: the deletion waits for a confirmation. `keep`: the environment stays although its branch or pull request is gone',
            ),
          ),
        because: z.string(),
      }),
    )
    .check(z.describe('The first 500 changes, deletions first')),
  has_more: z.boolean(),
  held_back: HeldBack,
  left_out: z
    .nullable(z.string())
    .check(z.describe('The parts of the repository that are not followed, with the reason')),
});
/** A parsed `PrunePreview`. */
export type PrunePreview = z.infer<typeof PrunePreview>;

/** The response to the removal of an integration. `webhook_error` is the reason why its webhook may still exist. */
export const RemovedIntegration = z.object({
  status: z.literal('OK'),
  code: z.literal(200),
  webhook_error: z.nullable(z.string()),
  environments: z.int().check(z.describe('The number of environments that stay as they are')),
});
/** A parsed `RemovedIntegration`. */
export type RemovedIntegration = z.infer<typeof RemovedIntegration>;

/** The address of a project's board; null when public pages are off, or before the first `renew-links` of an old integration. */
export const Board = z.object({ url: z.nullable(z.string()), _links: z.object({ self: Link }) });
/** A parsed `Board`. */
export type Board = z.infer<typeof Board>;

/** The address of an integration's webhook, and the secret that signs its deliveries. */
export const HookSecret = z.object({ url: z.string(), secret: z.string() });
/** A parsed `HookSecret`. */
export type HookSecret = z.infer<typeof HookSecret>;
