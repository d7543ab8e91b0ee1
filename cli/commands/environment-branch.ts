import * as z from 'zod';
import { ActionOptions, ActionResult, explainRefusal } from '../actions.ts';
import { type Api, ApiError, connectApi, path } from '../api/client.ts';
import { Integration, type Project } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { hasSucceeded, waitForActivities } from '../follow.ts';
import { resourcesOptions } from '../options.ts';
import { readRoutes } from '../routes.ts';
import { selectEnvironments, selectProject } from '../selection.ts';
import { confirm, type Terminal } from '../terminal.ts';

const Options = z.object({
  ...ActionOptions.shape,
  ...resourcesOptions,
  title: z.string().optional(),
  type: z.string().optional(),
  cloneParent: z.boolean(),
});

export const branchEnvironment: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const [name, ...parents] = args;
  if (!name) throw new CliError('Branch name required: bough environment:branch NAME');
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const [parent] = await selectEnvironments(api, terminal, project, {
    args: parents,
    option: given.environment,
  });
  if (!parent) throw new CliError('No environment to branch');
  await warnOfPrune(api, terminal, project);
  const question = `Are you sure you want to branch ${parent.id} into ${name}?`;
  if (!(await confirm(terminal, question, given))) return 1;

  const { resourcesInit: init, title, type, cloneParent: clone_parent } = given;
  const body = { name, title, type, clone_parent, resources: init === undefined ? undefined : { init } };
  const url = path`/projects/${project.id}/environments/${parent.id}/branch`;
  const { entity, activities } = (await api.post(url, body, ActionResult).catch(refused(parent.id)))
    ._embedded;
  terminal.tell(`Creating the environment ${entity.id} (type: ${entity.type}), branched from ${parent.id}`);
  if (!given.wait) return 0;
  const ended = await waitForActivities(api, terminal, project.id, activities);
  if (!ended.every(hasSucceeded)) return 1;
  const [route] = (await readRoutes(api, project, entity)) ?? [];
  if (route) terminal.write(`${route.url}\n`);
  else terminal.tell(`The environment ${entity.id} has no URLs.`);
  return 0;
};

/** Whoever branches here must know that it does not last. */
async function warnOfPrune(api: Api, terminal: Terminal, project: Project): Promise<void> {
  const all = await api.get(path`/projects/${project.id}/integrations`, z.array(Integration));
  const pruning = all.find(({ prune_branches }) => prune_branches);
  if (!pruning) return;
  terminal.tell(
    `Warning: the project's branches are managed externally through its ${pruning.type} integration.`,
  );
  terminal.tell(
    'The next prune deletes what is branched here, unless the repository has a branch of that name.',
  );
  terminal.tell(`To view the integration, run: bough integration:get ${pruning.id}\n`);
}

function refused(parent: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ApiError)) throw error;
    throw new CliError(explainRefusal(`The environment ${parent} can't be branched.`, error), {
      cause: error,
    });
  };
}
