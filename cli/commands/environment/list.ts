import * as z from 'zod';
import { type Api, connectApi, path } from '../../api/client.ts';
import { Environment, type Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { branchOf, idOfBranch } from '../../context/environment-of-checkout.ts';
import { sortBy, splitList } from '../../lists.ts';
import { type Column, isSeparated, printPages, printTable } from '../../output/table.ts';
import { formatDate } from '../../output/text.ts';
import { type TreeItem, treeOrder } from '../../output/tree.ts';
import { namedEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { projectOptions, tableOptions } from '../options.ts';

interface Row extends TreeItem<Environment> {
  /** True for the environment that commands use when none is named. */
  isCurrent: boolean;
}

const columns: Column<Row>[] = [
  {
    id: 'id',
    header: 'ID',
    importance: 'essential',
    value: ({ item }) => item.id,
    inTable: ({ item, depth, isCurrent }) => `${'  '.repeat(depth)}${item.id}${isCurrent ? '*' : ''}`,
  },
  { id: 'machine_name', header: 'Machine name', importance: 'low', value: ({ item }) => item.machine_name },
  { id: 'title', header: 'Title', importance: 'high', wraps: 'words', value: ({ item }) => item.title },
  {
    id: 'status',
    header: 'Status',
    importance: 'essential',
    wraps: 'items',
    value: ({ item }) => formatStatus(item.status),
    inTable: ({ item }) => [formatStatus(item.status), ...remarksOn(item)].join(', '),
  },
  { id: 'type', header: 'Type', importance: 'low', value: ({ item }) => item.type },
  { id: 'parent', header: 'Parent', importance: 'low', value: ({ item }) => item.parent ?? '' },
  {
    id: 'url',
    header: 'URL',
    importance: 'medium',
    ifRoom: true,
    value: ({ item }) => item.primary_url ?? '',
  },
  {
    id: 'last_deployment',
    header: 'Last deployment',
    importance: 'low',
    ifRoom: true,
    wraps: 'items',
    value: ({ item }) => formatDeployment(item),
  },
  { id: 'created', header: 'Created', importance: 'low', value: ({ item }) => formatDate(item.created_at) },
  { id: 'updated', header: 'Updated', importance: 'low', value: ({ item }) => formatDate(item.updated_at) },
];

const defaultColumns = ['id', 'title', 'status', 'type'];

/** The environments of a page that is printed when it arrives. */
const pageSize = 500;

const Options = z.object({
  ...projectOptions,
  ...tableOptions,
  inactive: z.boolean().default(true),
  type: z.array(z.string()).optional(),
  status: z.array(z.string()).optional(),
  sort: z.string().optional(),
  reverse: z.boolean().optional(),
  pipe: z.boolean().optional(),
});
type Options = z.infer<typeof Options>;

/** `environment:list`. */
export const listEnvironments: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  return showEnvironments(api, terminal, project, given);
};

/** Prints the tree of a project's environments. Resolves to the exit code. */
export async function showEnvironments(
  api: Api,
  terminal: Terminal,
  project: Project,
  given: Options = Options.parse({}),
): Promise<number> {
  const all = path`/projects/${project.id}/environments`;
  const isOrdered = given.sort !== undefined || given.reverse === true || terminal.columns !== undefined;
  if (!isOrdered && (given.pipe || isSeparated(given.format))) {
    return printArriving(terminal, api.pages(`${all}?count=${pageSize}`, Environment), given);
  }
  const listed = await api.list(all, Environment);
  const sorted = sortBy(filter(listed, given), given.sort ?? 'title');
  if (given.reverse) sorted.reverse();
  if (given.pipe) {
    terminal.write(idsOf(sorted));
    return 0;
  }
  if (sorted.length === 0) return reportNone(terminal, given);
  const current = await currentId(terminal, project, listed);
  const rows = treeOrder(sorted).map((branch) => ({ ...branch, isCurrent: branch.item.id === current }));
  const isTable = (given.format ?? 'table') === 'table';
  if (isTable) terminal.info('Your environments are: ');
  printTable(terminal, rows, columns, defaultColumns, given);
  const shown = rows.find(({ isCurrent }) => isCurrent);
  if (isTable && shown) suggest(terminal, shown.item);
  return 0;
}

/** Prints environments for another program in the API's order, each page when it arrives. */
async function printArriving(
  terminal: Terminal,
  pages: AsyncIterable<readonly Environment[]>,
  given: Options,
): Promise<number> {
  if (given.pipe) {
    for await (const page of pages) terminal.write(idsOf(filter(page, given)));
    return 0;
  }
  if (!isSeparated(given.format)) return 0;
  const options = { ...given, format: given.format };
  const count = await printPages(terminal, rowsOf(pages, given), columns, defaultColumns, options);
  return count === 0 ? reportNone(terminal, given) : 0;
}

async function* rowsOf(pages: AsyncIterable<readonly Environment[]>, given: Options): AsyncGenerator<Row[]> {
  for await (const page of pages) {
    yield filter(page, given).map((item) => ({ item, depth: 0, isCurrent: false }));
  }
}

function idsOf(environments: readonly Environment[]): string {
  return environments.map(({ id }) => `${id}\n`).join('');
}

/** Reports that no environment matches the options. Returns the exit code. */
function reportNone({ info }: Terminal, given: Options): number {
  const uses = {
    'no-inactive': !given.inactive,
    type: splitList(given.type).length > 0,
    status: splitList(given.status).length > 0,
  };
  const used = Object.entries(uses).flatMap(([name, isUsed]) => (isUsed ? [`--${name}`] : []));
  info(`No environments found${used.length === 0 ? '' : ` (filters in use: ${used.join(', ')})`}.`);
  return 0;
}

/** The id of the environment that commands use when none is named. */
async function currentId(
  terminal: Terminal,
  project: Project,
  all: readonly Environment[],
): Promise<string | null> {
  const named = namedEnvironment(terminal, undefined);
  if (named !== undefined) return named === '.' ? project.default_branch : named;
  const checkout = await terminal.checkout();
  const branch = checkout && branchOf(project, checkout);
  return (branch && idOfBranch(branch, all)) ?? project.default_branch;
}

/** The environments that match the options. */
function filter(all: readonly Environment[], given: Options): Environment[] {
  const [types, statuses] = [splitList(given.type), splitList(given.status)];
  return all.filter(
    ({ type, status }) =>
      (given.inactive || status !== 'inactive') &&
      (types.length === 0 || types.includes(type)) &&
      (statuses.length === 0 || statuses.includes(status)),
  );
}

/** Prints the operations that are possible on the current environment. */
function suggest({ info }: Terminal, { _links }: Environment): void {
  info('* - Indicates the current environment\n');
  const can = (operation: 'branch' | 'activate' | 'delete' | 'merge' | 'synchronize') =>
    _links[`#${operation}`] !== undefined;
  if (can('branch')) info('Branch a new environment by running bough environment:branch [new-name]');
  if (can('activate')) info('Activate the current environment by running bough environment:activate');
  if (can('delete')) info('Delete the current environment by running bough environment:delete');
  if (can('merge')) info('Merge the current environment by running bough environment:merge');
  if (can('synchronize')) info('Sync the current environment by running bough environment:synchronize');
}

function remarksOn({
  status,
  protected: isProtected,
  gone_since,
  goes_at,
  last_deployment,
}: Environment): string[] {
  const hasFailed = status === 'active' && last_deployment?.result === 'failure';
  const isGone = gone_since === null ? [] : ['branch gone'];
  const goes = goes_at === null ? [] : [`goes ${formatDate(goes_at)}`];
  return [
    ...(hasFailed ? ['deployment failed'] : []),
    ...(isProtected ? ['protected'] : []),
    ...isGone,
    ...goes,
  ];
}

/** The result and the time of the last deployment: `success, 2026-11-22T10:00:00+00:00`. */
function formatDeployment({ last_deployment: last }: Environment): string {
  if (!last) return '';
  return [last.result, ...(last.at === null ? [] : [formatDate(last.at)])].join(', ');
}

function formatStatus(status: string): string {
  return status === 'dirty' ? 'In progress' : status.charAt(0).toUpperCase() + status.slice(1);
}
