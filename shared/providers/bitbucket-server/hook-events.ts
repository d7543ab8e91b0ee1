import { refusalIn } from '../refusal.ts';
import { Capabilities, WebhookCapabilities } from './answers.ts';
import type { Api, Empty } from './api.ts';

/** The events that a webhook of ours subscribes to. */
export const subscribedEvents: readonly string[] = [
  'pr:declined',
  'pr:deleted',
  'pr:from_ref_updated',
  'pr:merged',
  'pr:modified',
  'pr:opened',
  'repo:modified',
  'repo:refs_changed',
];

/** Those of them that old servers do not know: the first came with 7.0. */
const youngEvents: readonly string[] = ['pr:from_ref_updated', 'pr:modified'];

/** The events that a new webhook asks for. All of them where the server does not say which ones it knows. */
export async function knownEvents(api: Api): Promise<readonly string[]> {
  const offered = await offeredEvents(api);
  return offered ? subscribedEvents.filter((event) => offered.includes(event)) : subscribedEvents;
}

/** The events that a webhook could be sent for and is not. Where the server does not say, young events are not missed. */
export async function eventsMissingIn(api: Api, events: readonly string[]): Promise<string[]> {
  const absent = subscribedEvents.filter((event) => !events.includes(event));
  if (absent.length === 0) return [];
  const offered = await offeredEvents(api);
  return absent.filter((event) => (offered ? offered.includes(event) : !youngEvents.includes(event)));
}

/** Writes a webhook with `events`; a server that finds one of them unknown is asked again for the others. */
export async function withoutUnknown(
  events: readonly string[],
  write: (events: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    await write(events);
  } catch (error) {
    const refusal = refusalIn(error);
    const messages = refusal?.status === 400 ? refusal.messages : [];
    const known = events.filter((event) => !messages.some((message) => message.includes(event)));
    if (known.length === events.length || known.length === 0) throw error;
    await withoutUnknown(known, write);
  }
}

/** Null where the server does not say. */
async function offeredEvents(api: Api): Promise<readonly string[] | null> {
  const found = await api.find('/capabilities', Capabilities, isNotTold);
  const path = pathBelowRest(found?.capabilities.webhooks ?? '');
  if (path === null) return null;
  const told = await api.find(path, WebhookCapabilities, isNotTold);
  return told?.['application-webhooks'] ?? null;
}

const longestUrl = 2_000;

/** The server names itself as its administrator has configured it, which may not be how it is reached from here. */
function pathBelowRest(url: string): string | null {
  const start = url.length > longestUrl ? -1 : url.indexOf('/rest/webhooks/');
  return start < 0 ? null : url.slice(start + '/rest'.length);
}

function isNotTold({ status }: Empty): boolean {
  return status < 500 && status !== 429;
}
