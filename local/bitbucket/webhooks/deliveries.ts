import { createHmac, randomUUID } from 'node:crypto';

export interface Attempt {
  readonly number: number;
  readonly requestId: string;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  readonly responseBody: string;
  readonly error: string | null;
  readonly durationMs: number;
}

/** One event for one webhook, with all attempts to send it: what Bitbucket shows as request history. */
export interface Delivery {
  readonly id: string;
  readonly face: 'cloud' | 'server';
  readonly event: string;
  readonly repository: string;
  readonly hook: { readonly id: string; readonly url: string; readonly description: string };
  readonly createdOn: string;
  readonly body: string;
  readonly attempts: Attempt[];
  /** Skipped: Server leaves out a webhook for a while that failed too often. */
  outcome: 'pending' | 'delivered' | 'failed' | 'too large' | 'skipped';
}

export interface DeliveryHistory {
  /** The newest deliveries of both faces, oldest first. */
  list(): Delivery[];
  record(delivery: Omit<Delivery, 'id' | 'createdOn' | 'attempts' | 'outcome'>): Delivery;
}

const KEPT_DELIVERIES = 50;
const KEPT_RESPONSE_CHARACTERS = 16 * 1024;
const TIMEOUT_MS = 10_000;

export function createDeliveryHistory(now: () => Date): DeliveryHistory {
  const deliveries: Delivery[] = [];
  return {
    list: () => [...deliveries],
    record(told) {
      const delivery: Delivery = {
        ...told,
        id: randomUUID(),
        createdOn: now().toISOString(),
        attempts: [],
        outcome: 'pending',
      };
      deliveries.push(delivery);
      if (deliveries.length > KEPT_DELIVERIES) deliveries.shift();
      return delivery;
    },
  };
}

/** `X-Hub-Signature` over the body's bytes, the same on both faces; nothing without a secret. */
export function signatureHeader(secret: string | null, body: string): Record<string, string> {
  if (secret === null) return {};
  return { 'X-Hub-Signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

/** Says what went wrong underneath fetch's own "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

/** Calls a webhook once, adds the attempt to its delivery and returns it. Follows no redirect. */
export async function attempt(
  delivery: Delivery,
  requestId: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Attempt> {
  const started = performance.now();
  const done = (answer: Pick<Attempt, 'status' | 'responseBody' | 'error'>): Attempt => {
    const made = {
      number: delivery.attempts.length + 1,
      requestId,
      ...answer,
      durationMs: Math.round(performance.now() - started),
    };
    delivery.attempts.push(made);
    return made;
  };
  try {
    const response = await fetch(delivery.hook.url, {
      method: 'POST',
      headers,
      body: delivery.body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const responseBody = (await response.text()).slice(0, KEPT_RESPONSE_CHARACTERS);
    return done({ status: response.status, responseBody, error: null });
  } catch (error) {
    return done({ status: null, responseBody: '', error: reason(error) });
  }
}

export function isDelivered({ status }: Attempt): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** One line for the log about a delivery that has failed. */
export function failureLine({ event, hook, attempts }: Delivery): string {
  const last = attempts.at(-1);
  const what = last?.error ?? `HTTP ${last?.status}`;
  return `webhook ${event} to ${hook.url}: ${what} after ${attempts.length} attempt(s)`;
}
