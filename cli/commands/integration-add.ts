import * as z from 'zod';
import { ApiError, connectApi, path } from '../api/client.ts';
import { Integration, Result } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { waitForActivities } from '../follow.ts';
import { confirmOptions, projectOptions, tableOptions } from '../options.ts';
import { printProperties } from '../output/properties.ts';
import { selectProject } from '../selection.ts';
import { confirm, type Terminal } from '../terminal.ts';
import { propertiesOf } from './integrations.ts';

const text = z.string().optional();

const Options = z.object({
  ...projectOptions,
  ...confirmOptions,
  ...tableOptions,
  wait: z.boolean(),
  type: text,
  repository: text,
  key: text,
  secret: text,
  bitbucketUrl: text,
  username: text,
  token: text,
  fetchBranches: text,
  pruneBranches: text,
  buildPullRequests: text,
  pullRequestsCloneParentData: text,
  resyncPullRequests: text,
});
type Options = z.infer<typeof Options>;

export const addIntegration: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const body = bodyOf(given);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);

  terminal.tell(
    `Warning: adding a '${body.type}' integration will automatically synchronize code from the external Git repository.`,
  );
  terminal.tell('This means it can overwrite all the code in your project.\n');
  if (!(await confirm(terminal, 'Are you sure you want to continue?', given))) return 1;

  const result = await api
    .post(path`/projects/${project.id}/integrations`, body, Result(Integration))
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.fields) return refusal(error.fields);
      throw error;
    });
  if (!('_embedded' in result)) return explainRefusal(terminal, result);

  const { entity, activities } = result._embedded;
  terminal.tell(`Created integration ${entity.id} (type: ${entity.type})`);
  const succeeded = !given.wait || (await waitForActivities(api, terminal, project.id, activities));
  printProperties(terminal, propertiesOf(entity), given);
  return succeeded ? 0 : 1;
};

/** What is sent. Throws before anything is, when options are missing or do not fit the type. */
function bodyOf(options: Options) {
  const { type } = options;
  if (type === undefined) throw new CliError('--type is required');
  if (type !== 'bitbucket') {
    throw new CliError(
      `The integration type '${type}' is not available on this project. Available: bitbucket`,
    );
  }
  for (const [name, value] of Object.entries({
    'bitbucket-url': options.bitbucketUrl,
    username: options.username,
    token: options.token,
  })) {
    if (value === undefined) continue;
    throw new CliError(`The option --${name} cannot be used with the integration type ${type}.`);
  }
  const { repository, key, secret } = options;
  const missing = Object.entries({ repository, key, secret }).filter(([, value]) => !value);
  if (!repository || !key || !secret) {
    throw new CliError(missing.map(([name]) => `--${name} is required`).join('\n'));
  }
  return {
    type,
    repository,
    app_credentials: { key, secret },
    fetch_branches: booleanOf('fetch-branches', options.fetchBranches),
    prune_branches: booleanOf('prune-branches', options.pruneBranches),
    build_pull_requests: booleanOf('build-pull-requests', options.buildPullRequests),
    pull_requests_clone_parent_data: booleanOf(
      'pull-requests-clone-parent-data',
      options.pullRequestsCloneParentData,
    ),
    resync_pull_requests: booleanOf('resync-pull-requests', options.resyncPullRequests),
  };
}

function booleanOf(option: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(1|true|yes|y)$/i.test(value)) return true;
  if (/^(0|false|no|n)$/i.test(value)) return false;
  throw new CliError(`Invalid value for '--${option}': ${value} (expected 1, 0, true, or false)`);
}

interface Refusal {
  fields: Record<string, string>;
}

function refusal(fields: Record<string, string>): Refusal {
  return { fields };
}

function explainRefusal(terminal: Terminal, { fields }: Refusal): number {
  if (fields['app_credentials'] !== undefined) {
    terminal.tell('Invalid Bitbucket credentials\n');
    terminal.tell('Ensure that the OAuth consumer key and secret are valid.');
    terminal.tell(
      'Additionally, ensure that the OAuth consumer has a callback URL set (even just to http://localhost).',
    );
    return 1;
  }
  const errors = Object.entries(fields);
  terminal.tell('The integration is invalid.\n');
  terminal.tell(
    errors.length === 1
      ? 'The following error was found:'
      : `The following ${errors.length} errors were found:`,
  );
  terminal.write(errors.map(([field, message]) => `${field}: ${message}\n`).join(''));
  return 4;
}
