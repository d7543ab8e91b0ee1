import * as z from 'zod';
import { type Api, ApiError, connectApi, path } from './api/client.ts';
import { type Activity, Environment, type Project, Result } from './api/resources.ts';
import type { Run } from './command.ts';
import { hasSucceeded, waitForActivities } from './follow.ts';
import { confirmOptions, environmentOptions, projectOptions, waitOptions } from './options.ts';
import { selectEnvironments, selectProject } from './selection.ts';
import { confirm, type Terminal } from './terminal.ts';

/** What is to be done to an environment. */
export interface Plan {
  /** Asked before; without, nothing is. */
  question?: string;
  /** What the environment then is: `activated`. */
  participle: string;
  /** Says that it was begun. */
  begun: string;
  /** Asks the API for it, below the environment's URL. */
  send: (url: string) => Promise<Answer>;
}

type Answer = z.infer<typeof ActionResult>;
export const ActionResult = Result(Environment);

/** Options of every command that acts on environments. */
export const ActionOptions = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...confirmOptions,
  ...waitOptions,
});
export type ActionOptions = z.infer<typeof ActionOptions>;

export interface Scene {
  api: Api;
  terminal: Terminal;
  project: Project;
}

/** A command that acts on the environments which its arguments name. A plan that is a text means that nothing is to be done. */
export function actOnEnvironments<Given extends ActionOptions>(
  Options: z.ZodType<Given>,
  planFor: (scene: Scene, environment: Environment, given: Given) => Plan | string,
): Run {
  return async ({ args, options, terminal }) => {
    const given = Options.parse(options);
    const api = connectApi(terminal);
    const project = await selectProject(api, terminal, given.project);
    const scene = { api, terminal, project };
    const environments = await selectEnvironments(api, terminal, project, {
      args,
      option: given.environment,
    });
    return carryOut(scene, environments, (environment) => planFor(scene, environment, given), given);
  };
}

/**
 * Carries a plan out on each environment, and waits for all that was begun. Resolves to the exit code.
 * Where the API refuses it says why, and goes on with the next one.
 */
export async function carryOut(
  scene: Scene,
  environments: readonly Environment[],
  planFor: (environment: Environment) => Plan | string,
  options: Pick<ActionOptions, 'yes' | 'no' | 'wait'>,
): Promise<number> {
  const { api, terminal, project } = scene;
  const begun: Activity[] = [];
  let exitCode = 0;
  for (const environment of environments) {
    const activities = await begin(scene, environment, planFor(environment), options);
    if (activities) begun.push(...activities);
    else exitCode = 1;
  }
  const ended = options.wait ? await waitForActivities(api, terminal, project.id, begun) : [];
  return ended.every(hasSucceeded) ? exitCode : 1;
}

/** The activities that were started; null when nothing was done. */
async function begin(
  { terminal, project }: Scene,
  { id }: Environment,
  plan: Plan | string,
  options: Pick<ActionOptions, 'yes' | 'no'>,
): Promise<readonly Activity[] | null> {
  if (typeof plan === 'string') {
    terminal.tell(plan);
    return [];
  }
  if (plan.question !== undefined && !(await confirm(terminal, plan.question, options))) return null;
  try {
    const { _embedded } = await plan.send(path`/projects/${project.id}/environments/${id}`);
    terminal.tell(plan.begun);
    return _embedded.activities;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    terminal.tell(explainRefusal(`The environment ${id} can't be ${plan.participle}.`, error));
    return null;
  }
}

/** What was refused and, on a line of its own, why. */
export function explainRefusal(sentence: string, { fields, message }: ApiError): string {
  const reason = fields ? Object.entries(fields).map(explainField).join('\n') : message;
  // Some reasons begin by saying what they are the reason for.
  return `Operation not available: ${sentence}\n${reason.replace(`${sentence} `, '')}`;
}

/** The fields of a request that are arguments or options of a command, and what they are called there. */
const names: Record<string, string> = { 'resources.init': '--resources-init', name: 'The name' };

function explainField([field, message]: [string, string]): string {
  // The commit is no argument: whoever is asked has just seen it.
  return field === 'commit' ? message : `${names[field] ?? field}: ${message}`;
}
