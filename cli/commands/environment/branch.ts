import * as z from 'zod';
import { waitForActivities } from '../../activities/follow.ts';
import { type Api, ApiError, connectApi, path } from '../../api/client.ts';
import { Environment, Integration, type Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { environmentLabel } from '../../output/labels.ts';
import { hasSucceeded } from '../../output/outcomes.ts';
import { printable } from '../../output/text.ts';
import { selectEnvironments, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { resourcesOptions } from '../options.ts';
import { ActionOptions, ActionResult, refusalError } from './actions.ts';
import { showEnvironments } from './list.ts';
import { readRoutes } from './routes.ts';

const Options = z.object({
  ...ActionOptions.shape,
  ...resourcesOptions,
  title: z.string().optional(),
  type: z.string().optional(),
  cloneParent: z.boolean(),
  dryRun: z.boolean().optional(),
});
type Options = z.infer<typeof Options>;

/** `environment:branch`. */
export const branchEnvironment: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const [name, ...parents] = args;
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  if (!name) {
    if (terminal.interactive) return showEnvironments(api, terminal, project);
    throw new CliError('You must specify the name of the new branch.');
  }
  const [parent] = await selectEnvironments(
    api,
    terminal,
    project,
    { args: parents, option: given.environment },
    // The parent stays as it is.
    'read',
  );
  if (!parent) throw new CliError('No environment to branch');
  await refuseExisting(api, project, name);
  await warnAboutPrune(api, terminal, project);
  describeBranch(terminal, name, parent, given);
  if (given.dryRun) {
    terminal.info('\nDry-run mode: skipping branch operation.');
    return 0;
  }
  const { resourcesInit: init, title, type, cloneParent: clone_parent } = given;
  const body = { name, title, type, clone_parent, resources: init === undefined ? undefined : { init } };
  const url = path`/projects/${project.id}/environments/${parent.id}/branch`;
  const { entity, activities } = (await api.post(url, body, ActionResult).catch(explain(parent)))._embedded;
  const ended = await waitForActivities(api, terminal, project.id, activities, given);
  if (!given.wait) return 0;
  if (!ended.every(hasSucceeded)) return 1;
  const [route] = (await readRoutes(api, project, entity)) ?? [];
  if (route) terminal.write(`${route.url}\n`);
  else terminal.info(`The environment ${entity.id} has no URLs.`);
  return 0;
};

async function refuseExisting(api: Api, project: Project, name: string): Promise<void> {
  const existing = await api.find(path`/projects/${project.id}/environments/${name}`, Environment);
  if (existing) throw new CliError(`The environment ${name} already exists.`);
}

/** Warns that the next prune deletes the new environment. */
async function warnAboutPrune(api: Api, terminal: Terminal, project: Project): Promise<void> {
  const all = await api.list(path`/projects/${project.id}/integrations`, Integration);
  const pruning = all.find(({ prune_branches }) => prune_branches);
  if (!pruning) return;
  terminal.info(
    `Warning: the project's branches are managed externally through its ${pruning.type} integration.`,
  );
  terminal.info(
    'The next prune deletes the new environment unless the repository has a branch of that name.',
  );
  terminal.info(`To view the integration, run: bough integration:get ${pruning.id}\n`);
}

function describeBranch(
  { info }: Terminal,
  name: string,
  parent: Environment,
  { title, type, cloneParent, resourcesInit }: Options,
): void {
  const label = title && title !== name ? `${printable(title)} (${name})` : name;
  info(`Creating a new environment: ${label}${type === undefined ? '' : ` (type: ${type})`}\n`);
  const what = cloneParent ? 'Settings will be copied and data cloned' : 'Settings will be copied';
  info(`${what} from the parent environment: ${environmentLabel(parent, { type: false })}`);
  if (resourcesInit === 'parent') info('Resource sizes will be inherited from the parent environment.');
}

function explain({ id }: Environment): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ApiError)) throw error;
    throw refusalError(`The environment ${id} can't be branched.`, error);
  };
}
