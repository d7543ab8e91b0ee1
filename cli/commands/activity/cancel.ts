import * as z from 'zod';
import { type Api, ApiError, connectApi, path } from '../../api/client.ts';
import { Activity, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { activityLabel, formatState } from '../../output/outcomes.ts';
import { formatDate, printable } from '../../output/text.ts';
import { namedEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { environmentOptions, projectOptions } from '../options.ts';
import { FilterOptions, filterOf } from './filters.ts';
import { type ActivityScope, environmentOrProjectScope, readActivities, selectActivity } from './scopes.ts';

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...FilterOptions.pick({ type: true, excludeType: true }).shape,
  all: z.boolean().optional(),
});

/** The number of recent activities to choose from when no ID is given. */
const newest = 10;

/** `activity:cancel`. */
export const cancelActivity: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = given.all ? undefined : namedEnvironment(terminal, given.environment);
  const scope = await environmentOrProjectScope(api, terminal, project, environment);
  const filter = filterOf(terminal, { ...given, incomplete: true });
  const activity =
    args[0] === undefined
      ? await chooseActivity(terminal, await readActivities(api, scope, filter, newest))
      : await selectActivity(api, scope, args[0], filter);
  if (!activity) {
    throw new CliError('No cancellable activities found\n\nTo list incomplete activities, run: bough act -i');
  }
  terminal.info(`Cancelling the activity ${activityLabel(activity)}`);
  const viewing = `To view this activity's log, run: bough activity:log ${activity.id}`;
  const cancelled = await cancel(api, scope, activity).catch(async (error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    const { state } = await api.get(urlOf(scope, activity), Activity);
    const sentence = `The activity cannot be cancelled in its current state (${state}).`;
    throw new CliError(`${sentence}\n${error.message}\n\n${viewing}`, { cause: error });
  });
  const isStopping = cancelled.state === 'in_progress';
  const done = isStopping ? 'The activity is being stopped.' : 'The activity was successfully cancelled.';
  terminal.info(`\n${done}\n\n${viewing}`);
  terminal.info('To list all activities, run: bough act');
  return 0;
};

/** Lets the user choose one activity; without an interactive terminal it is the newest. */
async function chooseActivity(
  terminal: Terminal,
  incomplete: readonly Activity[],
): Promise<Activity | undefined> {
  const cancellable = incomplete.filter(({ _links }) => _links['#cancel'] !== undefined);
  const [latest, ...others] = cancellable;
  if (!latest || others.length === 0) return latest;
  return terminal.choose(
    'Enter a number to choose an activity to cancel:',
    cancellable.map((activity) => ({
      value: activity,
      name: `${formatDate(activity.created_at)}: ${printable(activity.text)} (${formatState(activity.state)})`,
    })),
    { default: latest },
  );
}

async function cancel(api: Api, scope: ActivityScope, activity: Activity): Promise<Activity> {
  const { _embedded } = await api.post(`${urlOf(scope, activity)}/cancel`, undefined, Result(Activity));
  return _embedded.entity;
}

function urlOf({ project }: ActivityScope, { id }: Activity): string {
  return path`/projects/${project.id}/activities/${id}`;
}
