import * as z from 'zod';
import { type Api, connectApi, path } from '../../api/client.ts';
import { Environment, type Project } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { sortBy, splitList } from '../../lists.ts';
import { type Column, printTable } from '../../output/table.ts';
import { formatDate } from '../../output/text.ts';
import { type Branch, growTree } from '../../output/tree.ts';
import { namedEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { projectOptions, tableOptions } from '../options.ts';

interface Row extends Branch<Environment> {
  /** What commands mean when no environment is named. */
  isCurrent: boolean;
}

const columns: Column<Row>[] = [
  {
    id: 'id',
    header: 'ID',
    value: ({ item }) => item.id,
    inTable: ({ item, depth, isCurrent }) => `${'  '.repeat(depth)}${item.id}${isCurrent ? '*' : ''}`,
  },
  { id: 'machine_name', header: 'Machine name', value: ({ item }) => item.machine_name },
  { id: 'title', header: 'Title', value: ({ item }) => item.title },
  {
    id: 'status',
    header: 'Status',
    value: ({ item }) => formatStatus(item.status),
    inTable: ({ item }) => [formatStatus(item.status), ...remarksOn(item)].join(', '),
  },
  { id: 'type', header: 'Type', value: ({ item }) => item.type },
  { id: 'created', header: 'Created', value: ({ item }) => formatDate(item.created_at) },
  { id: 'updated', header: 'Updated', value: ({ item }) => formatDate(item.updated_at) },
];

const Options = z.object({
  ...projectOptions,
  ...tableOptions,
  inactive: z.boolean().default(true),
  type: z.array(z.string()).optional(),
  status: z.array(z.string()).optional(),
  sort: z.string().default('title'),
  reverse: z.boolean().optional(),
  pipe: z.boolean().optional(),
});
type Options = z.infer<typeof Options>;

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
  const all = await api.list(path`/projects/${project.id}/environments`, Environment);
  const { environments, filters } = filter(all, given);
  const sorted = sortBy(environments, given.sort);
  if (given.reverse) sorted.reverse();
  if (given.pipe) {
    terminal.write(sorted.map(({ id }) => `${id}\n`).join(''));
    return 0;
  }
  if (sorted.length === 0) {
    const used = filters.map((name) => `--${name}`).join(', ');
    terminal.tell(`No environments found${used === '' ? '' : ` (filters in use: ${used})`}.`);
    return 0;
  }
  const named = namedEnvironment(terminal, undefined);
  const current = named === undefined || named === '.' ? project.default_branch : named;
  const rows = growTree(sorted).map((branch) => ({ ...branch, isCurrent: branch.item.id === current }));
  const isForPeople = (given.format ?? 'table') === 'table';
  if (isForPeople) terminal.tell('Your environments are: ');
  printTable(terminal, rows, columns, ['id', 'title', 'status', 'type'], given);
  const shown = rows.find(({ isCurrent }) => isCurrent);
  if (isForPeople && shown) suggest(terminal, shown.item);
  return 0;
}

/** The environments that are asked for, and the names of the options that leave others out. */
function filter(all: readonly Environment[], given: Options) {
  const [types, statuses] = [splitList(given.type), splitList(given.status)];
  const environments = all.filter(
    ({ type, status }) =>
      (given.inactive || status !== 'inactive') &&
      (types.length === 0 || types.includes(type)) &&
      (statuses.length === 0 || statuses.includes(status)),
  );
  const uses = { 'no-inactive': !given.inactive, type: types.length > 0, status: statuses.length > 0 };
  const filters = Object.entries(uses).flatMap(([name, isUsed]) => (isUsed ? [name] : []));
  return { environments, filters };
}

/** What can be done now with the environment that is meant when none is named. */
function suggest({ tell }: Terminal, { _links }: Environment): void {
  tell('* - Indicates the current environment\n');
  const can = (operation: 'branch' | 'activate' | 'delete' | 'merge' | 'synchronize') =>
    _links[`#${operation}`] !== undefined;
  if (can('branch')) tell('Branch a new environment by running bough environment:branch [new-name]');
  if (can('activate')) tell('Activate the current environment by running bough environment:activate');
  if (can('delete')) tell('Delete the current environment by running bough environment:delete');
  if (can('merge')) tell('Merge the current environment by running bough environment:merge');
  if (can('synchronize')) tell('Sync the current environment by running bough environment:synchronize');
}

function remarksOn({ protected: isProtected, gone_since, goes_at }: Environment): string[] {
  const isGone = gone_since === null ? [] : ['branch gone'];
  const goes = goes_at === null ? [] : [`goes ${formatDate(goes_at)}`];
  return [...(isProtected ? ['protected'] : []), ...isGone, ...goes];
}

function formatStatus(status: string): string {
  return status === 'dirty' ? 'In progress' : status.charAt(0).toUpperCase() + status.slice(1);
}
