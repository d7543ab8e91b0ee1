import * as z from 'zod';
import { type Api, connectApi } from '../../api/client.ts';
import type { Activity } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { printProperties, printProperty, withoutLinks } from '../../output/properties.ts';
import { namedEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { environmentOptions, projectOptions, tableOptions } from '../options.ts';
import { FilterOptions, filterOf } from './filters.ts';
import { type ActivityScope, commandFor, environmentOrProjectScope, selectActivity } from './scopes.ts';

/** The parsed options of commands that show one activity. */
export const ViewOptions = z.object({
  ...projectOptions,
  ...FilterOptions.shape,
  ...tableOptions,
  property: z.string().optional(),
});

const Options = z.object({
  ...ViewOptions.shape,
  ...environmentOptions,
  all: z.boolean().optional(),
});

/** `activity:get`. */
export const getActivity: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = given.all ? undefined : namedEnvironment(terminal, given.environment);
  const scope = await environmentOrProjectScope(api, terminal, project, environment);
  return printActivity(api, terminal, scope, args[0], given);
};

/** Prints the activity with this id or id prefix, or the latest activity. Resolves to the exit code. */
export async function printActivity(
  api: Api,
  terminal: Terminal,
  scope: ActivityScope,
  id: string | undefined,
  given: z.infer<typeof ViewOptions>,
): Promise<number> {
  const activity = await selectActivity(api, scope, id, filterOf(terminal, given));
  if (!activity) throw new CliError(scope.emptyMessage);
  const { log, payload, ...properties } = withoutLinks({ ...activity, duration: secondsOf(activity) });
  if (given.property !== undefined) {
    printProperty(terminal, { ...properties, log, payload }, given.property);
    return 0;
  }
  printProperties(terminal, properties, given);
  if ((given.format ?? 'table') !== 'table') return 0;
  terminal.info(`\nTo view the log for this activity, run: ${commandFor(scope, 'log', activity)}`);
  terminal.info(scope.listHint);
  return 0;
}

/** The duration so far in whole seconds; null for an activity that has not started. */
function secondsOf({ started_at, completed_at }: Activity): number | null {
  if (started_at === null) return null;
  const end = completed_at === null ? Date.now() : Date.parse(completed_at);
  return Math.round((end - Date.parse(started_at)) / 1000);
}
