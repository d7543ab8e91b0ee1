import * as z from 'zod/mini';
import { BoughError } from '../../shared/errors.ts';

const Text = z.string().check(z.minLength(1), z.maxLength(1000));
const Option = z.optional(z.boolean());

export const NewProject = z.strictObject({ title: z.string() });

export const NewIntegration = z.strictObject({
  type: z.literal('bitbucket'),
  repository: Text,
  app_credentials: z.strictObject({ key: Text, secret: Text }),
  fetch_branches: Option,
  prune_branches: Option,
  build_pull_requests: Option,
  pull_requests_clone_parent_data: Option,
  resync_pull_requests: Option,
});

/** Fields that exist, but not for integrations of type `bitbucket`. */
const inapplicable = new Set(['url', 'username', 'token', 'project', 'base_url']);

/** Parses a request's body. Throws `invalid`, which names every field that is wrong, unknown ones too. */
export function parseInput<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = Object.fromEntries(result.error.issues.flatMap((issue) => messagesOf(issue, value)));
  throw new BoughError('invalid', 'The body is invalid.', { fields });
}

type Issue = z.core.$ZodIssue;

function messagesOf(issue: Issue, value: unknown): [string, string][] {
  const field = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys')
    return [[field || 'body', messageOf(issue, isMissing(value, issue.path))]];
  return issue.keys.map((key) => [
    field ? `${field}.${key}` : key,
    !field && inapplicable.has(key) ? 'Cannot be used with the integration type bitbucket' : 'Unknown field',
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
