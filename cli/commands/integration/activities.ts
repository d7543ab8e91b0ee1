import { connectApi } from '../../api/client.ts';
import type { Run } from '../../command.ts';
import { selectProject } from '../../selection.ts';
import { printActivity, ViewOptions } from '../activity/get.ts';
import { ListOptions, printActivities } from '../activity/list.ts';
import { printActivityLog, ReadingOptions } from '../activity/log.ts';
import { integrationScope } from '../activity/scopes.ts';

/** `integration:activity:list`. */
export const listIntegrationActivities: Run = async ({ args, options, terminal }) => {
  const given = ListOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const scope = await integrationScope(api, terminal, project, args[0]);
  return printActivities(api, terminal, scope, given, [
    'id',
    'created',
    'description',
    'type',
    'state',
    'result',
  ]);
};

/** `integration:activity:get`. */
export const getIntegrationActivity: Run = async ({ args, options, terminal }) => {
  const given = ViewOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const scope = await integrationScope(api, terminal, project, args[0]);
  return printActivity(api, terminal, scope, args[1], given);
};

/** `integration:activity:log`. */
export const showIntegrationActivityLog: Run = async ({ args, options, terminal }) => {
  const given = ReadingOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const scope = await integrationScope(api, terminal, project, args[0]);
  return printActivityLog(api, terminal, scope, args[1], given);
};
