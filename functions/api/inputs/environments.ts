import * as z from 'zod/mini';
import { EnvironmentStatus, EnvironmentType } from '../../../shared/api/common.ts';
import { hiddenPassword } from '../../../shared/domain/access/edit-access.ts';
import type { Action } from '../../../shared/domain/environments/actions.ts';
import { BoughError } from '../../../shared/errors.ts';
import { described, Flag, page, ResourcesInput, Text, unsupported } from './common.ts';

/** The query that filters and pages a list of environments. */
export const EnvironmentQuery = z.strictObject({
  view: described(
    z.optional(z.enum(['full', 'row'])),
    '`row` returns few fields of each environment; by default `full`',
  ),
  status: z.optional(z.array(EnvironmentStatus)),
  type: z.optional(z.array(EnvironmentType)),
  kind: described(
    z.optional(z.enum(['branch', 'pull_request'])),
    'Only environments of branches, or of pull requests',
  ),
  search: described(
    z.optional(Text),
    'A part of the id, the title or the source branch, the number of a pull request, or the beginning of the commit',
  ),
  ...page,
});
/** A parsed `EnvironmentQuery`. */
export type EnvironmentQuery = z.infer<typeof EnvironmentQuery>;

/** A field of Upsun's environments that cannot be changed here. */
const fixed = (reason: string) => unsupported(`Cannot be changed: ${reason}`);

const HttpAccess = z.strictObject({
  is_enabled: z.optional(z.boolean()),
  addresses: described(
    z.optional(
      z.nullable(z.array(z.strictObject({ permission: z.enum(['allow', 'deny']), address: z.string() }))),
    ),
    'The first rule that covers an address decides; an address without a rule is let in',
  ),
  basic_auth: described(
    z.optional(z.nullable(z.record(z.string(), z.string()))),
    `The password of each user; \`${hiddenPassword}\` keeps the password of a user`,
  ),
});

/** The body that changes an environment. */
export const EnvironmentChanges = z.strictObject({
  title: z.optional(z.string()),
  type: z.optional(z.enum(['development', 'staging', 'production'])),
  parent: described(z.optional(z.nullable(Text)), 'Null removes the parent'),
  protected: described(
    z.optional(z.boolean()),
    'Only a user can delete a protected environment, with a confirmation',
  ),
  name: fixed('an environment has the name of its branch'),
  attributes: fixed('Bough has no attributes'),
  clone_parent_on_create: fixed(
    'the option pull_requests_clone_parent_data of the integration applies to all',
  ),
  http_access: described(
    z.optional(z.nullable(HttpAccess)),
    'The access control of the site; a field replaces the one in effect, and null inherits the parent’s again',
  ),
  enable_smtp: fixed('Bough sends no mail'),
  restrict_robots: described(
    z.optional(z.boolean()),
    'Whether search engines are asked not to index the site, from the next deployment on; by default true except in production',
  ),
});

/** The body that activates an environment. */
export const Activation = z.strictObject({
  resources: ResourcesInput,
  commit: described(z.optional(Text), 'The commit to deploy; by default the branch’s head'),
});

/** The body that creates a branch of an environment. */
export const Branching = z.strictObject({
  title: z.optional(z.string().check(z.maxLength(1000))),
  name: described(Text, 'The name of the new branch and the id of its environment'),
  clone_parent: described(
    Flag,
    'Whether the environment starts with a copy of the parent’s data; by default true',
  ),
  type: z.optional(z.enum(['development', 'staging'])),
  resources: ResourcesInput,
});

/** The body of a merge, which is always refused. The schema is lenient so that the refusal states the real reason. */
export const Merge = z.strictObject({ resources: ResourcesInput });

/** The body of a synchronization with the parent. */
export const Synchronization = z.strictObject({
  synchronize_code: described(
    Flag,
    'Refused when an integration fetches branches: merge in the repository instead',
  ),
  rebase: described(Flag, 'How the code would be synchronized'),
  synchronize_data: described(Flag, 'Overwrite the environment’s data with a copy of its parent’s data'),
  synchronize_resources: z.optional(z.literal(false)),
});

/**
 * The action that a synchronization asks for. Synchronizing overwrites data, so there is no default.
 * @throws BoughError invalid, when neither code nor data is to be synchronized
 */
export function synchronization(
  input: z.infer<typeof Synchronization>,
): Extract<Action, { type: 'synchronize' }> {
  const { synchronize_code: code = false, synchronize_data: data = false } = input;
  if (code || data) return { type: 'synchronize', code, data };
  throw new BoughError('invalid', 'The body is invalid.', {
    fields: { synchronize_data: 'Required: there is nothing else that can be synchronized' },
  });
}
