import { randomUUID } from 'node:crypto';
import type { Bitbucket } from '../bitbucket.ts';
import type { Resource } from '../resources.ts';
import { fullName, type Repository, type ServerHook } from '../store/records.ts';
import {
  concludeDelivery,
  type Delivery,
  isDelivered,
  sendAttempt,
  signatureHeader,
} from '../webhooks/deliveries.ts';
import { supportedEvents } from './event-types.ts';
import { releaseOf } from './releases.ts';

/** Suspends a webhook for a while after repeated failures. */
export interface CircuitBreaker {
  isOpen(hook: number, now: Date): boolean;
  recordResult(hook: number, isDelivered: boolean, now: Date): void;
}

const TOLERATED_FAILURES = 5;
/** Shorter than Server's, whose pause grows up to ten hours. */
const PAUSE_MS = 10_000;

/** Creates a circuit breaker that opens for ten seconds after five failures in a row. */
export function createCircuitBreaker(): CircuitBreaker {
  const failures = new Map<number, { count: number; until: number }>();
  return {
    isOpen: (hook, now) => now.getTime() < (failures.get(hook)?.until ?? 0),
    recordResult(hook, isDelivered, now) {
      if (isDelivered) {
        failures.delete(hook);
        return;
      }
      const count = (failures.get(hook)?.count ?? 0) + 1;
      const until = count >= TOLERATED_FAILURES ? now.getTime() + PAUSE_MS : 0;
      failures.set(hook, { count, until });
    },
  };
}

function userAgent({ serverVersion }: Bitbucket): string {
  const { version, buildNumber } = releaseOf(serverVersion);
  return `Atlassian HttpClient 4.2.0 / Bitbucket-${version} (${buildNumber}) / Default`;
}

function commonHeaders(bitbucket: Bitbucket, event: string, requestId: string) {
  return {
    'User-Agent': userAgent(bitbucket),
    'X-Event-Key': event,
    'X-Request-Id': requestId,
  };
}

function record(
  { history }: Bitbucket,
  repository: Repository,
  event: string,
  hook: Delivery['hook'],
  body: string,
): Delivery {
  return history.record({ product: 'server', event, repository: fullName(repository), hook, body });
}

/** Delivers an event once, since Server does not retry. */
async function deliver(
  bitbucket: Bitbucket,
  delivery: Delivery,
  hook: ServerHook,
  breaker: CircuitBreaker,
): Promise<void> {
  if (breaker.isOpen(hook.id, bitbucket.now())) {
    delivery.outcome = 'skipped';
    bitbucket.log(`webhook ${delivery.event} to ${hook.url}: skipped, it failed too many times`);
    return;
  }
  const requestId = randomUUID();
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    ...commonHeaders(bitbucket, delivery.event, requestId),
    ...signatureHeader(hook.secret, delivery.body),
  };
  const attempt = await sendAttempt(delivery, requestId, headers, bitbucket.signal);
  breaker.recordResult(hook.id, isDelivered(attempt), bitbucket.now());
  concludeDelivery(delivery, bitbucket.log);
}

/** The active webhooks that subscribe to an event which this release supports. */
export function subscribers(bitbucket: Bitbucket, repository: Repository, event: string): ServerHook[] {
  if (!supportedEvents(bitbucket.serverVersion).includes(event)) return [];
  return repository.serverHooks.filter((hook) => hook.active && hook.events.includes(event));
}

/** Sends an event to its subscribers in the background. */
export function sendEvent(
  bitbucket: Bitbucket,
  breaker: CircuitBreaker,
  repository: Repository,
  event: string,
  payload: Resource,
): void {
  const body = JSON.stringify(payload);
  for (const hook of subscribers(bitbucket, repository, event)) {
    const target = { id: String(hook.id), url: hook.url, description: hook.name };
    const delivery = record(bitbucket, repository, event, target, body);
    bitbucket.background.run(`webhook ${event}`, () => deliver(bitbucket, delivery, hook, breaker));
  }
}

/** Sends the ping that an administrator triggers. Server never signs a ping, even with a secret. */
export async function ping(
  bitbucket: Bitbucket,
  repository: Repository,
  hook: Delivery['hook'],
): Promise<Delivery> {
  const event = 'diagnostics:ping';
  const delivery = record(bitbucket, repository, event, hook, JSON.stringify({ test: true }));
  const requestId = randomUUID();
  const headers = { 'Content-Type': 'application/json', ...commonHeaders(bitbucket, event, requestId) };
  const attempt = await sendAttempt(delivery, requestId, headers, bitbucket.signal);
  delivery.outcome = isDelivered(attempt) ? 'delivered' : 'failed';
  return delivery;
}
