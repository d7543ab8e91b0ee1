import * as z from 'zod/mini';
import { LastActivity } from './activity.ts';
import {
  EmptyObject,
  EnvironmentStatus,
  EnvironmentType,
  Link,
  Operation,
  siteAccess,
  Time,
} from './common.ts';

const BuildStatus = z.object({
  commit: z.string(),
  activity: z.string().check(z.describe('The activity that deployed')),
  state: z.enum(['successful', 'failed', 'stopped']),
  description: z.nullable(z.string()),
  delivered: z
    .boolean()
    .check(z.describe('False when Bitbucket has not accepted the status; the prune sends it again')),
  undelivered_because: z.nullable(z.string()),
  undelivered_since: z.nullable(Time),
});

const LastDeployment = z.object({
  activity: z.string(),
  commit: z.string(),
  result: z.enum(['success', 'failure', 'cancelled']),
  because: z.nullable(z.string()),
  at: z
    .nullable(Time)
    .check(z.describe('Null when another activity has ended since a deployment that did not succeed')),
});

/** The limit, outage, pause or missing approval that an environment waits for. */
export const Waiting = z.object({
  because: z.string(),
  since: Time,
  next_try: z.nullable(Time).check(z.describe('Null when a user has to act, or a try is in progress')),
});

/** The pull request of an environment. */
export const PullRequest = z.object({
  number: z.int(),
  source_branch: z.string(),
  target_branch: z.string(),
  fork: z.nullable(z.string()).check(z.describe('The fork that has the source branch')),
  url: z
    .nullable(z.string())
    .check(z.describe('The page in Bitbucket; null after the integration was removed')),
});

const Refusal = z.exactOptional(z.object({ because: z.string(), remedy: z.string() }));

const Refusals = z
  .object({
    activate: Refusal,
    deactivate: Refusal,
    redeploy: Refusal,
    branch: Refusal,
    synchronize: Refusal,
    merge: Refusal,
    delete: Refusal,
    edit: Refusal,
  })
  .check(
    z.describe(
      'The reason and the remedy for each operation that is not possible now, with the texts of its refusal',
    ),
  );

/** An environment of one branch or one pull request. */
export const Environment = z.object({
  id: z.string().check(z.describe('The branch’s name, or `pr-<number>`')),
  name: z.string(),
  machine_name: z.string().check(z.describe('The name as a part of host names')),
  created_at: Time,
  updated_at: Time,
  title: z.string(),
  attributes: EmptyObject,
  type: EnvironmentType,
  parent: z.nullable(z.string()),
  project: z.string(),
  status: EnvironmentStatus,
  is_dirty: z.boolean(),
  clone_parent_on_create: z.boolean(),
  is_main: z.boolean(),
  is_pr: z.boolean(),
  fork: z.nullable(z.string()).check(z.describe('The fork that the pull request comes from')),
  pull_request: z.nullable(PullRequest),
  primary_url: z
    .nullable(z.string())
    .check(z.describe('The URL that is reported to Bitbucket; null without a deployment')),
  last_activity: z
    .nullable(LastActivity)
    .check(z.describe('The activity in progress, or the last that ended; null before the first')),
  waiting: z.nullable(Waiting),
  refusals: Refusals,
  has_remote: z.boolean(),
  protected: z
    .boolean()
    .check(z.describe('True when only a user can delete the environment, with a confirmation')),
  gone_since: z.nullable(Time).check(z.describe('When the branch was found to be deleted')),
  goes_at: z
    .nullable(Time)
    .check(z.describe('When the grace period ends and the prune deletes the environment')),
  last_deployment: z
    .nullable(LastDeployment)
    .check(z.describe('The end of the last deployment; null before the first')),
  build_status: z
    .nullable(BuildStatus)
    .check(z.describe('The result of the last deployment, as Bitbucket shows it on the commit')),
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
  ...siteAccess,
  http_access_from: z
    .nullable(z.string())
    .check(z.describe('The environment whose access control applies; null when there is none')),
  deployment_state: z.null(),
  sizing: z.null(),
  resources_overrides: EmptyObject,
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
    variables: Link,
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
/** A parsed `Environment`. */
export type Environment = z.infer<typeof Environment>;

/** An environment in a long list. */
export const EnvironmentRow = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  type: EnvironmentType,
  status: EnvironmentStatus,
  parent: z.nullable(z.string()),
  machine_name: z.string(),
  is_main: z.boolean(),
  pull_request: z.nullable(PullRequest),
  head_commit: z.nullable(z.string()),
  updated_at: Time,
  primary_url: z.nullable(z.string()),
  last_result: z
    .nullable(z.enum(['success', 'failure', 'cancelled']))
    .check(z.describe('The end of the last activity; null before the first, and during an activity')),
  waiting: z.nullable(Waiting),
  goes_at: z.nullable(Time),
});
/** A parsed `EnvironmentRow`. */
export type EnvironmentRow = z.infer<typeof EnvironmentRow>;
