import * as z from 'zod/mini';
import { Accepted } from './accepted.ts';
import { EmptyObject, Link, Operation, Time } from './common.ts';

const common = {
  id: z.string().check(z.describe('The name')),
  name: z.string().check(z.describe('With the prefix `env:`, an environment variable of scripts')),
  created_at: Time,
  updated_at: Time,
  attributes: EmptyObject,
  value: z.exactOptional(z.string()).check(z.describe('Absent for a sensitive variable')),
  is_json: z.boolean(),
  is_sensitive: z
    .boolean()
    .check(z.describe('True when the value is encrypted, hidden in logs and never shown again')),
  visible_build: z.boolean().check(z.describe('False when no script gets the variable')),
  visible_runtime: z.boolean().check(z.describe('Always false: all scripts run in builds')),
  visible_forks: z
    .boolean()
    .check(z.describe('True when builds of pull requests from forks get the variable')),
  application_scope: z.array(z.string()),
};

/** A variable of a project. */
export const ProjectVariable = z.object({
  ...common,
  _links: z.object({ self: Link, '#edit': Operation, '#delete': Operation }),
});
/** A parsed `ProjectVariable`. */
export type ProjectVariable = z.infer<typeof ProjectVariable>;

/** A variable that an environment has or inherits. */
export const EnvironmentVariable = z.object({
  ...common,
  project: z.string(),
  environment: z.string().check(z.describe('The environment that defines the variable')),
  is_enabled: z.boolean(),
  is_inheritable: z.boolean().check(z.describe('True when child environments have the variable too')),
  inherited: z.boolean(),
  _links: z.object({ self: Link, '#edit': Operation, '#delete': Operation }),
});
/** A parsed `EnvironmentVariable`. */
export type EnvironmentVariable = z.infer<typeof EnvironmentVariable>;

/** The response to the change of a variable of a project. */
export const AcceptedProjectVariable = Accepted(ProjectVariable);

/** The response to the change of a variable of an environment. */
export const AcceptedEnvironmentVariable = Accepted(EnvironmentVariable);

/** The response to the deletion of a variable. */
export const DeletedVariable = z.object({
  status: z.literal('OK'),
  code: z.literal(200),
  _embedded: z.object({ activities: z.array(EmptyObject) }),
});
