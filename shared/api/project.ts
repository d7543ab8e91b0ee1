import * as z from 'zod/mini';
import { LastActivity } from './activity.ts';
import { EmptyObject, Link, Operation, Time } from './common.ts';

const ProjectSummary = z
  .object({
    environments: z.object({ active: z.int(), dirty: z.int(), inactive: z.int(), deleting: z.int() }),
    is_complete: z
      .boolean()
      .check(z.describe('False when the project has more environments than were counted')),
    last_activity: z
      .nullable(z.object({ ...LastActivity.shape, environment: z.nullable(z.string()) }))
      .check(z.describe('The activity that began last; null before the first, or long after it')),
  })
  .check(z.describe('The environments by their status, and the last activity; in lists with `view=summary`'));
/** A parsed summary of a project. */
export type ProjectSummary = z.infer<typeof ProjectSummary>;

/** A project: the owner of environments and of one integration. */
export const Project = z.object({
  id: z.string(),
  created_at: Time,
  updated_at: Time,
  title: z.string(),
  description: z.string(),
  attributes: EmptyObject,
  owner: z.string(),
  namespace: z.null(),
  organization: z.null(),
  default_branch: z
    .nullable(z.string())
    .check(z.describe('Null until the first integration has read it from the repository')),
  status: z.object({ code: z.enum(['active', 'deleting']), message: z.string() }),
  timezone: z.string(),
  region: z.string(),
  repository: z.object({ url: z.string(), client_ssh_key: z.null() }),
  default_domain: z.null(),
  maintenance: z.null(),
  summary: z.exactOptional(ProjectSummary),
  _links: z.object({
    self: Link,
    environments: Link,
    integrations: Link,
    activities: Link,
    mirror: Link,
    variables: Link,
    '#edit': Operation,
    '#delete': Operation,
  }),
});
/** A parsed `Project`. */
export type Project = z.infer<typeof Project>;
