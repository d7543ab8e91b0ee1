import * as z from 'zod/mini';

/**
 * What the management API answers with. The names are those of Upsun's API, where it has them;
 * its fields that nothing of Bough's stands behind have the value that means nothing.
 */

const Time = z.iso.datetime();
export const Link = z.object({ href: z.string() });
const Nothing = z.object({});

/** A resource's links: its own, others that can be read, and an `#operation` for each that can be done now. */
const Operation = z.exactOptional(Link);

export const Project = z.object({
  id: z.string(),
  created_at: Time,
  updated_at: Time,
  title: z.string(),
  description: z.string(),
  attributes: Nothing,
  owner: z.string(),
  namespace: z.null(),
  organization: z.null(),
  default_branch: z.nullable(z.string()).check(z.describe('Null until the first integration has told it')),
  status: z.object({ code: z.enum(['active', 'deleting']), message: z.string() }),
  timezone: z.string(),
  region: z.string(),
  repository: z.object({ url: z.string(), client_ssh_key: z.null() }),
  default_domain: z.null(),
  maintenance: z.null(),
  _links: z.object({
    self: Link,
    environments: Link,
    integrations: Link,
    activities: Link,
    mirror: Link,
    '#edit': Operation,
    '#delete': Operation,
  }),
});
export type Project = z.infer<typeof Project>;

export const Diagnosis = z.object({
  checks: z.array(
    z.object({
      id: z
        .enum([
          'build-quota',
          'function-quota',
          'schedule',
          'alarms',
          'dead-letters',
          'integration',
          'integrations',
        ])
        .check(z.describe('What was checked, for good')),
      subject: z
        .nullable(z.string())
        .check(z.describe('Of several: an integration, as `<project>/<integration>`')),
      state: z
        .enum(['ok', 'warning', 'problem', 'unknown'])
        .check(z.describe('`unknown` when the check could not be made')),
      because: z.string(),
      remedy: z.nullable(z.string()),
    }),
  ),
});

const PruneLimit = z
  .object({ environments: z.int(), percent: z.number() })
  .check(
    z.describe(
      'How many environments are deleted at once: a number, or a part of all if that is more; a prune, fetch or delivery that finds more to delete deletes none',
    ),
  );

const HeldBack = z
  .nullable(
    z.object({
      digest: z.string().check(z.describe('What confirms exactly these deletions')),
      count: z.int(),
      ids: z.array(z.string()).check(z.describe('The environments, the first 100 of them')),
      because: z.string(),
      since: Time,
    }),
  )
  .check(
    z.describe(
      'Deletions that wait for a confirmation, because they are more than the limit; null when none do',
    ),
  );

const integration = {
  id: z.string(),
  created_at: Time,
  updated_at: Time,
  role: z.string(),
  fetch_branches: z.boolean(),
  prune_branches: z.boolean(),
  prune_grace_hours: z.number().check(z.describe('How long an active environment outlives its branch')),
  prune_limit: PruneLimit,
  held_back: HeldBack,
  build_pull_requests: z.boolean(),
  pull_requests_clone_parent_data: z.boolean(),
  resync_pull_requests: z.boolean(),
  environment_init_resources: z.enum(['default', 'minimum', 'parent', 'manual']),
  build_fork_pull_requests: z.enum(['never', 'approved', 'always']),
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
  }),
};

/** Of the credentials only the key is ever shown. */
export const BitbucketIntegration = z.object({
  ...integration,
  type: z.literal('bitbucket'),
  repository: z.string(),
  app_credentials: z.object({ key: z.string() }),
  pull_requests_max_pages: z.nullable(z.int()),
});

/** The token is never shown. */
export const BitbucketServerIntegration = z.object({
  ...integration,
  type: z.literal('bitbucket_server'),
  url: z.string(),
  username: z.string(),
  project: z.string(),
  repository: z.string(),
});

