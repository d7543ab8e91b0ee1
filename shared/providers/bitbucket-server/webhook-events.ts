import { errorResponseIn } from '../rest/error-response.ts';
import type { Api, EmptyResponse } from './api.ts';
import { Capabilities, WebhookCapabilities } from './api-schema.ts';

/** The events that Bough's webhook subscribes to. */
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

/** The subscribed events that servers before 7.0 do not support. */
const recentEvents: readonly string[] = ['pr:from_ref_updated', 'pr:modified'];

/** The events for a new webhook: those that the server offers, or all when the server does not list them. */
export async function supportedEvents(api: Api): Promise<readonly string[]> {
  const offered = await offeredEvents(api);
  return offered ? subscribedEvents.filter((event) => offered.includes(event)) : subscribedEvents;
}

/** The supported events that a webhook does not subscribe to. Without the server's list, recent events do not count as missing. */
export async function eventsMissingIn(api: Api, events: readonly string[]): Promise<string[]> {
  const absent = subscribedEvents.filter((event) => !events.includes(event));
  if (absent.length === 0) return [];
  const offered = await offeredEvents(api);
  return absent.filter((event) => (offered ? offered.includes(event) : !recentEvents.includes(event)));
}

/** Writes a webhook with `events`. When the server rejects some of them as unknown, the write is repeated without those. */
export async function withoutUnknown(
  events: readonly string[],
  write: (events: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    await write(events);
  } catch (error) {
    const errorResponse = errorResponseIn(error);
    const messages = errorResponse?.status === 400 ? errorResponse.messages : [];
    const known = events.filter((event) => !messages.some((message) => message.includes(event)));
    if (known.length === events.length || known.length === 0) throw error;
    await withoutUnknown(known, write);
  }
}

/** The events that the server offers; null when the server does not list them. */
async function offeredEvents(api: Api): Promise<readonly string[] | null> {
  const found = await api.find('/capabilities', Capabilities, isUnavailable);
  const path = pathBelowRest(found?.capabilities.webhooks ?? '');
  if (path === null) return null;
  const offered = await api.find(path, WebhookCapabilities, isUnavailable);
  return offered?.['application-webhooks'] ?? null;
}

const longestUrl = 2_000;

/** The path in a capability's URL. The host is ignored: the server's configured base URL may not be reachable from here. */
function pathBelowRest(url: string): string | null {
  const start = url.length > longestUrl ? -1 : url.indexOf('/rest/webhooks/');
  return start < 0 ? null : url.slice(start + '/rest'.length);
}

/** True for a response that contains no list: not an outage, and not a rate limit. */
function isUnavailable({ status }: EmptyResponse): boolean {
  return status < 500 && status !== 429;
}
