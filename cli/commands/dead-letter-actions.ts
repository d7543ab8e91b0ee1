import * as z from 'zod';
import { connectApi } from '../api/client.ts';
import { type DeadLetter, HandledDeadLetters } from '../api/resources.ts';
import type { Invocation, Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { plural, splitList } from '../lists.ts';
import { printable } from '../output/text.ts';
import { readDeadLetters, whyItDied } from './dead-letters.ts';

const Options = z.object({ all: z.boolean().optional() });

/** What is done with dead letters, in the words of its questions. */
interface Handling {
  path: string;
  command: string;
  verb: string;
  past: string;
  /** What is answered by pressing Enter: no, where it cannot be undone. */
  default: boolean;
}

export const replayDeadLetters: Run = (invocation) =>
  handle(invocation, {
    path: '/dead-letters/replay',
    command: 'deadletter:replay',
    verb: 'replay',
    past: 'Replayed',
    default: true,
  });

export const dropDeadLetters: Run = (invocation) =>
  handle(invocation, {
    path: '/dead-letters/drop',
    command: 'deadletter:drop',
    verb: 'drop',
    past: 'Dropped',
    default: false,
  });

async function handle({ args, options, terminal }: Invocation, handling: Handling): Promise<number> {
  const { all } = Options.parse(options);
  const ids = splitList(args);
  if (all && ids.length > 0) throw new CliError('You cannot use both IDs and the --all option');
  if (!all && ids.length === 0) {
    throw new CliError(
      `Which dead letters are meant? Name them, or use --all. See them with: bough deadletter:list`,
    );
  }
  const api = connectApi(terminal);
  const { tell } = terminal;
  const letters = await readDeadLetters(api, terminal);
  const chosen = all ? letters : letters.filter(({ id }) => ids.includes(id));
  const unknown = ids.filter((id) => !letters.some((letter) => letter.id === id));
  for (const id of unknown) tell(`Dead letter not found: ${printable(id)}`);
  if (chosen.length === 0) {
    if (unknown.length === 0) tell('There are no dead letters.');
    return unknown.length === 0 ? 0 : 1;
  }
  for (const letter of chosen) tell(describe(letter));
  const question = `Are you sure you want to ${handling.verb} ${plural(chosen.length, 'dead letter')}?`;
  if (!(await terminal.confirm(question, { default: handling.default }))) return 1;

  // Exactly those that were shown: what has come since nobody has seen.
  const sent = { ids: chosen.map(({ id }) => id) };
  const { done, missing } = await api.post(handling.path, sent, HandledDeadLetters);
  tell(`${handling.past} ${plural(done.length, 'dead letter')}.`);
  if (missing.length > 0) {
    tell(`Not there any more, or being looked at by somebody else: ${missing.join(', ')}`);
    tell(
      `If they are still listed in half a minute, run again: bough ${handling.command} ${missing.join(' ')}`,
    );
  }
  return unknown.length + missing.length > 0 ? 1 : 0;
}

function describe(letter: DeadLetter): string {
  const { id, type, project } = letter;
  const where = project === null ? '' : ` of ${project}`;
  return printable(`${id}: ${type}${where}\n  ${whyItDied(letter)}`);
}
