import * as z from 'zod';
import { connectApi, path } from '../api/client.ts';
import { Environment } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { projectOptions, tableOptions } from '../options.ts';
import { type Column, printTable } from '../output/table.ts';
import { formatDate } from '../output/text.ts';
import { type Branch, growTree } from '../output/tree.ts';
import { selectProject } from '../selection.ts';

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

function formatStatus(status: string): string {
  return status === 'dirty' ? 'In progress' : status.charAt(0).toUpperCase() + status.slice(1);
}