export const Integration = z.discriminatedUnion('type', [BitbucketIntegration, BitbucketServerIntegration]);
export type Integration = z.infer<typeof Integration>;

const reachability = {
  http_access: z.object({ is_enabled: z.boolean(), addresses: z.array(z.string()), basic_auth: Nothing }),
  enable_smtp: z.boolean(),
  restrict_robots: z.boolean(),
};

const EnvironmentType = z.enum(['production', 'staging', 'development']);
const EnvironmentStatus = z.enum(['active', 'dirty', 'inactive', 'deleting']);

export const Environment = z.object({
  id: z.string().check(z.describe('The branch’s name, or `pr-<number>`')),
  name: z.string(),
  machine_name: z.string().check(z.describe('A name that host names can have')),
  created_at: Time,
  updated_at: Time,
  title: z.string(),
  attributes: Nothing,
  type: EnvironmentType,
  parent: z.nullable(z.string()),
  project: z.string(),
  status: EnvironmentStatus,
  is_dirty: z.boolean(),
  clone_parent_on_create: z.boolean(),
  is_main: z.boolean(),
  is_pr: z.boolean(),
  fork: z.nullable(z.string()).check(z.describe('The fork that a pull request comes from')),
  has_remote: z.boolean(),
  protected: z.boolean().check(z.describe('True when a user only deletes it, who confirms it')),
  gone_since: z.nullable(Time).check(z.describe('When its branch was found to be gone')),
  goes_at: z
    .nullable(Time)
    .check(z.describe('From when on the prune deletes it, because its branch is gone')),
  build_status: z
    .nullable(
      z.object({
        commit: z.string(),
        activity: z.string().check(z.describe('The activity that deployed')),
        state: z.enum(['successful', 'failed', 'stopped']),
        description: z.nullable(z.string()),
        delivered: z.boolean().check(z.describe('False when Bitbucket does not have it; the prune sends it')),
        undelivered_because: z.nullable(z.string()),
        undelivered_since: z.nullable(Time),
      }),
    )
    .check(z.describe('How the last deployment ended, as Bitbucket shows it beside the commit')),
  has_code: z.boolean(),
  head_commit: z.nullable(z.string()),
  merge_info: z.object({
    commits_ahead: z.null(),
    commits_behind: z.null(),
    parent_ref: z.nullable(z.string()),
  }),
  has_deployment: z.boolean(),
  deployment_target: z.string(),
  default_domain: z.null(),
  has_domains: z.boolean(),
  edge_hostname: z.string(),
  has_staged_activities: z.boolean(),
  ...reachability,
  deployment_state: z.null(),
  sizing: z.null(),
  resources_overrides: Nothing,
  max_instance_count: z.null(),
  last_active_at: Time,
  last_backup_at: z.null(),
  can_rolling_deploy: z.boolean(),
  supports_rolling_deployments: z.boolean(),
  supports_restrict_robots: z.boolean(),
  _links: z.object({
    self: Link,
    activities: Link,
    deployments: Link,
    '#current-deployment': Operation,
    '#edit': Operation,
    '#activate': Operation,
    '#deactivate': Operation,
    '#redeploy': Operation,
    '#branch': Operation,
    '#synchronize': Operation,
    '#merge': Operation,
    '#delete': Operation,
  }),
});
export type Environment = z.infer<typeof Environment>;

const tls = z.object({
  strict_transport_security: z.object({
    enabled: z.null(),
    include_subdomains: z.null(),
    preload: z.null(),
  }),
  min_version: z.null(),
  client_authentication: z.null(),
  client_certificate_authorities: z.array(z.string()),
});

const route = {
  id: z.string(),
  url: z.string(),
  primary: z.boolean().check(z.describe('True for the one that is reported to Bitbucket')),
  production_url: z.null(),
  attributes: Nothing,
  tls,
  redirects: z.object({ expires: z.string(), paths: Nothing }),
};
const Switch = z.object({ enabled: z.boolean() });

