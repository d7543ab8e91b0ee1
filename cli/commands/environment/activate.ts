import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { Environment } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { environmentLabel } from '../../output/labels.ts';
import { printable } from '../../output/text.ts';
import { selectEnvironments, selectProject } from '../../selection.ts';
import { resourcesOptions } from '../options.ts';
import { ActionOptions, ActionResult, carryOut, type Plan, type Scene } from './actions.ts';

const Options = z.object({ ...ActionOptions.shape, ...resourcesOptions, parent: z.string().optional() });
type Options = z.infer<typeof Options>;

export const activateEnvironments: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const scene = { api, terminal, project };
  const { parent } = given;
  if (parent !== undefined && !(await find(scene, parent))) {
    throw new CliError(`Parent environment not found: ${parent}`);
  }
  const environments = await chooseEnvironments(scene, args, given);
  const exitCode = await carryOut(scene, environments.found, (one) => planFor(scene, one, given), given);
  return environments.areAll || exitCode !== 0 ? exitCode : 1;
};

/** The environments that are named. What is not found keeps nobody from activating the others. */
async function chooseEnvironments(scene: Scene, args: readonly string[], { environment: option }: Options) {
  const { api, terminal, project } = scene;
  if (args.length === 0 || option !== undefined) {
    return { found: await selectEnvironments(api, terminal, project, { args, option }), areAll: true };
  }
  const found: Environment[] = [];
  const ids = new Set(args);
  for (const id of ids) {
    const environment = await find(scene, id);
    if (environment) found.push(environment);
    else terminal.tell(`Environment not found: ${id}`);
  }
  return { found, areAll: found.length === ids.size };
}

function find({ api, project }: Scene, id: string): Promise<Environment | null> {
  return api.find(path`/projects/${project.id}/environments/${id}`, Environment);
}

function planFor(scene: Scene, environment: Environment, given: Options): Plan | string {
  const { id, title, status, fork, head_commit } = environment;
  const label = environmentLabel(environment);
  // One from a fork may be active and wait for approval of what was pushed since: the API knows.
  if (status === 'active' && fork === null) return `The environment ${label} is already active.`;
  const { resourcesInit: init } = given;
  const resources = init === undefined ? undefined : { init };
  const plan = { participle: 'activated', begun: `Activating environment ${id}` };
  const activate = async (url: string, body: { commit?: string }) => {
    await moveBelow(scene, environment, given.parent);
    return scene.api.post(`${url}/activate`, { resources, ...body }, ActionResult);
  };
  if (fork === null || head_commit === null) {
    return {
      ...plan,
      question: `Are you sure you want to activate the environment ${label}?`,
      send: (url) => activate(url, {}),
    };
  }
  scene.terminal.tell(`The environment ${id} is at the commit ${head_commit} of the fork ${fork}.`);
  return {
    ...plan,
    question: `Deploy ${head_commit.slice(0, 7)} of ${printable(title)}, which comes from a fork, with the project's rights?`,
    // What is approved is what was shown, and not what may have been pushed since.
    send: (url) => activate(url, { commit: head_commit }),
  };
}

/** Gives an environment the parent that was asked for, before it begins with that one's data. */
async function moveBelow(
  { api, terminal, project }: Scene,
  { id, parent: before }: Environment,
  parent: string | undefined,
): Promise<void> {
  if (parent === undefined || parent === before || parent === id) return;
  terminal.tell(`Setting parent of environment ${id} to ${parent}`);
  await api.patch(path`/projects/${project.id}/environments/${id}`, { parent }, ActionResult);
}
