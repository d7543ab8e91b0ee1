import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';

const ids = ['[id...]', 'dead letter IDs, separated by commas or spaces'] as const;
const all = () => new Option('-a, --all', 'all dead letters');

/** The commands of the namespace `deadletter`. */
export const deadLetterCommands: readonly CommandSpec[] = [
  {
    name: 'deadletter:list',
    aliases: ['deadletters'],
    summary: 'Get a list of the messages that could not be processed',
    args: [],
    options: () => [],
    columns: [
      'id*',
      'queue',
      'type*',
      'project*',
      'because*',
      'code',
      'attempts',
      'failed_at*',
      'sent_at',
      'body',
    ],
    examples: ['bough deadletters', 'bough deadletter:list --columns id,code,body --format json'],
    load: async () => (await import('./list.ts')).listDeadLetters,
  },
  {
    name: 'deadletter:replay',
    aliases: [],
    summary: 'Process dead letters again, except scheduled prunes',
    args: [ids],
    options: () => [all()],
    examples: ['bough deadletter:replay --all'],
    load: async () => (await import('./handle.ts')).replayDeadLetters,
  },
  {
    name: 'deadletter:drop',
    aliases: [],
    summary: 'Delete dead letters without processing them',
    args: [ids],
    options: () => [all()],
    examples: ['bough deadletter:drop --all --yes'],
    load: async () => (await import('./handle.ts')).dropDeadLetters,
  },
];
