import * as z from 'zod/mini';
import type { Action } from '../../shared/domain/actions.ts';
import type { IntegrationType } from '../../shared/domain/integration-type.ts';
import { BoughError } from '../../shared/errors.ts';
import type { NewIntegration } from '../../shared/workflow/integration-input.ts';
import type { IntegrationChanges } from '../../shared/workflow/update-integration.ts';

const Text = z.string().check(z.minLength(1), z.maxLength(1000));
const Option = z.optional(z.boolean());
const Resources = z.enum(['default', 'minimum', 'parent']);
const ResourcesInput = z.nullish(z.strictObject({ init: z.nullish(Resources) }));

export const NewProject = z.strictObject({ title: z.string() });
export const ProjectChanges = z.strictObject({
  title: z.optional(z.string()),
  default_branch: z.optional(Text),
});

const options = {
  fetch_branches: Option,
  prune_branches: Option,
  build_pull_requests: Option,
  pull_requests_clone_parent_data: Option,
  resync_pull_requests: Option,
  environment_init_resources: z.optional(z.enum(['default', 'minimum', 'parent', 'manual'])),
  build_fork_pull_requests: z.optional(z.enum(['never', 'approved', 'always'])),
};

const Consumer = z.strictObject({ key: Text, secret: Text });
const cloud = { ...options, repository: Text, app_credentials: Consumer };
const server = {
  ...options,
  url: Text,
  username: Text,
  token: Text,
  project: z.optional(Text),
  repository: Text,
};

const schemas = {
  bitbucket: {
    create: z.strictObject({ type: z.literal('bitbucket'), ...cloud }),
    patch: z.strictObject({ type: z.optional(z.string()), ...z.partial(z.strictObject(cloud)).shape }),
  },
  bitbucket_server: {
    create: z.strictObject({ type: z.literal('bitbucket_server'), ...server }),
    patch: z.strictObject({ type: z.optional(z.string()), ...z.partial(z.strictObject(server)).shape }),
  },
};

const Typed = z.object({ type: z.enum(['bitbucket', 'bitbucket_server']) });

export function parseNewIntegration(value: unknown): NewIntegration {
  const { type } = parseInput(Typed, value);
  if (type === 'bitbucket') return parseInput(schemas.bitbucket.create, value, type);
  const { project, ...input } = parseInput(schemas.bitbucket_server.create, value, type);
  return { ...input, repository: inProject(project, input.repository) };
}

/** The type is taken, because clients send it, and changes nothing. */
export function parseIntegrationChanges(type: IntegrationType, value: unknown): IntegrationChanges {
  if (type === 'bitbucket') return parseInput(schemas.bitbucket.patch, value, type);
  const { project, repository, ...input } = parseInput(schemas.bitbucket_server.patch, value, type);
  if (repository !== undefined) return { ...input, repository: inProject(project, repository) };
  if (project === undefined) return input;
  throw new BoughError('invalid', 'The body is invalid.', {
    fields: { repository: 'Required with project' },
  });
}

/** Upsun's API tells a server's project and repository apart; `PROJECT/repository` in one is taken too. */
function inProject(project: string | undefined, repository: string): string {
  return project === undefined ? repository : `${project}/${repository}`;
}

export const Activation = z.strictObject({ resources: ResourcesInput, commit: z.optional(Text) });

export const Branching = z.strictObject({
  title: z.optional(z.string().check(z.maxLength(1000))),
  name: Text,
  clone_parent: Option,
  type: z.optional(z.enum(['development', 'staging'])),
  resources: ResourcesInput,
});

const Synchronization = z.strictObject({
  synchronize_code: Option,
  rebase: Option,
  synchronize_data: Option,
  /** Resources are what an environment was given when it was activated. */
  synchronize_resources: z.optional(z.literal(false)),
});

/** It overwrites what is there, so nothing is taken for granted. */
export function parseSynchronization(value: unknown): Extract<Action, { type: 'synchronize' }> {
  const { synchronize_code: code = false, synchronize_data: data = false } = parseInput(
    Synchronization,
    value,
  );
  if (code || data) return { type: 'synchronize', code, data };
  throw new BoughError('invalid', 'The body is invalid.', {
    fields: { synchronize_data: 'Required: there is nothing else that can be synchronized' },
  });
}

/** Fields that exist, but not for every type of integration. */
const inapplicable = new Set(['url', 'username', 'token', 'project', 'base_url', 'app_credentials']);

/** Parses a request's body. Throws `invalid`, which names every field that is wrong, unknown ones too. */
export function parseInput<T>(schema: z.ZodMiniType<T>, value: unknown, type?: IntegrationType): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = Object.fromEntries(result.error.issues.flatMap((issue) => messagesOf(issue, value, type)));
  throw new BoughError('invalid', 'The body is invalid.', { fields });
}

type Issue = z.core.$ZodIssue;

function messagesOf(issue: Issue, value: unknown, type: IntegrationType | undefined): [string, string][] {
  const field = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys')
    return [[field || 'body', messageOf(issue, isMissing(value, issue.path))]];
  return issue.keys.map((key) => [
    field ? `${field}.${key}` : key,
    !field && type && inapplicable.has(key)
      ? `Cannot be used with the integration type ${type}`
      : 'Unknown field',
  ]);
}

function messageOf(issue: Issue, missing: boolean): string {
  if (missing) return 'Required';
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'object' ? 'Must be an object' : `Must be a ${issue.expected}`;
    case 'invalid_value':
      return `Must be one of: ${issue.values.join(', ')}`;
    case 'too_small':
      return 'Must not be empty';
    case 'too_big':
      return `Must not be longer than ${issue.maximum} characters`;
    default:
      return 'Is invalid';
  }
}

function isMissing(value: unknown, path: Issue['path']): boolean {
  const found = path.reduce<unknown>((parent, key) => Object(parent)[key], value);
  return path.length > 0 && found === undefined;
}
