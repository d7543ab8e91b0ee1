import * as z from 'zod/mini';
import { EmptyObject, Link, Operation, Time } from './common.ts';

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
/** A parsed `Project`. */
export type Project = z.infer<typeof Project>;
