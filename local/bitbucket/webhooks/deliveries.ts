import { createHmac, randomUUID } from 'node:crypto';

/** One HTTP call of a webhook. */
export interface Attempt {
  readonly number: number;
  readonly requestId: string;
  /** HTTP status; null without a response. */
  readonly status: number | null;
  readonly responseBody: string;
  readonly error: string | null;
  readonly durationMs: number;
}

/** One event for one webhook, with all attempts to deliver it: an entry of Bitbucket's request history. */
export interface Delivery {
  readonly id: string;
  readonly product: 'cloud' | 'server';
  readonly event: string;
  readonly repository: string;
  readonly hook: { readonly id: string; readonly url: string; readonly description: string };
  readonly createdOn: string;
  readonly body: string;
  readonly attempts: Attempt[];
  /** `skipped`: Server suspends a webhook after repeated failures. */
  outcome: 'pending' | 'delivered' | 'failed' | 'too large' | 'skipped';
}

/** The newest deliveries of both products. */
export interface DeliveryHistory {
  /** Oldest first. */
  list(): Delivery[];
  /** Adds a pending delivery and drops the oldest one when the history is full. */
  record(delivery: Omit<Delivery, 'id' | 'createdOn' | 'attempts' | 'outcome'>): Delivery;
}

const KEPT_DELIVERIES = 50;
const KEPT_RESPONSE_CHARACTERS = 16 * 1024;
const TIMEOUT_MS = 10_000;

/** Creates an empty history of at most 50 deliveries. */
export function createDeliveryHistory(now: () => Date): DeliveryHistory {
  const deliveries: Delivery[] = [];
  return {
    list: () => [...deliveries],
    record(fields) {
      const delivery: Delivery = {
        ...fields,
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

/** `X-Hub-Signature` over the body's bytes, the same for both products; no header without a secret. */
export function signatureHeader(secret: string | null, body: string): Record<string, string> {
  if (secret === null) return {};
  return { 'X-Hub-Signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

/** The cause of a failed fetch, because its own message is only "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

/** Calls a webhook once, without following redirects, and adds the attempt to the delivery. */
export async function sendAttempt(
  delivery: Delivery,
  requestId: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Attempt> {
  const started = performance.now();
  const finish = (result: Pick<Attempt, 'status' | 'responseBody' | 'error'>): Attempt => {
    const attempt = {
      number: delivery.attempts.length + 1,
      requestId,
      ...result,
      durationMs: Math.round(performance.now() - started),
    };
    delivery.attempts.push(attempt);
    return attempt;
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
    return finish({ status: response.status, responseBody, error: null });
  } catch (error) {
    return finish({ status: null, responseBody: '', error: reason(error) });
  }
}

/** Whether the receiver answered with a 2xx status. */
export function isDelivered({ status }: Attempt): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** Sets the outcome of a delivery from its last attempt and logs a failure. */
export function concludeDelivery(delivery: Delivery, log: (line: string) => void): void {
  const { event, hook, attempts } = delivery;
  const last = attempts.at(-1);
  delivery.outcome = last !== undefined && isDelivered(last) ? 'delivered' : 'failed';
  if (delivery.outcome === 'delivered') return;
  const cause = last?.error ?? `HTTP ${last?.status}`;
  log(`webhook ${event} to ${hook.url}: ${cause} after ${attempts.length} attempt(s)`);
}
