import { minutesBetween } from '../values/time.ts';

/** Deliveries without a valid signature: the webhook has another secret, or an unrelated client sent them. */
export interface RefusedDeliveries {
  /** The time of the last one, exact to 10 minutes. */
  last_at: string;
  /** The time at which the secret was written to the webhook again because of them; null if never. */
  rewritten_at: string | null;
}

/** The event of a delivery without a valid signature. No content of the delivery is used. */
export interface DeliveryRefused {
  type: 'delivery.refused';
}

/** The fields of an integration that describe its deliveries. */
interface Subject {
  last_delivery_at: string | null;
  refused_deliveries: RefusedDeliveries | null;
}

/** Refusals are recorded at most once in this time: anybody can call a webhook. */
export const minutesBetweenRecords = 10;
/** The webhook's secret is written again at most once in this time: refusals can continue without end. */
export const minutesBetweenRewrites = 24 * 60;
/** Refusals older than this are not evidence about the current webhook. */
export const relevantMinutes = 7 * 24 * 60;

/** True when a refusal at `now` has to be recorded, given the time of the last record. */
export function isWorthNoting(last: string | null | undefined, now: string): boolean {
  return !last || minutesBetween(last, now) >= minutesBetweenRecords;
}

/** The integration after a refused delivery; null when nothing has to be recorded. */
export function withRefusal<T extends Subject>(integration: T, now: string): T | null {
  const { refused_deliveries: before } = integration;
  if (!isWorthNoting(before?.last_at, now)) return null;
  return {
    ...integration,
    refused_deliveries: { last_at: now, rewritten_at: before?.rewritten_at ?? null },
  };
}

/** The time of the last refusal that no accepted delivery followed; null when there is none. */
export function refusedSince({ refused_deliveries, last_delivery_at }: Subject, now: string): string | null {
  if (!refused_deliveries) return null;
  const { last_at, rewritten_at } = refused_deliveries;
  const isOver = [last_delivery_at, rewritten_at].some((end) => end !== null && end >= last_at);
  return isOver || minutesBetween(last_at, now) > relevantMinutes ? null : last_at;
}

/** True when the secret has to be written to the webhook again. */
export function needsNewSecret(integration: Subject, now: string): boolean {
  const rewritten = integration.refused_deliveries?.rewritten_at;
  const isTime = !rewritten || minutesBetween(rewritten, now) >= minutesBetweenRewrites;
  return isTime && refusedSince(integration, now) !== null;
}
