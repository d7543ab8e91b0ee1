import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { Environment } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { environmentLabel } from '../../output/labels.ts';
import { printable } from '../../output/text.ts';
import { selectEnvironments, selectProject } from '../../selection.ts';
import { resourcesOptions } from '../options.ts';
import {
  type ActionContext,
  ActionOptions,
  ActionResult,
  type EnvironmentAction,
  runActions,
} from './actions.ts';

const Options = z.object({ ...ActionOptions.shape, ...resourcesOptions, parent: z.string().optional() });
type Options = z.infer<typeof Options>;

/** `environment:activate`. */
export const activateEnvironments: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const context = { api, terminal, project };
  const { parent } = given;
  if (parent !== undefined && !(await find(context, parent))) {
    throw new CliError(`Parent environment not found: ${parent}`);
  }
  const environments = await chooseEnvironments(context, args, given);
  const exitCode = await runActions(
    context,
    environments.found,
    (one) => actionFor(context, one, given),
    given,
  );
  return environments.areAll || exitCode !== 0 ? exitCode : 1;
};

/** The named environments. Missing ones are reported and do not stop the others. */
async function chooseEnvironments(
  context: ActionContext,
  args: readonly string[],
  { environment: option }: Options,
) {
  const { api, terminal, project } = context;
  if (args.length === 0 || option !== undefined) {
    return {
      found: await selectEnvironments(api, terminal, project, { args, option }, 'change'),
      areAll: true,
    };
  }
  const found: Environment[] = [];
  const ids = new Set(args);
  for (const id of ids) {
    const environment = await find(context, id);
    if (environment) found.push(environment);
    else terminal.info(`Environment not found: ${id}`);
  }
  return { found, areAll: found.length === ids.size };
}

function find({ api, project }: ActionContext, id: string): Promise<Environment | null> {
  return api.find(path`/projects/${project.id}/environments/${id}`, Environment);
}

function actionFor(
  context: ActionContext,
  environment: Environment,
  given: Options,
): EnvironmentAction | string {
  const { id, title, status, fork, head_commit } = environment;
  const label = environmentLabel(environment);
  // An active environment of a fork may have a newer commit that needs approval; the API decides.
  if (status === 'active' && fork === null) return `The environment ${label} is already active.`;
  const { resourcesInit: init } = given;
  const resources = init === undefined ? undefined : { init };
  const plan = { pastParticiple: 'activated', startMessage: `Activating environment ${id}` };
  const activate = async (url: string, body: { commit?: string }) => {
    await moveBelow(context, environment, given.parent);
    return context.api.post(`${url}/activate`, { resources, ...body }, ActionResult);
  };
  if (fork === null || head_commit === null) {
    return {
      ...plan,
      question: `Are you sure you want to activate the environment ${label}?`,
      send: (url) => activate(url, {}),
    };
  }
  context.terminal.info(`The environment ${id} is at the commit ${head_commit} of the fork ${fork}.`);
  return {
    ...plan,
    question: `Deploy ${head_commit.slice(0, 7)} of ${printable(title)}, which comes from a fork, with the project's rights?`,
    // Approve the commit that was shown, not one that was pushed since.
    send: (url) => activate(url, { commit: head_commit }),
  };
}

/** Sets the parent of `--parent` before the activation copies the parent's data. */
async function moveBelow(
  { api, terminal, project }: ActionContext,
  { id, parent: before }: Environment,
  parent: string | undefined,
): Promise<void> {
  if (parent === undefined || parent === before || parent === id) return;
  terminal.info(`Setting parent of environment ${id} to ${parent}`);
  await api.patch(path`/projects/${project.id}/environments/${id}`, { parent }, ActionResult);
}
