import * as z from 'zod/mini';
import type { Action } from '../../shared/domain/actions.ts';
import type { IntegrationType } from '../../shared/domain/integration-type.ts';
import { BoughError } from '../../shared/errors.ts';
import type { NewIntegration as Wanted } from '../../shared/workflow/integration-input.ts';
import type { IntegrationChanges as Changes } from '../../shared/workflow/update-integration.ts';

const Text = z.string().check(z.minLength(1), z.maxLength(1000));
const Option = z.optional(z.boolean());
const Resources = z.enum(['default', 'minimum', 'parent']);
const ResourcesInput = z.nullish(z.strictObject({ init: z.nullish(Resources) }));

/** A field that exists elsewhere: it is answered with why it does not here. */
function absent(why: string) {
  return z.optional(z.never(why));
}

/** The same schema, with what its users are told about it. */
function told<T extends z.ZodMiniType>(schema: T, text: string): T {
  return schema.check(z.describe(text));
}

export const NewProject = z.strictObject({ title: z.string() });
export const ProjectChanges = z.strictObject({
  title: z.optional(z.string()),
  default_branch: z.optional(Text),
});

/** How much of a list is wanted, and after which of its ids. */
const page = {
  count: told(z.optional(wholeNumber(1, 1000)), 'How many at most'),
  after: told(
    z.optional(Text.check(z.refine(fitsIntoKey, 'Must be an id'))),
    'The last id of the page before: the link to the next one has it',
  ),
};
export const PageQuery = z.strictObject(page);

/** What Upsun's environments have beside that, and Bough's do not. */
const fixed = (what: string) => absent(`Cannot be changed: ${what}`);

export const EnvironmentChanges = z.strictObject({
  title: z.optional(z.string()),
  type: z.optional(z.enum(['development', 'staging', 'production'])),
  parent: told(z.optional(z.nullable(Text)), 'Null detaches it from its parent'),
  protected: told(
    z.optional(z.boolean()),
    'A protected environment is deleted by a user only, who confirms it',
  ),
  name: fixed('an environment has the name of its branch'),
  attributes: fixed('Bough has no attributes'),
  clone_parent_on_create: fixed('the integration says it for all, as pull_requests_clone_parent_data'),
  http_access: fixed('Bough has no access control for sites'),
  enable_smtp: fixed('Bough sends no mail'),
  restrict_robots: fixed('Bough does not stand before what is deployed'),
});

/** Removing protected data needs a confirmation. */
export const Confirmation = z.strictObject({
  confirm: told(z.optional(Text), 'The id of what is deleted: required where that is protected'),
});

/** True when the right id was given. Throws `invalid` for another one. */
export function isConfirmed({ confirm }: z.infer<typeof Confirmation>, id: string): boolean {
  if (confirm === undefined || confirm === id) return confirm === id;
  throw new BoughError('invalid', 'The query is invalid.', { fields: { confirm: `Must be ${id}` } });
}

const options = {
  fetch_branches: told(Option, 'Whether every branch gets an environment'),
  prune_branches: told(Option, 'Whether an environment goes with its branch; needs fetch_branches'),
  prune_grace_hours: told(
    z.optional(wholeNumber(0, 2160)),
    'How many hours an active environment outlives its branch; 0 for none',
  ),
  prune_limit: told(
    z.optional(
      z.strictObject({
        environments: told(z.optional(wholeNumber(0, 100_000)), 'So many'),
        percent: told(z.optional(wholeNumber(0, 100)), 'Or so many of a hundred, if that is more'),
      }),
    ),
    'How many environments may be deleted at once; more are held back until somebody confirms them',
  ),
  build_pull_requests: told(Option, 'Whether every pull request gets an environment'),
  pull_requests_clone_parent_data: told(
    Option,
    'Whether a pull request’s environment begins with a copy of its parent’s data',
  ),
  resync_pull_requests: told(Option, 'Whether every push to a pull request copies its parent’s data anew'),
  environment_init_resources: told(
    z.optional(z.enum(['default', 'minimum', 'parent', 'manual'])),
    'What new environments get; with `manual` they wait until it is said',
  ),
  build_fork_pull_requests: told(
    z.optional(z.enum(['never', 'approved', 'always'])),
    'Whether pull requests from forks get an environment',
  ),
};

export const Prune = z.strictObject({
  dry_run: told(Option, 'Whether only to tell what would be done and why'),
  confirm: told(
    z.optional(z.union([z.boolean(), Text])),
    'Deletions that are held back and meant to be done: the `digest` of `held_back`, or true for what the integration shows now',
  ),
});

const Consumer = z.strictObject({ key: Text, secret: Text });
const notForCloud = absent('Cannot be used with the integration type bitbucket');
const notForServers = absent('Cannot be used with the integration type bitbucket_server');

const cloud = {
  ...options,
  repository: told(Text, '`owner/name`, or the repository’s URL'),
  app_credentials: told(Consumer, 'An OAuth consumer of Bitbucket’s; the secret is never shown'),
  pull_requests_max_pages: told(
    z.optional(z.nullable(z.int().check(z.minimum(1)))),
    'How many pages of open pull requests are read; null for all',
  ),
};
const cloudLacks = {
  url: notForCloud,
  username: notForCloud,
  token: notForCloud,
  project: notForCloud,
  base_url: notForCloud,
  addon_credentials: absent(
    "Not supported: Bitbucket's add-on credentials are discontinued, use app_credentials",
  ),
};

