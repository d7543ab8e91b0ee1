import * as z from 'zod';
import { type Api, connectApi } from '../../api/client.ts';
import { type DeadLetter, HandledDeadLetters } from '../../api/resources.ts';
import type { Invocation, Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { plural, splitList } from '../../lists.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { failureReason, readDeadLetters } from './list.ts';

const Options = z.object({ all: z.boolean().optional() });

/** An operation on dead letters and its texts. */
interface Handling {
  path: string;
  command: string;
  verb: string;
  past: string;
  /** True when scheduled prunes are included. */
  takesPrunes: boolean;
  /** The default answer to the confirmation: no for what cannot be undone. */
  default: boolean;
}

/** `deadletter:replay`. */
export const replayDeadLetters: Run = (invocation) =>
  handle(invocation, {
    path: '/dead-letters/replay',
    command: 'deadletter:replay',
    verb: 'replay',
    past: 'Replayed',
    takesPrunes: false,
    default: true,
  });

/** `deadletter:drop`. */
export const dropDeadLetters: Run = (invocation) =>
  handle(invocation, {
    path: '/dead-letters/drop',
    command: 'deadletter:drop',
    verb: 'drop',
    past: 'Dropped',
    takesPrunes: true,
    default: false,
  });

async function handle({ args, options, terminal }: Invocation, handling: Handling): Promise<number> {
  const { all = false } = Options.parse(options);
  const ids = splitList(args);
  requireSelection(ids, all);
  const api = connectApi(terminal);
  const letters = await readDeadLetters(api, terminal);
  if (all && letters.length === 0) {
    terminal.info('There are no dead letters.');
    return 0;
  }
  const { chosen, prunes, unknown } = select(letters, all ? null : ids, handling);
  for (const id of unknown) terminal.info(`Dead letter not found: ${printable(id)}`);
  if (prunes.length > 0) terminal.info(explainPrunes(prunes));
  // A scheduled prune is an error only when it was named.
  const failed = unknown.length > 0 || (!all && prunes.length > 0);
  if (chosen.length === 0) return failed ? 1 : 0;
  const isDone = await handleAll(api, terminal, chosen, handling);
  return failed || !isDone ? 1 : 0;
}

function requireSelection(ids: readonly string[], all: boolean): void {
  if (all && ids.length > 0) throw new CliError('You cannot use both IDs and the --all option');
  if (!all && ids.length === 0) {
    throw new CliError('Specify dead letter IDs or --all. To list them, run: bough deadletter:list');
  }
}

/** Splits the dead letters by whether the operation applies; `ids` is null for all. */
function select(letters: readonly DeadLetter[], ids: readonly string[] | null, { takesPrunes }: Handling) {
  const named = letters.filter(({ id }) => ids === null || ids.includes(id));
  const prunes = takesPrunes ? [] : named.filter(({ queue }) => queue === 'prune');
  return {
    chosen: named.filter((letter) => !prunes.includes(letter)),
    prunes,
    unknown: (ids ?? []).filter((id) => !letters.some((letter) => letter.id === id)),
  };
}

/** Resolves to true when all of them were handled. */
async function handleAll(
  api: Api,
  terminal: Terminal,
  letters: readonly DeadLetter[],
  handling: Handling,
): Promise<boolean> {
  const { info } = terminal;
  for (const letter of letters) info(describe(letter));
  const question = `Are you sure you want to ${handling.verb} ${plural(letters.length, 'dead letter')}?`;
  if (!(await terminal.confirm(question, { default: handling.default }))) return false;

  // Send the ids that the user confirmed, not those that arrived since.
  const sent = { ids: letters.map(({ id }) => id) };
  const { done, missing } = await api.post(handling.path, sent, HandledDeadLetters);
  info(`${handling.past} ${plural(done.length, 'dead letter')}.`);
  if (missing.length > 0) {
    info(`Not found, or locked by another client: ${missing.join(', ')}`);
    info(`If they are still listed after 30 seconds, run: bough ${handling.command} ${missing.join(' ')}`);
  }
  return missing.length === 0;
}

function explainPrunes(prunes: readonly DeadLetter[]): string {
  const ids = prunes.map(({ id }) => printable(id)).join(' ');
  return `Scheduled prunes are not replayed, because the next prune does the same. To delete them, run: bough deadletter:drop ${ids}`;
}

function describe(letter: DeadLetter): string {
  const { id, type, project } = letter;
  const where = project === null ? '' : ` of ${project}`;
  return printable(`${id}: ${type}${where}\n  ${failureReason(letter)}`);
}
