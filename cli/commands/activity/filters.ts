import * as z from 'zod';
import type { ActivityType } from '../../../shared/domain/activities/activity.ts';
import { CliError } from '../../errors.ts';
import { matcherOf, splitList } from '../../lists.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** All activity types; a missing one is a compile error. */
const types: Record<ActivityType, true> = {
  'environment.activate': true,
  'environment.branch': true,
  'environment.deactivate': true,
  'environment.delete': true,
  'environment.push': true,
  'environment.redeploy': true,
  'environment.synchronize': true,
  'integration.bitbucket.default_branch': true,
  'integration.bitbucket.fetch': true,
  'integration.bitbucket.prune': true,
  'integration.bitbucket.register_hooks': true,
  'integration.bitbucket_server.default_branch': true,
  'integration.bitbucket_server.fetch': true,
  'integration.bitbucket_server.prune': true,
  'integration.bitbucket_server.register_hooks': true,
};
const known = Object.keys(types);
const incompleteStates = ['in_progress', 'pending'];

const texts = z.array(z.string()).optional();

/** The parsed options that filter activities. */
export const FilterOptions = z.object({
  type: texts,
  excludeType: texts,
  state: texts,
  result: texts,
  incomplete: z.boolean().optional(),
  start: z.string().optional(),
});

/** The API's query parameters for activities. A missing list does not filter. */
export interface Filter {
  type?: readonly string[];
  state?: readonly string[];
  result?: readonly string[];
  /** Only activities created before this date. */
  starts_at?: readonly string[];
}

/**
 * Converts the options into a filter. Types may have wildcards and omit their first part: `push`, `*.fetch`.
 * Reports unknown types. An empty list of types matches no activity.
 */
export function filterOf(terminal: Terminal, given: z.infer<typeof FilterOptions>): Filter {
  const state = stateOf(terminal, given);
  const type = typeOf(terminal, given);
  const result = splitList(given.result);
  return {
    ...(type && { type }),
    ...(state.length > 0 && { state }),
    ...(result.length > 0 && { result }),
    ...(given.start !== undefined && { starts_at: [dateOf('start', given.start)] }),
  };
}

function stateOf({ info }: Terminal, given: z.infer<typeof FilterOptions>): string[] {
  const states = splitList(given.state);
  if (!given.incomplete) return states;
  if (states.length > 0 && states.toSorted().join() !== incompleteStates.join()) {
    info('The --incomplete option implies --state in_progress,pending');
  }
  return incompleteStates;
}

function typeOf({ info }: Terminal, given: z.infer<typeof FilterOptions>): string[] | undefined {
  const [wanted, unwanted] = [splitList(given.type), splitList(given.excludeType)];
  if (wanted.length + unwanted.length === 0) return undefined;
  const resolve = (names: string[], purpose: string) =>
    names.flatMap((name) => {
      const found = typesLike(name);
      if (found.length === 0) info(`Unrecognized activity type to ${purpose}: ${name}`);
      return found.length > 0 ? found : [name];
    });
  const excluded = new Set(resolve(unwanted, 'exclude'));
  const included = wanted.length > 0 ? resolve(wanted, 'include') : known;
  const left = included.filter((type) => !excluded.has(type));
  if (wanted.length > 0 && left.length < included.length) {
    info('The --exclude-type and --type options conflict.');
  }
  return [...new Set(left)];
}

function typesLike(name: string): string[] {
  const exact = known.filter(matcherOf(name));
  return exact.length > 0 ? exact : known.filter(matcherOf(`*.${name}`));
}

function dateOf(option: string, text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new CliError(`Invalid value for '--${option}': ${text} (expected a date, such as 2026-11-22)`);
  }
  return date.toISOString();
}