export const Route = z.discriminatedUnion('type', [
  z.object({
    ...route,
    type: z.literal('upstream'),
    upstream: z.string(),
    cache: z.object({
      enabled: z.boolean(),
      default_ttl: z.int(),
      cookies: z.array(z.string()),
      headers: z.array(z.string()),
    }),
    ssi: Switch,
    sticky: Switch,
  }),
  z.object({ ...route, type: z.literal('redirect'), to: z.string() }),
]);
export type Route = z.infer<typeof Route>;

export const Deployment = z.object({
  id: z.string().check(z.describe('The id of the activity that deployed')),
  created_at: Time,
  updated_at: Time,
  fingerprint: z.string().check(z.describe('The commit')),
  deployment_target: z.string(),
  cluster_name: z.string(),
  project_info: z.object({
    name: z.string(),
    title: z.string(),
    namespace: z.null(),
    organization: z.null(),
    capabilities: Nothing,
    settings: Nothing,
  }),
  environment_info: z.object({
    name: z.string(),
    status: EnvironmentStatus,
    is_main: z.boolean(),
    is_production: z.boolean(),
    constraints: Nothing,
    reference: z.string().check(z.describe('The reference in the mirror')),
    machine_name: z.string(),
    environment_type: EnvironmentType,
    links: Nothing,
  }),
  routes: z.record(z.string(), Route).check(z.describe('By their URLs')),
  ...reachability,
  vpn: z.null(),
  variables: z.array(z.string()),
  access: z.array(z.string()),
  container_profiles: Nothing,
  services: Nothing,
  webapps: Nothing,
  workers: Nothing,
  tasks: Nothing,
  _links: z.object({
    self: Link,
    environment: Link,
    project: Link,
  }),
});
export type Deployment = z.infer<typeof Deployment>;

export const Activity = z.object({
  id: z.string(),
  created_at: Time,
  updated_at: Time,
  type: z.string(),
  parameters: Nothing,
  project: z.string(),
  integration: z.exactOptional(z.string()),
  environments: z.array(z.string()),
  state: z.enum(['pending', 'in_progress', 'complete', 'cancelled']),
  result: z.nullable(z.enum(['success', 'failure'])),
  failure_reason: z.nullable(z.literal('error')),
  started_at: z.nullable(Time),
  completed_at: z.nullable(Time),
  completion_percent: z.number(),
  cancelled_at: z.nullable(Time),
  timings: z
    .object({ wait: z.exactOptional(z.number()), execute: z.exactOptional(z.number()) })
    .check(z.describe('How long it waited and how long it took, in seconds')),
  log: z.string(),
  payload: z
    .object({
      because: z.string(),
      commit: z.nullable(z.string()),
      waiting: z
        .nullable(z.object({ since: z.string(), next_try: z.nullable(z.string()) }))
        .check(z.describe('Set while a limit or an outage, which because names, delays the activity')),
    })
    .check(z.describe('Why it is done, for which commit, and what it waits for')),
  description: z.string().check(z.describe('The text, for HTML')),
  text: z.string(),
  expires_at: z.null(),
  commands: z.array(z.string()),
  _links: z.object({
    self: Link,
    log: Link,
    '#cancel': Operation,
  }),
});
export type Activity = z.infer<typeof Activity>;

/** One line of an activity's log; the last of all carries the seal. */
export const LogLine = z.union([
  z.object({ seal: z.literal(true) }),
  z.object({ data: z.object({ timestamp: Time, message: z.string() }) }),
]);

export const Mirror = z.object({
  project: z.string(),
  default_branch: z.nullable(z.string()),
  repository_url: z.nullable(z.string()).check(z.describe('Where pushes belong')),
  bundles: z
    .array(z.object({ key: z.string(), bytes: z.int(), created_at: Time, href: z.string() }))
    .check(z.describe('The chain of git bundles, oldest first')),
  /** The manifest is a JSON document with `heads`: reference → commit. There is none before the first fetch. */
  _links: z.object({
    self: Link,
    manifest: z.exactOptional(Link),
  }),
});
export type Mirror = z.infer<typeof Mirror>;

