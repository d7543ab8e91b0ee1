import { createHmac, randomUUID } from 'node:crypto';
import type { Background } from './background.ts';
import { fullName, type Hook, type Repository } from './state.ts';

export interface Attempt {
  readonly number: number;
  readonly requestUuid: string;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  readonly responseBody: string;
  readonly error: string | null;
  readonly durationMs: number;
}

/** One event for one webhook, with all attempts to send it: what Bitbucket shows as request history. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly repository: string;
  readonly hook: { readonly uuid: string; readonly url: string; readonly description: string };
  readonly createdOn: string;
  readonly body: string;
  readonly attempts: Attempt[];
  outcome: 'pending' | 'delivered' | 'failed' | 'too large';
}

export interface Deliveries {
  /** The newest deliveries, oldest first. */
  list(): Delivery[];
  /** Sends an event to each active hook that asked for it, without making anyone wait. */
  announce(repository: Repository, event: string, payload: Record<string, unknown>): void;
}

/** Bitbucket drops larger payloads without a trace; here the history tells. */
export const PAYLOAD_LIMIT_BYTES = 256 * 1024;
const MAX_ATTEMPTS = 3;
const TIMEOUT_MS = 10_000;
const KEPT_DELIVERIES = 50;
const KEPT_RESPONSE_CHARACTERS = 16 * 1024;

interface Options {
  readonly background: Background;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

function headersOf(delivery: Delivery, hook: Hook, attempt: number, requestUuid: string) {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'User-Agent': 'Bitbucket-Webhooks/2.0',
    'X-Attempt-Number': String(attempt),
    'X-Event-Key': delivery.event,
    'X-Hook-UUID': hook.uuid.replace(/[{}]/g, ''),
    'X-Request-UUID': requestUuid,
  };
  if (hook.secret !== null) {
    const digest = createHmac('sha256', hook.secret).update(delivery.body).digest('hex');
    headers['X-Hub-Signature'] = `sha256=${digest}`;
  }
  return headers;
}

/** Says what went wrong underneath fetch's own "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

async function attemptDelivery(
  delivery: Delivery,
  hook: Hook,
  number: number,
  signal: AbortSignal,
): Promise<Attempt> {
  // Bitbucket documents the id as the request's, and nothing says that a retry keeps it.
  const requestUuid = randomUUID();
  const started = performance.now();
  const done = (answer: Pick<Attempt, 'status' | 'responseBody' | 'error'>): Attempt => ({
    number,
    requestUuid,
    ...answer,
    durationMs: Math.round(performance.now() - started),
  });
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      headers: headersOf(delivery, hook, number, requestUuid),
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

/** Up to two more attempts, at once, and only after a 5xx. */
async function deliver(delivery: Delivery, hook: Hook, options: Options): Promise<void> {
  for (let number = 1; number <= MAX_ATTEMPTS; number += 1) {
    const attempt = await attemptDelivery(delivery, hook, number, options.signal);
    delivery.attempts.push(attempt);
    const status = attempt.status ?? 0;
    if (status >= 200 && status < 300) {
      delivery.outcome = 'delivered';
      return;
    }
    if (status < 500) break;
  }
  delivery.outcome = 'failed';
  const last = delivery.attempts.at(-1);
  options.log(
    `webhook ${delivery.event} to ${hook.url}: ${last?.error ?? `HTTP ${last?.status}`} after ${delivery.attempts.length} attempt(s)`,
  );
}

export function createDeliveries(options: Options): Deliveries {
  const history: Delivery[] = [];

  function record(repository: Repository, hook: Hook, event: string, body: string): Delivery {
    const delivery: Delivery = {
      id: randomUUID(),
      event,
      repository: fullName(repository),
      hook: { uuid: hook.uuid, url: hook.url, description: hook.description },
      createdOn: options.now().toISOString(),
      body,
      attempts: [],
      outcome: 'pending',
    };
    history.push(delivery);
    if (history.length > KEPT_DELIVERIES) history.shift();
    return delivery;
  }

  return {
    list: () => [...history],
    announce(repository, event, payload) {
      const hooks = repository.hooks.filter((hook) => hook.active && hook.events.includes(event));
      if (hooks.length === 0) return;
      const body = JSON.stringify(payload);
      const tooLarge = Buffer.byteLength(body) > PAYLOAD_LIMIT_BYTES;
      for (const hook of hooks) {
        const delivery = record(repository, hook, event, tooLarge ? '' : body);
        if (tooLarge) {
          delivery.outcome = 'too large';
          options.log(`webhook ${event} to ${hook.url}: not sent, its payload is over 256 KB`);
          continue;
        }
        options.background.run(`webhook ${event}`, () => deliver(delivery, hook, options));
      }
    },
  };
}
