import { queryOptions } from '@tanstack/react-query';
import type { Activity } from '../../shared/api/activity.ts';
import { activityPath, type PlacedActivity } from './activity-path.ts';
import { unreadable } from './api-failure.ts';
import type { Api } from './client.ts';
import { appended, type Log, noLog } from './log-blocks.ts';
import { interval } from './polling.ts';
import { queryKeys } from './query-keys.ts';

/** Lines that are parsed before the browser may handle input again. */
const linesAtOnce = 1000;

/**
 * The log of an activity, which is asked for its next lines until it is complete. A pending activity has no log yet, so
 * it is asked less often.
 */
export function logQuery(api: Api, activity: PlacedActivity & Pick<Activity, 'state'>) {
  return queryOptions({
    queryKey: [...queryKeys.project(activity.project), 'activities', activity.id, 'log'],
    queryFn: ({ client, queryKey, signal }): Promise<Log> =>
      readOn(api, `${activityPath(activity)}/log`, {
        before: client.getQueryData<Log>(queryKey) ?? noLog,
        show: (log) => client.setQueryData(queryKey, log),
        signal,
      }),
    refetchInterval: ({ state: { data } }) => {
      if (data?.isComplete) return false;
      return activity.state === 'pending' ? interval.other : interval.log;
    },
    // A complete log does not change.
    staleTime: ({ state: { data } }) => (data?.isComplete ? Number.POSITIVE_INFINITY : 0),
    refetchOnWindowFocus: ({ state: { data } }) => (data?.isComplete ? false : 'always'),
    // A comparison of all lines would cost more than it saves: blocks keep their identity.
    structuralSharing: false,
  });
}

interface Reading {
  readonly before: Log;
  readonly signal: AbortSignal;
  /** Shows the log before its next page is read. */
  show(log: Log): void;
}

async function readOn(api: Api, path: string, { before, signal, show }: Reading): Promise<Log> {
  let log = before;
  for (;;) {
    const text = await api.text(`${path}?start_at=${log.read}`, signal);
    const entries = text.split('\n').filter((line) => line !== '');
    const after = await parsed(log, entries);
    // A response with lines may be one page of several.
    if (after.isComplete || after.read === log.read) return after;
    signal.throwIfAborted();
    show(after);
    log = after;
  }
}

async function parsed(before: Log, entries: readonly string[]): Promise<Log> {
  let log = before;
  for (let start = 0; start < entries.length; start += linesAtOnce) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    log = appended(log, entries.slice(start, start + linesAtOnce).map(messageIn));
  }
  return log;
}

/** The message of one entry; null for the seal. A schema would take a second for a long log. */
function messageIn(entry: string): string | null {
  const document = jsonIn(entry);
  if (!isObject(document)) throw unreadable(entry);
  if (document['seal'] === true) return null;
  const { data } = document;
  if (!isObject(data) || typeof data['message'] !== 'string') throw unreadable(entry);
  return data['message'];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
