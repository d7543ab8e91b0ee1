import { minutesBetween } from '../values/time.ts';

/** Deliveries whose signature does not match the integration's secret: the webhook has another one, or a stranger calls. */
export interface RefusedDeliveries {
  /** When the last one came, to within some minutes. */
  last_at: string;
  /** When the webhook was given its secret anew because of them; null while it was not. */
  rewritten_at: string | null;
}

/** A delivery came without the signature that the integration's secret makes. Nothing else in it counts. */
export interface DeliveryRefused {
  type: 'delivery.refused';
}

/** The integration's memory of its deliveries. */
interface Subject {
  last_delivery_at: string | null;
  refused_deliveries: RefusedDeliveries | null;
}

/** Refusals are recorded at most once in this time: anybody can call a webhook. */
export const minutesBetweenRecords = 10;
/** The webhook's secret is written again at most once in this time: refusals can go on for ever. */
export const minutesBetweenRewrites = 24 * 60;
/** Older refusals say nothing about the webhook as it is now. */
export const relevantMinutes = 7 * 24 * 60;

/** Whether a refusal at `now` is news, given when the last one was noted. */
export function isWorthNoting(last: string | null | undefined, now: string): boolean {
  return !last || minutesBetween(last, now) >= minutesBetweenRecords;
}

/** The integration after a refused delivery; null when there is nothing new to remember. */
export function withRefusal<T extends Subject>(integration: T, now: string): T | null {
  const { refused_deliveries: before } = integration;
  if (!isWorthNoting(before?.last_at, now)) return null;
  return {
    ...integration,
    refused_deliveries: { last_at: now, rewritten_at: before?.rewritten_at ?? null },
  };
}

/** When deliveries were last refused, unless one has been accepted since; null while the webhook seems to be well. */
export function refusedSince({ refused_deliveries, last_delivery_at }: Subject, now: string): string | null {
  if (!refused_deliveries) return null;
  const { last_at, rewritten_at } = refused_deliveries;
  const isOver = [last_delivery_at, rewritten_at].some((end) => end !== null && end >= last_at);
  return isOver || minutesBetween(last_at, now) > relevantMinutes ? null : last_at;
}

/** Whether the webhook is to be given its secret anew. */
export function needsNewSecret(integration: Subject, now: string): boolean {
  const rewritten = integration.refused_deliveries?.rewritten_at;
  const isTime = !rewritten || minutesBetween(rewritten, now) >= minutesBetweenRewrites;
  return isTime && refusedSince(integration, now) !== null;
}
