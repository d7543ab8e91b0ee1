import * as z from 'zod/mini';
import type { Activity } from '../../../domain/activities/activity.ts';
import type { FinishedActivity } from '../../../domain/activities/finished-activity.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import type { Access, Integration } from '../../../domain/integrations/integration.ts';
import type { Project } from '../../../domain/projects/project.ts';
import { defaultPruneLimit } from '../../../domain/rules/prune-limit.ts';

/** Schemas of the items in the table. Messages on the activities queue contain activities in the same format. */

const maybe = <T extends z.core.$ZodType>(schema: T) => z.nullable(schema);

const ActivityTypeRecord = z.enum([
  'environment.push',
  'environment.activate',
  'environment.branch',
  'environment.redeploy',
  'environment.synchronize',
  'environment.deactivate',
  'environment.delete',
  'integration.bitbucket.fetch',
  'integration.bitbucket.prune',
  'integration.bitbucket.register_hooks',
  'integration.bitbucket.default_branch',
  'integration.bitbucket_server.fetch',
  'integration.bitbucket_server.prune',
  'integration.bitbucket_server.register_hooks',
  'integration.bitbucket_server.default_branch',
]);
const ActivityStateRecord = z.enum(['pending', 'in_progress', 'complete', 'cancelled']);
const ActivityResultRecord = maybe(z.enum(['success', 'failure']));

/** An activity, open or finished. */
export const ActivityRecord: z.ZodMiniType<Activity> = z.object({
  id: z.string(),
  type: ActivityTypeRecord,
  state: ActivityStateRecord,
  result: ActivityResultRecord,
  text: z.string(),
  because: z.string(),
  commit: maybe(z.string()),
  clone_data: z.boolean(),
  requested: z._default(z.boolean(), false),
  repository: z._default(maybe(z.string()), null),
  branch: z.exactOptional(z.string()),
  confirms: z.exactOptional(z.string()),
  delivered_at: z.exactOptional(z.string()),
  starts: z._default(z.int(), 0),
  delay: z._default(
    maybe(z.object({ because: z.string(), since: z.string(), next_try: maybe(z.string()) })),
    null,
  ),
  cancelled_because: z._default(maybe(z.string()), null),
  created_at: z.string(),
  started_at: maybe(z.string()),
  completed_at: maybe(z.string()),
  log: z.exactOptional(z.array(z.object({ at: z.string(), text: z.string() }))),
});

/** A finished activity with its owner. */
export const FinishedActivityRecord: z.ZodMiniType<FinishedActivity> = z.intersection(
  ActivityRecord,
  z.object({ project: z.string(), environment: maybe(z.string()), integration: maybe(z.string()) }),
);

/** A project. */
export const ProjectRecord: z.ZodMiniType<Project> = z.object({
  id: z.string(),
  title: z.string(),
  default_branch: maybe(z.string()),
  former_integrations: z._default(
    z.array(
      z.object({ id: z.string(), host: z.string(), repository_uuid: z.string(), repository: z.string() }),
    ),
    [],
  ),
  deletion: z._default(
    maybe(
      z.object({
        requested_at: z.string(),
        failure: maybe(z.string()),
        emptied: z.exactOptional(z.object({ at: z.string(), by: z.string() })),
      }),
    ),
    null,
  ),
  created_at: z.string(),
  updated_at: z.string(),
  version: z.int(),
});

const AccessRecord: z.ZodMiniType<Access> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('bitbucket'), app_credentials: z.object({ key: z.string() }) }),
  z.object({ type: z.literal('bitbucket_server'), url: z.string(), username: z.string() }),
]);

