import * as z from 'zod';
import { waitForActivities } from '../../activities/follow.ts';
import { type Api, ApiError, connectApi, path } from '../../api/client.ts';
import { type Activity, Environment, type Project, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError, report } from '../../errors.ts';
import { hasSucceeded } from '../../output/outcomes.ts';
import { selectEnvironments, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { environmentOptions, projectOptions, waitOptions } from '../options.ts';
import { confirmsLoss, type ProtectionOptions } from './protection.ts';

/** What is to be done to an environment. */
export interface Plan {
  /** Asked before; without, nothing is. */
  question?: string;
  /** What the environment then is: `activated`. */
  participle: string;
  /** Says that it was begun. */
  begun: string;
  /** True when it removes the environment's data. */
  destroys?: boolean;
  /** Asks the API for it, below the environment's URL. */
  send: (url: string) => Promise<Answer>;
}

type Answer = z.infer<typeof ActionResult>;
export const ActionResult = Result(Environment);

/** Options of every command that acts on environments. */
export const ActionOptions = z.object({
  ...projectOptions,
  ...environmentOptions,
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
  options: Pick<ActionOptions, 'wait'> & ProtectionOptions,
): Promise<number> {
  const { api, terminal, project } = scene;
  const begun: Activity[] = [];
  let exitCode = 0;
  for (const environment of environments) {
    const started = await begin(scene, environment, planFor(environment), options);
    if (typeof started === 'number') exitCode = started;
    else begun.push(...started);
  }
  const ended = await waitForActivities(api, terminal, project.id, begun, options);
  return ended.every(hasSucceeded) ? exitCode : 1;
}

/** The activities that were started; the exit code when nothing was done. */
async function begin(
  { terminal, project }: Scene,
  environment: Environment,
  plan: Plan | string,
  options: ProtectionOptions,
): Promise<readonly Activity[] | number> {
  const { id } = environment;
  if (typeof plan === 'string') {
    terminal.tell(plan);
    return [];
  }
  if (plan.question !== undefined && !(await terminal.confirm(plan.question))) return 1;
  if (plan.destroys && !(await confirmsLoss(terminal, environment, options))) return 1;
  try {
    const { _embedded } = await plan.send(path`/projects/${project.id}/environments/${id}`);
    terminal.tell(plan.begun);
    return _embedded.activities;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return report(terminal, refused(`The environment ${id} can't be ${plan.participle}.`, error));
  }
}

/** What was refused and, on a line of its own, why. */
export function refused(sentence: string, error: ApiError): CliError {
  // Some reasons begin by saying what they are the reason for.
  const reason = error.message.replace(`${sentence} `, '');
  const { exitCode, data } = error;
  return new CliError(`Operation not available: ${sentence}\n${reason}`, { exitCode, data, cause: error });
}