const server = {
  ...options,
  url: told(Text, 'The server’s address'),
  username: told(Text, 'Whose token it is'),
  token: told(Text, 'An HTTP access token; it is never shown'),
  project: told(z.optional(Text), 'The key of the project that the repository is in'),
  repository: told(Text, 'Its name; with its project’s key before a slash, or as a URL, without `project`'),
};
const serverLacks = {
  base_url: notForServers,
  app_credentials: notForServers,
  addon_credentials: notForServers,
  pull_requests_max_pages: notForServers,
};

const adopt = told(
  Option,
  'Whether environments of another repository, left behind by an earlier integration, are taken over; refused without',
);

/** One for each type of integration, which it names. */
export const NewIntegration = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bitbucket'), ...cloud, adopt, ...cloudLacks }),
  z.strictObject({ type: z.literal('bitbucket_server'), ...server, adopt, ...serverLacks }),
]);

/** The type is taken, because clients send it, and changes nothing. */
const anyType = { type: z.optional(z.string()) };
const CloudChanges = z.strictObject({
  ...anyType,
  ...z.partial(z.strictObject(cloud)).shape,
  ...cloudLacks,
});
const ServerChanges = z.strictObject({
  ...anyType,
  ...z.partial(z.strictObject(server)).shape,
  ...serverLacks,
});
export const IntegrationChanges = z.union([CloudChanges, ServerChanges]);
type IntegrationChanges = z.infer<typeof IntegrationChanges>;

/** The changes that an integration of a type can have. */
export function changesOf(type: IntegrationType): z.ZodMiniType<IntegrationChanges> {
  return type === 'bitbucket' ? CloudChanges : ServerChanges;
}

export function newIntegration(input: z.infer<typeof NewIntegration>): Wanted {
  if (input.type === 'bitbucket') return input;
  const { project, ...wanted } = input;
  return { ...wanted, repository: inProject(project, wanted.repository) };
}

export function integrationChanges({ type: _, ...input }: IntegrationChanges): Changes {
  const { project, repository, ...changes } = input;
  if (repository !== undefined) return { ...changes, repository: inProject(project, repository) };
  if (project === undefined) return changes;
  throw new BoughError('invalid', 'The body is invalid.', {
    fields: { repository: 'Required with project' },
  });
}

/** Upsun's API tells a server's project and repository apart; `PROJECT/repository` in one is taken too. */
function inProject(project: string | undefined, repository: string): string {
  return project === undefined ? repository : `${project}/${repository}`;
}

export const Activation = z.strictObject({
  resources: ResourcesInput,
  commit: told(z.optional(Text), 'What is deployed; the branch’s head without it'),
});

export const Branching = z.strictObject({
  title: z.optional(z.string().check(z.maxLength(1000))),
  name: told(Text, 'The new branch, and the environment’s id'),
  clone_parent: told(Option, 'Whether it begins with a copy of the parent’s data; true if it is not said'),
  type: z.optional(z.enum(['development', 'staging'])),
  resources: ResourcesInput,
});

/** Merging is always refused: what else is sent with it shall not be the reason. */
export const Merge = z.strictObject({ resources: ResourcesInput });

export const Synchronization = z.strictObject({
  synchronize_code: told(Option, 'Refused where an integration fetches branches: merge in the repository'),
  rebase: told(Option, 'Says how the code would be synchronized'),
  synchronize_data: told(Option, 'The environment’s data is overwritten with a copy of its parent’s'),
  /** Resources are what an environment was given when it was activated. */
  synchronize_resources: z.optional(z.literal(false)),
});

/** It overwrites what is there, so nothing is taken for granted. */
export function synchronization(
  input: z.infer<typeof Synchronization>,
): Extract<Action, { type: 'synchronize' }> {
  const { synchronize_code: code = false, synchronize_data: data = false } = input;
  if (code || data) return { type: 'synchronize', code, data };
  throw new BoughError('invalid', 'The body is invalid.', {
    fields: { synchronize_data: 'Required: there is nothing else that can be synchronized' },
  });
}

const UpsunState = z.enum(['pending', 'scheduled', 'staged', 'in_progress', 'complete', 'cancelled']);

export const ActivityQuery = z.strictObject({
  type: z.optional(z.array(z.string())),
  /** Those of Upsun's that no activity of ours is ever in are taken too. */
  state: z.optional(z.array(UpsunState)),
  result: z.optional(z.array(z.enum(['success', 'failure']))),
  starts_at: told(
    z.optional(z.iso.datetime({ offset: true, error: 'Must be a time like 2026-01-31T12:00:00Z' })),
    'Only what was created before',
  ),
  ...page,
});
export type ActivityQuery = z.infer<typeof ActivityQuery>;

/** Whatever else clients send when they follow a log says nothing here. */
export const LogQuery = z.object({
  start_at: told(tolerant(z.int().check(z.minimum(0))), 'How many lines are known already'),
  max_items: told(tolerant(z.int().check(z.minimum(0))), 'How many lines at most'),
  max_delay: told(z.optional(z.unknown()), 'Taken and not heeded: an answer waits for nothing'),
});
export type LogQuery = z.infer<typeof LogQuery>;

/** Clients count on it that a number which is none is as good as nothing. */
function tolerant<T extends z.ZodMiniType>(schema: T) {
  return z.catch(z.optional(schema), undefined);
}

function fitsIntoKey(text: string): boolean {
  return Buffer.byteLength(text) <= 1000;
}

function wholeNumber(from: number, to: number) {
  const error = `Must be a whole number from ${from} to ${to}`;
  return z.int(error).check(z.minimum(from, error), z.maximum(to, error));
}

/** Which dead letters are meant: those that somebody has seen, so that none goes unseen. So many are listed at most. */
export const DeadLetterIds = z.strictObject({
  ids: z.array(Text).check(z.minLength(1), z.maxLength(1500)),
});
