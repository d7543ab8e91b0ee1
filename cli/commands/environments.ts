import * as z from 'zod';
import { type Api, connectApi, path } from '../api/client.ts';
import { Deployment, Environment, type Project } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { environmentOptions, projectOptions, tableOptions } from '../options.ts';
import { type Column, printTable } from '../output/table.ts';
import { formatDate } from '../output/text.ts';
import { type Branch, growTree } from '../output/tree.ts';
import { selectEnvironment, selectProject } from '../selection.ts';

type Row = Branch<Environment>;

const columns: Column<Row>[] = [
  {
    id: 'id',
    header: 'ID',
    value: ({ item }) => item.id,
    inTable: ({ item, depth }) => `${'  '.repeat(depth)}${item.id}`,
  },
  { id: 'machine_name', header: 'Machine name', value: ({ item }) => item.machine_name },
  { id: 'title', header: 'Title', value: ({ item }) => item.title },
  { id: 'status', header: 'Status', value: ({ item }) => formatStatus(item.status) },
  { id: 'type', header: 'Type', value: ({ item }) => item.type },
  { id: 'created', header: 'Created', value: ({ item }) => formatDate(item.created_at) },
  { id: 'updated', header: 'Updated', value: ({ item }) => formatDate(item.updated_at) },
];

const ListOptions = z.object({
  ...projectOptions,
  ...tableOptions,
  inactive: z.boolean(),
  pipe: z.boolean().optional(),
});

export const listEnvironments: Run = async ({ options, terminal }) => {
  const { project: projectId, inactive, pipe, ...table } = ListOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const all = await api.get(path`/projects/${project.id}/environments`, z.array(Environment));
  const environments = all.filter(({ status }) => inactive || status !== 'inactive');
  if (environments.length === 0) {
    terminal.tell('No environments found');
    return 1;
  }
  const rows = growTree(environments);
  if (pipe) {
    terminal.write(rows.map(({ item }) => `${item.id}\n`).join(''));
    return 0;
  }
  if ((table.format ?? 'table') === 'table') terminal.tell('Your environments are:');
  printTable(terminal, rows, columns, ['id', 'title', 'status', 'type'], table);
  return 0;
};

const UrlOptions = z.object({
  ...projectOptions,
  ...environmentOptions,
  primary: z.boolean().optional(),
  pipe: z.boolean().optional(),
});

export const showEnvironmentUrl: Run = async ({ options, terminal }) => {
  const { project: projectId, environment: id, primary } = UrlOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const environment = await selectEnvironment(api, terminal, project, id);
  const routes = await routesOf(api, project, environment);
  const urls = (primary ? routes.filter((route) => route.primary).slice(0, 1) : routes).map(({ url }) => url);
  if (urls.length === 0) throw new CliError(primary ? 'No primary route found.' : 'No URLs found');
  terminal.write(urls.map((url) => `${url}\n`).join(''));
  return 0;
};

/** The best first: primary before the others, HTTPS before HTTP, short before long. */
async function routesOf(api: Api, project: Project, environment: Environment) {
  const deployment = await api.find(
    path`/projects/${project.id}/environments/${environment.id}/deployments/current`,
    Deployment,
  );
  if (!deployment) throw new CliError(whyUndeployed(environment));
  const rank = ({ url, primary }: { url: string; primary: boolean | null }) =>
    (primary ? 4 : 0) + (url.startsWith('https:') ? 2 : 0);
  return Object.entries(deployment.routes)
    .map(([url, route]) => ({ url, ...route }))
    .sort((a, b) => rank(b) - rank(a) || a.url.length - b.url.length);
}

function whyUndeployed({ id, status }: Environment): string {
  switch (status) {
    case 'inactive':
      return `The environment ${id} is not active, so it has no URLs.`;
    case 'dirty':
      return `The environment ${id} has not been deployed yet. To follow its activity, run: bough activity:log -e ${id}`;
    default:
      return `The environment ${id} has not been deployed. To see why, run: bough activity:list -e ${id}`;
  }
}

function formatStatus(status: string): string {
  return status === 'dirty' ? 'In progress' : status.charAt(0).toUpperCase() + status.slice(1);
}
