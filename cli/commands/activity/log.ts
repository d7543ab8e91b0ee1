import * as z from 'zod';
import { followLog } from '../../activities/follow.ts';
import { type Api, connectApi } from '../../api/client.ts';
import type { Activity } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { formatState } from '../../output/outcomes.ts';
import { formatDate, printable } from '../../output/text.ts';
import { namedEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { environmentOptions, projectOptions, wholeNumber } from '../options.ts';
import { FilterOptions, filterOf } from './filters.ts';
import { type ActivityScope, environmentOrProjectScope, selectActivity } from './scopes.ts';

/** The parsed options of commands that print a log. */
export const ReadingOptions = z.object({
  ...projectOptions,
  ...FilterOptions.shape,
  refresh: wholeNumber('refresh', 0),
  timestamps: z.boolean().optional(),
});

const Options = z.object({
  ...ReadingOptions.shape,
  ...environmentOptions,
  all: z.boolean().optional(),
});

/** `activity:log`. */
export const showActivityLog: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = given.all ? undefined : namedEnvironment(terminal, given.environment);
  const scope = await environmentOrProjectScope(api, terminal, project, environment);
  return printActivityLog(api, terminal, scope, args[0], given);
};

/** Prints the log of the activity with this id or id prefix, or of the latest activity. Resolves to the exit code. */
export async function printActivityLog(
  api: Api,
  terminal: Terminal,
  scope: ActivityScope,
  id: string | undefined,
  given: z.infer<typeof ReadingOptions>,
): Promise<number> {
  const activity = await selectActivity(api, scope, id, filterOf(terminal, given));
  if (!activity) throw new CliError(scope.emptyMessage);
  for (const [name, value] of Object.entries({
    ...scope.header,
    'Activity ID': activity.id,
    Type: activity.type,
    Description: activity.text,
    Because: activity.payload.because,
    Created: formatDate(activity.created_at),
    State: formatState(activity.state),
    ...waitingIn(activity),
  })) {
    terminal.info(`${name}: ${printable(value)}`);
  }
  terminal.info('Log:');
  const { timestamps, refresh } = given;
  await followLog(api, terminal, scope.project.id, activity, {
    print: terminal.writeLog,
    timestamps,
    refresh,
  });
  return 0;
}

function waitingIn({ payload: { waiting } }: Activity): Record<string, string> {
  if (!waiting) return {};
  const next = waiting.next_try ? `next try ${formatDate(waiting.next_try)}` : 'being tried now';
  return { Waiting: `since ${formatDate(waiting.since)}, ${next}` };
}
