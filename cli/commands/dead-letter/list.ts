import * as z from 'zod';
import { type Api, connectApi } from '../../api/client.ts';
import { type DeadLetter, DeadLetters } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { type Column, printTable } from '../../output/table.ts';
import { formatDate } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { tableOptions } from '../options.ts';

const columns: Column<DeadLetter>[] = [
  { id: 'id', header: 'ID', value: ({ id }) => id },
  { id: 'queue', header: 'Queue', value: ({ queue }) => queue },
  { id: 'type', header: 'Type', value: ({ type }) => type },
  { id: 'project', header: 'Project', value: ({ project }) => project ?? '' },
  { id: 'because', header: 'Died because', value: whyItDied },
  { id: 'code', header: 'Code', value: ({ failure }) => failure?.code ?? '' },
  { id: 'attempts', header: 'Attempts', value: ({ failure }) => String(failure?.attempts ?? '') },
  { id: 'failed_at', header: 'Failed', value: ({ failure }) => formatDate(failure?.failed_at ?? null) },
  { id: 'sent_at', header: 'Sent', value: ({ sent_at }) => formatDate(sent_at) },
  { id: 'body', header: 'Message', value: ({ body }) => body },
];
const defaultColumns = ['id', 'type', 'project', 'because', 'failed_at'];

const Options = z.object(tableOptions);

export const listDeadLetters: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const letters = await readDeadLetters(connectApi(terminal), terminal);
  if (letters.length === 0) {
    terminal.tell('There are no dead letters.');
    return 0;
  }
  printTable(terminal, letters, columns, defaultColumns, given);
  if ((given.format ?? 'table') !== 'table') return 0;
  terminal.tell(
    '\nOnce the reason is gone, have them processed again by running: bough deadletter:replay [id]',
  );
  terminal.tell('Throw them away by running: bough deadletter:drop [id]');
  return 0;
};

/** All that there are; when there are too many, that is said. */
export async function readDeadLetters(api: Api, { tell }: Pick<Terminal, 'tell'>): Promise<DeadLetter[]> {
  const { items, has_more } = await api.get('/dead-letters', DeadLetters);
  if (has_more) tell(`There are more dead letters than these ${items.length}.\n`);
  return items;
}

/** Whose log has more, by queue. */
const logs: Record<DeadLetter['queue'], string> = {
  events: 'Processor',
  activities: 'Activities',
  prune: 'Prune',
};

export function whyItDied({ queue, failure }: DeadLetter): string {
  if (failure) return failure.because;
  return `Not known: the function was cut off, or could not say. Look for its ID in the log of ${logs[queue]}.`;
}
