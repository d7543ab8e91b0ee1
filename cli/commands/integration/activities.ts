import { connectApi } from '../../api/client.ts';
import type { Run } from '../../command.ts';
import { selectProject } from '../../selection.ts';
import { printActivity, ViewOptions } from '../activity/get.ts';
import { ListOptions, printActivities } from '../activity/list.ts';
import { printActivityLog, ReadingOptions } from '../activity/log.ts';
import { integrationPlace } from '../activity/scopes.ts';

export const listIntegrationActivities: Run = async ({ args, options, terminal }) => {
  const given = ListOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const place = await integrationPlace(api, terminal, project, args[0]);
  return printActivities(api, terminal, place, given, [
    'id',
    'created',
    'description',
    'type',
    'state',
    'result',
  ]);
};

export const getIntegrationActivity: Run = async ({ args, options, terminal }) => {
  const given = ViewOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const place = await integrationPlace(api, terminal, project, args[0]);
  return printActivity(api, terminal, place, args[1], given);
};

export const showIntegrationActivityLog: Run = async ({ args, options, terminal }) => {
  const given = ReadingOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const place = await integrationPlace(api, terminal, project, args[0]);
  return printActivityLog(api, terminal, place, args[1], given);
};
