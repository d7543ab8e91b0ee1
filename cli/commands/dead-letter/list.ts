import * as z from 'zod';
import { type Api, connectApi } from '../../api/client.ts';
import { type DeadLetter, DeadLetters } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { type Column, printTable } from '../../output/table.ts';
import { formatDate } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { tableOptions } from '../options.ts';

const columns: Column<DeadLetter>[] = [
  { id: 'id', header: 'ID', importance: 'essential', value: ({ id }) => id },
  { id: 'queue', header: 'Queue', importance: 'low', value: ({ queue }) => queue },
  { id: 'type', header: 'Type', importance: 'medium', value: ({ type }) => type },
  { id: 'project', header: 'Project', importance: 'high', value: ({ project }) => project ?? '' },
  {
    id: 'because',
    header: 'Died because',
    importance: 'essential',
    wraps: 'words',
    value: failureReason,
  },
  { id: 'code', header: 'Code', importance: 'low', value: ({ failure }) => failure?.code ?? '' },
  {
    id: 'attempts',
    header: 'Attempts',
    importance: 'low',
    value: ({ failure }) => String(failure?.attempts ?? ''),
  },
  {
    id: 'failed_at',
    header: 'Failed',
    importance: 'medium',
    value: ({ failure }) => formatDate(failure?.failed_at ?? null),
  },
  { id: 'sent_at', header: 'Sent', importance: 'low', value: ({ sent_at }) => formatDate(sent_at) },
  { id: 'body', header: 'Message', importance: 'low', wraps: 'words', value: ({ body }) => body },
];
const defaultColumns = ['id', 'type', 'project', 'because', 'failed_at'];

const Options = z.object(tableOptions);

/** `deadletter:list`. */
export const listDeadLetters: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const letters = await readDeadLetters(connectApi(terminal), terminal);
  if (letters.length === 0) {
    terminal.info('There are no dead letters.');
    return 0;
  }
  printTable(terminal, letters, columns, defaultColumns, given);
  if ((given.format ?? 'table') !== 'table') return 0;
  terminal.info('\nTo process them again after fixing the cause, run: bough deadletter:replay [id]');
  terminal.info('To delete them, run: bough deadletter:drop [id]');
  return 0;
};

/** Reads the dead letters; prints a note when the API returns only some of them. */
export async function readDeadLetters(api: Api, { info }: Pick<Terminal, 'info'>): Promise<DeadLetter[]> {
  const { items, has_more } = await api.get('/dead-letters', DeadLetters);
  if (has_more) info(`Showing ${items.length} dead letters; there are more.\n`);
  return items;
}

/** The function whose log has details, by queue. */
const logs: Record<DeadLetter['queue'], string> = {
  events: 'Processor',
  activities: 'Activities',
  prune: 'Prune',
};

/** Why a message became a dead letter, or where to find out. */
export function failureReason({ queue, failure }: DeadLetter): string {
  if (failure) return failure.because;
  return `Unknown: the function timed out or could not record the error. Search for the ID in the log of ${logs[queue]}.`;
}
