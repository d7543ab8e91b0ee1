import * as z from 'zod/mini';
import type { IntegrationType } from '../../../shared/domain/integrations/integration-type.ts';
import { BoughError } from '../../../shared/errors.ts';
import type { NewIntegration as Wanted } from '../../../shared/workflow/integrations/integration-input.ts';
import type { IntegrationChanges as Changes } from '../../../shared/workflow/integrations/update-integration.ts';
import { described, Flag, Text, unsupported, wholeNumber } from './common.ts';

const options = {
  fetch_branches: described(Flag, 'Whether every branch gets an environment'),
  prune_branches: described(
    Flag,
    'Whether an environment is deleted when its branch is deleted; requires fetch_branches',
  ),
  prune_grace_hours: described(
    z.optional(wholeNumber(0, 2160)),
    'Hours between the deletion of a branch and that of its active environment; 0 deletes at once',
  ),
  prune_limit: described(
    z.optional(
      z.strictObject({
        environments: described(z.optional(wholeNumber(0, 100_000)), 'A number of environments'),
        percent: described(
          z.optional(wholeNumber(0, 100)),
          'A percentage of all environments; it applies when it is more than `environments`',
        ),
      }),
    ),
    'The largest number of environments that may be deleted at once; more deletions wait for a confirmation',
  ),
  build_pull_requests: described(Flag, 'Whether every pull request gets an environment'),
  pull_requests_clone_parent_data: described(
    Flag,
    'Whether a pull request’s environment starts with a copy of its parent’s data',
  ),
  resync_pull_requests: described(
    Flag,
    'Whether every push to a pull request copies the parent’s data again',
  ),
  environment_init_resources: described(
    z.optional(z.enum(['default', 'minimum', 'parent', 'manual'])),
    'The resources of new environments; with `manual` they wait for an activation that names them',
  ),
  build_fork_pull_requests: described(
    z.optional(z.enum(['never', 'approved', 'always'])),
    'Whether pull requests from forks get an environment',
  ),
  public_pages: described(
    Flag,
    'Whether everybody with a link can open the status page of an environment, and the board of the project',
  ),
};

/** The body that prunes an integration. */
export const Prune = z.strictObject({
  dry_run: described(Flag, 'Whether to return the changes and their reasons without making them'),
  confirm: described(
    z.optional(z.union([z.boolean(), Text])),
    'Confirms deletions that are held back: the `digest` of `held_back`, or true for those that the integration shows now',
  ),
});

const Consumer = z.strictObject({ key: Text, secret: Text });
const notForCloud = unsupported('Cannot be used with the integration type bitbucket');
const notForServers = unsupported('Cannot be used with the integration type bitbucket_server');

const cloud = {
  ...options,
  repository: described(Text, '`owner/name`, or the repository’s URL'),
  app_credentials: described(Consumer, 'An OAuth consumer of Bitbucket; the secret is never returned'),
  pull_requests_max_pages: described(
    z.optional(z.nullable(z.int().check(z.minimum(1)))),
    'The number of pages of open pull requests to read; null reads all pages',
  ),
};
const unsupportedByCloud = {
  url: notForCloud,
  username: notForCloud,
  token: notForCloud,
  project: notForCloud,
  base_url: notForCloud,
  addon_credentials: unsupported(
    "Not supported: Bitbucket's add-on credentials are discontinued, use app_credentials",
  ),
};

const server = {
  ...options,
  url: described(Text, 'The address of the server'),
  username: described(Text, 'The user that the token belongs to'),
  token: described(Text, 'An HTTP access token; it is never returned'),
  project: described(z.optional(Text), 'The key of the repository’s project'),
  repository: described(
    Text,
    'The name of the repository; without `project`, `PROJECT/name` or the repository’s URL',
  ),
};
const unsupportedByServer = {
  base_url: notForServers,
  app_credentials: notForServers,
  addon_credentials: notForServers,
  pull_requests_max_pages: notForServers,
};

const adopt = described(
  Flag,
  'Whether to take over environments of another repository that an earlier integration left; without it they are a reason to refuse',
);

/** The body that adds an integration. `type` selects the fields. */
export const NewIntegration = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bitbucket'), ...cloud, adopt, ...unsupportedByCloud }),
  z.strictObject({ type: z.literal('bitbucket_server'), ...server, adopt, ...unsupportedByServer }),
]);

/** Clients send the type with a change. The value is accepted and ignored. */
const ignoredType = { type: z.optional(z.string()) };
const CloudChanges = z.strictObject({
  ...ignoredType,
  ...z.partial(z.strictObject(cloud)).shape,
  ...unsupportedByCloud,
});
const ServerChanges = z.strictObject({
  ...ignoredType,
  ...z.partial(z.strictObject(server)).shape,
  ...unsupportedByServer,
});

/** The body that changes an integration. `changesOf` has the schema for its type. */
export const IntegrationChanges = z.union([CloudChanges, ServerChanges]);
type IntegrationChanges = z.infer<typeof IntegrationChanges>;

/** The schema of changes to an integration of this type. */
export function changesOf(type: IntegrationType): z.ZodMiniType<IntegrationChanges> {
  return type === 'bitbucket' ? CloudChanges : ServerChanges;
}

/** Translates a body to the input of `addIntegration`. */
export function newIntegration(input: z.infer<typeof NewIntegration>): Wanted {
  if (input.type === 'bitbucket') return input;
  const { project, ...wanted } = input;
  return { ...wanted, repository: inProject(project, wanted.repository) };
}

/**
 * Translates a body to the input of `updateIntegration`.
 * @throws BoughError invalid, for a project without a repository
 */
export function integrationChanges({ type: _, ...input }: IntegrationChanges): Changes {
  const { project, repository, ...changes } = input;
  if (repository !== undefined) return { ...changes, repository: inProject(project, repository) };
  if (project === undefined) return changes;
  throw new BoughError('invalid', 'The body is invalid.', {
    fields: { repository: 'Required with project' },
  });
}

/** Upsun's API has a server's project and repository in two fields; `PROJECT/repository` in one field works too. */
function inProject(project: string | undefined, repository: string): string {
  return project === undefined ? repository : `${project}/${repository}`;
}