const IntegrationCoreRecord = z.object({
  id: z.string(),
  project: z.string(),
  repository: z.string(),
  repository_uuid: z.string(),
  sealed_credentials: z.string(),
  sealed_webhook_secret: z.string(),
  sealed_log_key: z._default(maybe(z.string()), null),
  fetch_branches: z.boolean(),
  prune_branches: z.boolean(),
  prune_grace_hours: z._default(z.number(), 0),
  prune_limit: z._default(z.object({ environments: z.number(), percent: z.number() }), defaultPruneLimit),
  build_pull_requests: z.boolean(),
  pull_requests_clone_parent_data: z.boolean(),
  resync_pull_requests: z.boolean(),
  environment_init_resources: z._default(z.enum(['default', 'minimum', 'parent', 'manual']), 'default'),
  build_fork_pull_requests: z._default(z.enum(['never', 'approved', 'always']), 'approved'),
  public_pages: z._default(z.boolean(), true),
  pull_requests_max_pages: z._default(maybe(z.int()), null),
  activities: z.array(ActivityRecord),
  adopts: z._default(z.array(z.string()), []),
  held_back: z._default(
    maybe(
      z.object({
        digest: z.string(),
        count: z.int(),
        ids: z.array(z.string()),
        because: z.string(),
        since: z.string(),
      }),
    ),
    null,
  ),
  last_delivery_at: z._default(maybe(z.string()), null),
  refused_deliveries: z._default(
    maybe(z.object({ last_at: z.string(), rewritten_at: maybe(z.string()) })),
    null,
  ),
  created_at: z.string(),
  updated_at: z.string(),
  version: z.int(),
});

/** An integration, with its open activities and encrypted credentials. */
export const IntegrationRecord: z.ZodMiniType<Integration> = z.intersection(
  IntegrationCoreRecord,
  AccessRecord,
);

const RouteRecord = z.object({
  url: z.string(),
  type: z.enum(['upstream', 'redirect']),
  primary: z.boolean(),
  upstream: z.exactOptional(z.string()),
  to: z.exactOptional(z.string()),
});

const StoredEnvironment = z.object({
  id: z.string(),
  incarnation: z._default(z.string(), ''),
  project: z.string(),
  integration: z.string(),
  title: z.string(),
  type: z.enum(['production', 'staging', 'development']),
  status: z.enum(['inactive', 'active']),
  parent: maybe(z.string()),
  parent_is_chosen: z._default(z.boolean(), false),
  head_commit: maybe(z.string()),
  pull_request: maybe(
    z.object({
      number: z.int(),
      source_branch: z.string(),
      target_branch: z.string(),
      fork: z._default(maybe(z.object({ repository: z.string(), approved_commit: maybe(z.string()) })), null),
    }),
  ),
  has_remote: z._default(z.boolean(), true),
  resources: z._default(maybe(z.enum(['default', 'minimum', 'parent'])), null),
  deployment: maybe(
    z.object({
      id: z.string(),
      commit: z.string(),
      routes: z.array(RouteRecord),
      created_at: z.string(),
    }),
  ),
  failed_deletions: z._default(z.int(), 0),
  protected: z._default(z.boolean(), false),
  restrict_robots: z._default(maybe(z.boolean()), null),
  http_access: z._default(
    maybe(
      z.object({
        is_enabled: z.boolean(),
        addresses: z.array(z.object({ permission: z.enum(['allow', 'deny']), address: z.string() })),
        basic_auth: z.record(z.string(), z.string()),
      }),
    ),
    null,
  ),
  published_access: z._default(maybe(z.string()), null),
  gone_since: z._default(maybe(z.string()), null),
  build_status: z._default(
    maybe(
      z.object({
        commit: z.string(),
        activity: z.string(),
        state: z.enum(['successful', 'failed', 'stopped']),
        description: maybe(z.string()),
        undelivered: z._default(maybe(z.object({ because: z.string(), since: z.string() })), null),
      }),
    ),
    null,
  ),
  setbacks: z._default(maybe(z.object({ commit: maybe(z.string()), count: z.int(), at: z.string() })), null),
  last_activity: z._default(
    maybe(
      z.object({
        id: z.string(),
        type: ActivityTypeRecord,
        state: ActivityStateRecord,
        result: ActivityResultRecord,
        because: z.string(),
        created_at: z.string(),
        completed_at: maybe(z.string()),
      }),
    ),
    null,
  ),
  activities: z.array(ActivityRecord),
  created_at: z.string(),
  updated_at: z.string(),
  version: z.int(),
});

/** An environment. An active environment from before `resources` existed has the default resources. */
export const EnvironmentRecord: z.ZodMiniType<Environment> = z.pipe(
  StoredEnvironment,
  z.transform((stored) =>
    stored.status === 'active' && stored.resources === null
      ? { ...stored, resources: 'default' as const }
      : stored,
  ),
);
