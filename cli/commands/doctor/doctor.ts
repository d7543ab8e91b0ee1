import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { type Check, Diagnosis } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { plural } from '../../lists.ts';
import { type Column, printTable } from '../../output/table.ts';
import { tableOptions } from '../options.ts';

const columns: Column<Check>[] = [
  { id: 'state', header: 'State', importance: 'essential', value: ({ state }) => state },
  { id: 'id', header: 'Check', importance: 'essential', value: ({ id }) => id },
  {
    id: 'subject',
    header: 'Of',
    importance: 'medium',
    wraps: 'words',
    value: ({ subject }) => subject ?? '',
  },
  { id: 'because', header: 'Because', importance: 'high', wraps: 'words', value: ({ because }) => because },
  {
    id: 'remedy',
    header: 'Remedy',
    importance: 'medium',
    wraps: 'words',
    value: ({ remedy }) => remedy ?? '',
  },
];
const defaultColumns = columns.map(({ id }) => id);

const Options = z.object(tableOptions);

/** `doctor`: prints every check. The exit code is 1 when there is a problem. */
export const examine: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const { checks } = await connectApi(terminal).get('/doctor', Diagnosis);
  printTable(terminal, checks, columns, defaultColumns, given);
  const problems = checks.filter(({ state }) => state === 'problem').length;
  const warnings = checks.filter(({ state }) => state === 'warning').length;
  const unknown = checks.filter(({ state }) => state === 'unknown').length;
  const counts = [
    plural(problems, 'problem'),
    plural(warnings, 'warning'),
    ...(unknown > 0 ? [`${plural(unknown, 'check')} failed to run`] : []),
  ];
  terminal.info(`\n${counts.join(', ')}.`);
  return problems > 0 ? 1 : 0;
};
