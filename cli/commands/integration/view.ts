import * as z from 'zod';
import { cut } from '../../../shared/domain/values/text.ts';
import { connectApi, path } from '../../api/client.ts';
import { Integration } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { type Properties, printProperties, printProperty } from '../../output/properties.ts';
import { type Column, printTable } from '../../output/table.ts';
import { selectIntegration, selectProject } from '../../selection.ts';
import { projectOptions, tableOptions } from '../options.ts';
import { readHookSecret } from './wait.ts';

const longestSummary = 240;

const columns: Column<Integration>[] = [
  { id: 'id', header: 'ID', importance: 'essential', value: ({ id }) => id },
  { id: 'type', header: 'Type', importance: 'high', value: ({ type }) => type },
  { id: 'summary', header: 'Summary', importance: 'essential', wraps: 'words', value: summaryOf },
];

const ListOptions = z.object({ ...projectOptions, ...tableOptions, type: z.string().optional() });

/** `integration:list`. */
export const listIntegrations: Run = async ({ options, terminal }) => {
  const { project: projectId, type, ...table } = ListOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const all = await api.list(path`/projects/${project.id}/integrations`, Integration);
  const integrations = all.filter((integration) => type === undefined || integration.type === type);
  if (integrations.length === 0) {
    terminal.info('No integrations found');
    return 1;
  }
  printTable(terminal, integrations, columns, ['id', 'type', 'summary'], table);
  if ((table.format ?? 'table') !== 'table') return 0;
  terminal.info('\nView integration details with: bough integration:get [id]');
  terminal.info('\nAdd a new integration with: bough integration:add');
  terminal.info('Delete an integration with: bough integration:delete [id]');
  return 0;
};

const GetOptions = z.object({ ...projectOptions, ...tableOptions, property: z.string().optional() });

/** `integration:get`. */
export const getIntegration: Run = async ({ args, options, terminal }) => {
  const { project: projectId, property, ...table } = GetOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const integration = await selectIntegration(api, terminal, project, args[0]);
  const properties = propertiesOf(integration);
  if (property === undefined) printProperties(terminal, properties, table);
  // The secret is printed only when it is the requested property.
  else if (property === 'hook_secret') {
    terminal.write(`${await readHookSecret(api, project, integration)}\n`);
  } else printProperty(terminal, properties, property);
  return 0;
};

/** The properties to print. The hook's URL, a link in the API, is the last one. */
export function propertiesOf({ _links, last_delivery_at, ...properties }: Integration): Properties {
  return { ...properties, last_delivery_at, hook_url: _links['#hook'].href };
}

/** The repository's full name in its Bitbucket: `workspace/name` or `PROJECT/name`. */
export function repositoryName(integration: Integration): string {
  const { repository } = integration;
  return integration.type === 'bitbucket_server' ? `${integration.project}/${repository}` : repository;
}

function summaryOf(integration: Integration): string {
  const { repository, held_back, _links } = integration;
  const isServer = integration.type === 'bitbucket_server';
  const summary = [
    ...(held_back === null ? [] : [`Deletions held back: ${held_back.count}`]),
    ...(isServer ? [`Project: ${integration.project}`] : []),
    `Repository: ${repository}`,
    ...(isServer ? [`Base URL: ${integration.url}`] : []),
    `Hook URL: ${_links['#hook'].href}`,
  ].join('\n');
  return summary.length > longestSummary ? `${cut(summary, longestSummary - 3)}...` : summary;
}
