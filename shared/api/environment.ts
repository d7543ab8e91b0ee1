import * as z from 'zod/mini';
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
  has_remote: z.boolean(),
  protected: z
    .boolean()
    .check(z.describe('True when only a user can delete the environment, with a confirmation')),
  gone_since: z.nullable(Time).check(z.describe('When the branch was found to be deleted')),
  goes_at: z
    .nullable(Time)
    .check(z.describe('When the grace period ends and the prune deletes the environment')),
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
