import { randomUUID } from 'node:crypto';
import type { Bitbucket } from '../bitbucket.ts';
import { fullName, type Repository, type ServerHook } from '../store/records.ts';
import { attempt, type Delivery, failureLine, isDelivered, signatureHeader } from '../webhooks/deliveries.ts';
import { knownEvents } from './event-types.ts';
import { releaseOf } from './releases.ts';

/** Leaves a webhook out for a while that fails again and again. */
export interface CircuitBreaker {
  isOpen(hook: number, now: Date): boolean;
  note(hook: number, isDelivered: boolean, now: Date): void;
}

const TOLERATED_FAILURES = 5;
/** The real one waits longer each time, up to ten hours. */
const PAUSE_MS = 10_000;

export function createCircuitBreaker(): CircuitBreaker {
  const failures = new Map<number, { count: number; until: number }>();
  return {
    isOpen: (hook, now) => now.getTime() < (failures.get(hook)?.until ?? 0),
    note(hook, isDelivered, now) {
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
  return history.record({ face: 'server', event, repository: fullName(repository), hook, body });
}

/** Once: Server never tries again. */
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
  const made = await attempt(delivery, requestId, headers, bitbucket.signal);
  breaker.note(hook.id, isDelivered(made), bitbucket.now());
  delivery.outcome = isDelivered(made) ? 'delivered' : 'failed';
  if (delivery.outcome === 'failed') bitbucket.log(failureLine(delivery));
}

export function listeners(bitbucket: Bitbucket, repository: Repository, event: string): ServerHook[] {
  if (!knownEvents(bitbucket.serverVersion).includes(event)) return [];
  return repository.serverHooks.filter((hook) => hook.active && hook.events.includes(event));
}

/** Sends an event to each active webhook that asked for it, without making anyone wait. */
export function announce(
  bitbucket: Bitbucket,
  breaker: CircuitBreaker,
  repository: Repository,
  event: string,
  payload: Record<string, unknown>,
): void {
  const body = JSON.stringify(payload);
  for (const hook of listeners(bitbucket, repository, event)) {
    const target = { id: String(hook.id), url: hook.url, description: hook.name };
    const delivery = record(bitbucket, repository, event, target, body);
    bitbucket.background.run(`webhook ${event}`, () => deliver(bitbucket, delivery, hook, breaker));
  }
}

/** The ping that an administrator sends with a click: never signed, whatever the webhook's secret. */
export async function ping(
  bitbucket: Bitbucket,
  repository: Repository,
  hook: Delivery['hook'],
): Promise<Delivery> {
  const event = 'diagnostics:ping';
  const delivery = record(bitbucket, repository, event, hook, JSON.stringify({ test: true }));
  const requestId = randomUUID();
  const headers = { 'Content-Type': 'application/json', ...commonHeaders(bitbucket, event, requestId) };
  const made = await attempt(delivery, requestId, headers, bitbucket.signal);
  delivery.outcome = isDelivered(made) ? 'delivered' : 'failed';
  return delivery;
}
