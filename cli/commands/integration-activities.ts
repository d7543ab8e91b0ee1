import * as z from 'zod';
import { type Api, connectApi, path } from '../api/client.ts';
import type { Project } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { projectOptions } from '../options.ts';
import { selectIntegration, selectProject } from '../selection.ts';
import {
  FilterOptions,
  type Place,
  printActivities,
  printActivityLog,
  ReadingOptions,
} from './activities.ts';

const ListOptions = z.object({ ...projectOptions, ...FilterOptions.shape });

export const listIntegrationActivities: Run = async ({ args, options, terminal }) => {
  const { project: projectId, ...filters } = ListOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  return printActivities(api, terminal, await placeOf(api, project, args[0]), filters);
};

const LogOptions = z.object({ ...projectOptions, ...ReadingOptions.shape });

export const showIntegrationActivityLog: Run = async ({ args, options, terminal }) => {
  const { project: projectId, ...reading } = LogOptions.parse(options);
  const [integration, activity] = args;
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const place = await placeOf(api, project, integration);
  return printActivityLog(api, terminal, project, place, activity, reading);
};

async function placeOf(api: Api, project: Project, named: string | undefined): Promise<Place> {
  const { id, type } = await selectIntegration(api, project, named);
  return {
    url: path`/projects/${project.id}/integrations/${id}/activities`,
    name: `integration ${id} (${type})`,
    isWhole: false,
    header: { 'Integration ID': id },
  };
}
