import * as z from 'zod';
import { connectApi, path } from '../api/client.ts';
import { Integration } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { projectOptions, tableOptions } from '../options.ts';
import { type Properties, printProperties, printProperty } from '../output/properties.ts';
import { type Column, printTable } from '../output/table.ts';
import { selectIntegration, selectProject } from '../selection.ts';

const longestSummary = 240;

const columns: Column<Integration>[] = [
  { id: 'id', header: 'ID', value: ({ id }) => id },
  { id: 'type', header: 'Type', value: ({ type }) => type },
  { id: 'summary', header: 'Summary', value: summaryOf },
];

const ListOptions = z.object({ ...projectOptions, ...tableOptions, type: z.string().optional() });

export const listIntegrations: Run = async ({ options, terminal }) => {
  const { project: projectId, type, ...table } = ListOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const all = await api.get(path`/projects/${project.id}/integrations`, z.array(Integration));
  const integrations = all.filter((integration) => type === undefined || integration.type === type);
  if (integrations.length === 0) {
    terminal.tell('No integrations found');
    return 1;
  }
  printTable(terminal, integrations, columns, ['id', 'type', 'summary'], table);
  terminal.tell('\nView integration details with: bough integration:get [id]');
  return 0;
};

const GetOptions = z.object({ ...projectOptions, ...tableOptions, property: z.string().optional() });

export const getIntegration: Run = async ({ args, options, terminal }) => {
  const { project: projectId, property, ...table } = GetOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const properties = propertiesOf(await selectIntegration(api, project, args[0]));
  if (property === undefined) printProperties(terminal, properties, table);
  else printProperty(terminal, properties, property);
  return 0;
};

/** The hook's URL is a link in the API, and the last property for people. */
export function propertiesOf({ _links, ...properties }: Integration): Properties {
  return { ...properties, hook_url: _links['#hook'].href };
}

function summaryOf({ repository, _links }: Integration): string {
  const summary = `Repository: ${repository}\nHook URL: ${_links['#hook'].href}`;
  return summary.length > longestSummary ? `${summary.slice(0, longestSummary)}...` : summary;
}
