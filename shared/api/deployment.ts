import * as z from 'zod/mini';
import { EmptyObject, EnvironmentStatus, EnvironmentType, Link, siteAccess, Time } from './common.ts';

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
  primary: z.boolean().check(z.describe('True for the route that is reported to Bitbucket')),
  production_url: z.null(),
  attributes: EmptyObject,
  tls,
  redirects: z.object({ expires: z.string(), paths: EmptyObject }),
};
const Switch = z.object({ enabled: z.boolean() });

/** A URL of an environment. */
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
/** A parsed `Route`. */
export type Route = z.infer<typeof Route>;

/** One successful run of the builder for a commit. */
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
    capabilities: EmptyObject,
    settings: EmptyObject,
  }),
  environment_info: z.object({
    name: z.string(),
    status: EnvironmentStatus,
    is_main: z.boolean(),
    is_production: z.boolean(),
    constraints: EmptyObject,
    reference: z.string().check(z.describe('The reference in the mirror')),
    machine_name: z.string(),
    environment_type: EnvironmentType,
    links: EmptyObject,
  }),
  routes: z.record(z.string(), Route).check(z.describe('The routes by their URLs')),
  ...siteAccess,
  vpn: z.null(),
  variables: z.array(z.string()),
  access: z.array(z.string()),
  container_profiles: EmptyObject,
  services: EmptyObject,
  webapps: EmptyObject,
  workers: EmptyObject,
  tasks: EmptyObject,
  _links: z.object({
    self: Link,
    environment: Link,
    project: Link,
  }),
});
/** A parsed `Deployment`. */
export type Deployment = z.infer<typeof Deployment>;
