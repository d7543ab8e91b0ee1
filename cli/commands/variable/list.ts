import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { projectLabel } from '../../output/labels.ts';
import { type Column, printTable } from '../../output/table.ts';
import { environmentOptions, projectOptions, tableOptions } from '../options.ts';
import { type FoundVariable, levelOf, listVariablesAt, selectScope } from './level.ts';

const columns: Column<FoundVariable>[] = [
  { id: 'name', header: 'Name', importance: 'essential', value: ({ variable }) => variable.name },
  { id: 'level', header: 'Level', importance: 'medium', value: ({ level }) => level },
  {
    id: 'value',
    header: 'Value',
    importance: 'high',
    wraps: 'words',
    value: ({ variable }) => variable.value ?? '',
    inTable: ({ variable }) => variable.value ?? '[Hidden: sensitive value]',
  },
  {
    id: 'is_enabled',
    header: 'Enabled',
    importance: 'medium',
    value: ({ variable }) => ('is_enabled' in variable ? String(variable.is_enabled) : ''),
  },
];

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...tableOptions,
  level: z.string().optional(),
});

/** `variable:list`. */
export const listVariables: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const level = levelOf(given.level);
  const scope = await selectScope({ api: connectApi(terminal), terminal }, given, level, 'read');
  const { project, environment } = scope;
  const ofProject = await listVariablesAt(scope, 'project', level);
  const rows = [...ofProject, ...(await listVariablesAt(scope, 'environment', level))];
  if (rows.length === 0) throw new CliError('No variables found.');
  const isTable = (given.format ?? 'table') === 'table';
  const label = projectLabel(project);
  if (isTable) {
    if (level === 'project') terminal.info(`Project-level variables on the project ${label}:`);
    else if (level === 'environment')
      terminal.info(`Environment-level variables on the environment ${environment?.id} of project ${label}:`);
    else terminal.info(`Variables on the project ${label}, environment ${environment?.id}:`);
  }
  const names = columns.map(({ id }) => id);
  printTable(terminal, rows, columns, names, given);
  if (isTable) {
    terminal.info('\nTo view variable details, run: bough variable:get [name]');
    terminal.info('To create a new variable, run: bough variable:create');
    terminal.info('To update a variable, run: bough variable:update [name]');
    terminal.info('To delete a variable, run: bough variable:delete [name]');
  }
  return 0;
};
