import * as z from 'zod';
import { type Api, connectApi } from '../../api/client.ts';
import { type DeadLetter, HandledDeadLetters } from '../../api/resources.ts';
import type { Invocation, Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { plural, splitList } from '../../lists.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { readDeadLetters, whyItDied } from './list.ts';

const Options = z.object({ all: z.boolean().optional() });

/** What is done with dead letters, in the words of its questions. */
interface Handling {
  path: string;
  command: string;
  verb: string;
  past: string;
  /** Whether it is done with ticks of the schedule too. */
  takesTicks: boolean;
  /** What is answered by pressing Enter: no, where it cannot be undone. */
  default: boolean;
}

export const replayDeadLetters: Run = (invocation) =>
  handle(invocation, {
    path: '/dead-letters/replay',
    command: 'deadletter:replay',
    verb: 'replay',
    past: 'Replayed',
    takesTicks: false,
    default: true,
  });

export const dropDeadLetters: Run = (invocation) =>
  handle(invocation, {
    path: '/dead-letters/drop',
    command: 'deadletter:drop',
    verb: 'drop',
    past: 'Dropped',
    takesTicks: true,
    default: false,
  });

async function handle({ args, options, terminal }: Invocation, handling: Handling): Promise<number> {
  const { all = false } = Options.parse(options);
  const ids = splitList(args);
  requireSelection(ids, all);
  const api = connectApi(terminal);
  const letters = await readDeadLetters(api, terminal);
  if (all && letters.length === 0) {
    terminal.tell('There are no dead letters.');
    return 0;
  }
  const { chosen, ticks, unknown } = select(letters, all ? null : ids, handling);
  for (const id of unknown) terminal.tell(`Dead letter not found: ${printable(id)}`);
  if (ticks.length > 0) terminal.tell(explainTicks(ticks));
  // With --all they are not what was meant; who names one has not got what was asked for.
  const failed = unknown.length > 0 || (!all && ticks.length > 0);
  if (chosen.length === 0) return failed ? 1 : 0;
  const isDone = await handleAll(api, terminal, chosen, handling);
  return failed || !isDone ? 1 : 0;
}

function requireSelection(ids: readonly string[], all: boolean): void {
  if (all && ids.length > 0) throw new CliError('You cannot use both IDs and the --all option');
  if (!all && ids.length === 0) {
    throw new CliError(
      `Which dead letters are meant? Name them, or use --all. See them with: bough deadletter:list`,
    );
  }
}

/** @param ids null for all */
function select(letters: readonly DeadLetter[], ids: readonly string[] | null, { takesTicks }: Handling) {
  const named = letters.filter(({ id }) => ids === null || ids.includes(id));
  const ticks = takesTicks ? [] : named.filter(({ queue }) => queue === 'prune');
  return {
    chosen: named.filter((letter) => !ticks.includes(letter)),
    ticks,
    unknown: (ids ?? []).filter((id) => !letters.some((letter) => letter.id === id)),
  };
}

/** False when not all of it is done. */
async function handleAll(
  api: Api,
  terminal: Terminal,
  letters: readonly DeadLetter[],
  handling: Handling,
): Promise<boolean> {
  const { tell } = terminal;
  for (const letter of letters) tell(describe(letter));
  const question = `Are you sure you want to ${handling.verb} ${plural(letters.length, 'dead letter')}?`;
  if (!(await terminal.confirm(question, { default: handling.default }))) return false;

  // Exactly those that were shown: what has come since nobody has seen.
  const sent = { ids: letters.map(({ id }) => id) };
  const { done, missing } = await api.post(handling.path, sent, HandledDeadLetters);
  tell(`${handling.past} ${plural(done.length, 'dead letter')}.`);
  if (missing.length > 0) {
    tell(`Not there any more, or being looked at by somebody else: ${missing.join(', ')}`);
    tell(
      `If they are still listed in half a minute, run again: bough ${handling.command} ${missing.join(' ')}`,
    );
  }
  return missing.length === 0;
}

function explainTicks(ticks: readonly DeadLetter[]): string {
  const ids = ticks.map(({ id }) => printable(id)).join(' ');
  return `Ticks of the schedule are not replayed: the next prune does all that they would have done. Throw them away by running: bough deadletter:drop ${ids}`;
}

function describe(letter: DeadLetter): string {
  const { id, type, project } = letter;
  const where = project === null ? '' : ` of ${project}`;
  return printable(`${id}: ${type}${where}\n  ${whyItDied(letter)}`);
}