/** The answer to a mutation: what it made or changed, and the work that it started. */
export function Accepted<T extends z.ZodMiniType>(entity: T) {
  return z.object({
    status: z.enum(['OK', 'Created']),
    code: z.union([z.literal(200), z.literal(201)]),
    _embedded: z.object({ entity, activities: z.array(Activity) }),
  });
}

export const AcceptedProject = Accepted(Project);
export const AcceptedIntegration = Accepted(Integration);
export const AcceptedEnvironment = Accepted(Environment);
export const AcceptedActivity = Accepted(Activity);

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
              'With `hold_back` it waits for a confirmation; with `keep` it stays although its source is gone',
            ),
          ),
        because: z.string(),
      }),
    )
    .check(z.describe('The first 500, deletions before all others')),
  has_more: z.boolean(),
  held_back: HeldBack,
  left_out: z.nullable(z.string()).check(z.describe('What of the repository is not followed, and why')),
});
export type PrunePreview = z.infer<typeof PrunePreview>;

/** `webhook_error` tells why the webhook may still be there. */
export const RemovedIntegration = z.object({
  status: z.literal('OK'),
  code: z.literal(200),
  webhook_error: z.nullable(z.string()),
  environments: z.int().check(z.describe('How many environments stay as they are')),
});

/** The project, which is on its way out; the deletions of its environments; and which webhooks may still be there. */
export const DeletedProject = z.object({
  ...AcceptedProject.shape,
  webhook_errors: z.array(z.object({ url: z.string(), because: z.string() })),
});

export const HookSecret = z.object({ url: z.string(), secret: z.string() });

/** What went wrong: with which fields, or in a sentence, with what to do about it. */
export const Failure = z.union([
  z.object({ code: z.int(), detail: z.record(z.string(), z.string()) }),
  z.object({
    code: z.int(),
    message: z.string(),
    detail: z.object({ error: z.string(), remedy: z.string() }),
  }),
]);

/** Where the API begins. */
export const Root = z.object({ _links: z.object({ self: Link, projects: Link, openapi: Link }) });

/** What Bitbucket is told of a delivery: what follows from it, and what does not and why. */
export const TakenIn = z.object({
  accepted: z.array(
    z.object({
      type: z.string(),
      branch: z.exactOptional(z.string()),
      pull_request: z.exactOptional(z.int()),
    }),
  ),
  ignored: z.array(z.object({ because: z.string() })),
});

export const HookFailure = z.object({
  error: z.string(),
  message: z.string(),
  remedy: z.exactOptional(z.string()),
  fields: z.exactOptional(z.record(z.string(), z.string())),
});

/** A message that nobody could process. */
export const DeadLetter = z.object({
  id: z.string(),
  queue: z
    .enum(['events', 'activities', 'prune'])
    .check(z.describe('Where it was on its way to; those of `prune` are ticks of the schedule')),
  type: z.string().check(z.describe('What it asks for; `unknown` where it does not say so')),
  project: z.nullable(z.string()),
  sent_at: Time,
  failure: z
    .nullable(z.object({ code: z.string(), because: z.string(), attempts: z.int(), failed_at: Time }))
    .check(z.describe('Why it died; null when whoever processed it ended before it could say so')),
  body: z.string().check(z.describe('The beginning of the message')),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export const DeadLetters = z.object({
  items: z.array(DeadLetter),
  has_more: z.boolean().check(z.describe('Whether there are more than are looked at')),
});

/** What became of dead letters that were named: those that were not there may be gone already. */
export const HandledDeadLetters = z.object({ done: z.array(z.string()), missing: z.array(z.string()) });
