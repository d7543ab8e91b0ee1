import * as z from 'zod/mini';
import { described, Flag, unsupported } from './common.ts';

/** Texts are checked by the domain, whose messages never contain a value. */
const fields = {
  is_json: described(Flag, 'Whether the value is JSON; then `$BOUGH_VARIABLES` has it parsed'),
  is_sensitive: described(Flag, 'Whether the value is encrypted, hidden in logs and never shown again'),
  visible_build: described(Flag, 'Whether scripts get the variable; by default true'),
  visible_runtime: described(Flag, 'Accepted and without effect: all scripts run in builds'),
  visible_forks: described(
    Flag,
    'Whether builds of pull requests from forks get the variable; by default true, false for a sensitive one',
  ),
  application_scope: described(
    z.optional(
      z.array(z.never('Bough has no applications')).check(z.maxLength(0, 'Bough has no applications')),
    ),
    'Empty: Bough has no applications',
  ),
  attributes: described(z.optional(z.strictObject({})), 'Empty: Bough has no attributes'),
};

const ofEnvironment = {
  is_enabled: described(Flag, 'Whether the environment has the variable; by default true'),
  is_inheritable: described(Flag, 'Whether child environments have the variable too; by default true'),
};

const fixedName = unsupported('Cannot be changed: create another variable');

/** The body that creates a variable of a project. */
export const NewProjectVariable = z.strictObject({ name: z.string(), value: z.string(), ...fields });

/** The body that changes a variable of a project. */
export const ProjectVariableChanges = z.strictObject({
  name: fixedName,
  value: z.optional(z.string()),
  ...fields,
});

/** The body that creates a variable of an environment. */
export const NewEnvironmentVariable = z.strictObject({ ...NewProjectVariable.shape, ...ofEnvironment });

/** The body that changes a variable of an environment. */
export const EnvironmentVariableChanges = z.strictObject({
  ...ProjectVariableChanges.shape,
  ...ofEnvironment,
});

type AnyBody = Omit<z.infer<typeof EnvironmentVariableChanges>, 'name'>;

/** The fields of a body that change a variable; the others have no effect. */
export function variableChanges({
  value,
  is_json,
  is_sensitive,
  is_enabled,
  is_inheritable,
  visible_build,
  visible_forks,
}: AnyBody) {
  return { value, is_json, is_sensitive, is_enabled, is_inheritable, visible_build, visible_forks };
}
