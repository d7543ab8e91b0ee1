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
import { confirmDataLoss, type ProtectionOptions } from './protection.ts';

/** An operation on one environment, with its texts. */
export interface EnvironmentAction {
  /** The confirmation question, if one is needed. */
  question?: string;
  /** For the error message: `activated`. */
  pastParticiple: string;
  /** Printed when the API has accepted the request. */
  startMessage: string;
  /** True when the operation removes the environment's data. */
  deletesData?: boolean;
  /** Sends the request, given the environment's URL. */
  send: (url: string) => Promise<ActionResponse>;
}

type ActionResponse = z.infer<typeof ActionResult>;
/** The API's response to an operation: the environment and its new activities. */
export const ActionResult = Result(Environment);

/** The parsed options of every command that operates on environments. */
export const ActionOptions = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...waitOptions,
});
/** The values of `ActionOptions`. */
export type ActionOptions = z.infer<typeof ActionOptions>;

/** The project, and access to the API and the terminal. */
export interface ActionContext {
  api: Api;
  terminal: Terminal;
  project: Project;
}

/** Creates a command that runs an action on each named environment. `actionFor` returns a text when there is nothing to do. */
export function actOnEnvironments<Given extends ActionOptions>(
  Options: z.ZodType<Given>,
  actionFor: (context: ActionContext, environment: Environment, given: Given) => EnvironmentAction | string,
): Run {
  return async ({ args, options, terminal }) => {
    const given = Options.parse(options);
    const api = connectApi(terminal);
    const project = await selectProject(api, terminal, given.project);
    const context = { api, terminal, project };
    const environments = await selectEnvironments(
      api,
      terminal,
      project,
      { args, option: given.environment },
      'change',
    );
    return runActions(context, environments, (environment) => actionFor(context, environment, given), given);
  };
}

/**
 * Runs an action on each environment and waits for all started activities. Resolves to the exit code.
 * A refusal is reported, and the next environment follows.
 */
export async function runActions(
  context: ActionContext,
  environments: readonly Environment[],
  actionFor: (environment: Environment) => EnvironmentAction | string,
  options: Pick<ActionOptions, 'wait'> & ProtectionOptions,
): Promise<number> {
  const { api, terminal, project } = context;
  const startMessage: Activity[] = [];
  let exitCode = 0;
  for (const environment of environments) {
    const started = await start(context, environment, actionFor(environment), options);
    if (typeof started === 'number') exitCode = started;
    else startMessage.push(...started);
  }
  const ended = await waitForActivities(api, terminal, project.id, startMessage, options);
  return ended.every(hasSucceeded) ? exitCode : 1;
}

/** Resolves to the started activities, or to the exit code when nothing was started. */
async function start(
  { terminal, project }: ActionContext,
  environment: Environment,
  plan: EnvironmentAction | string,
  options: ProtectionOptions,
): Promise<readonly Activity[] | number> {
  const { id } = environment;
  if (typeof plan === 'string') {
    terminal.info(plan);
    return [];
  }
  if (plan.question !== undefined && !(await terminal.confirm(plan.question))) return 1;
  if (plan.deletesData && !(await confirmDataLoss(terminal, environment, options))) return 1;
  try {
    const { _embedded } = await plan.send(path`/projects/${project.id}/environments/${id}`);
    terminal.info(plan.startMessage);
    return _embedded.activities;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return report(terminal, refusalError(`The environment ${id} can't be ${plan.pastParticiple}.`, error));
  }
}

/** An error with the refused operation and, on a second line, the reason. */
export function refusalError(sentence: string, error: ApiError): CliError {
  // Some reasons repeat the sentence at their start.
  const reason = error.message.replace(`${sentence} `, '');
  const { exitCode, data } = error;
  return new CliError(`Operation not available: ${sentence}\n${reason}`, { exitCode, data, cause: error });
}
