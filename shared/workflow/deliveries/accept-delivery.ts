import type { Delivery, ParsedDelivery } from '../../domain/deliveries/delivery.ts';
import { eventProblem } from '../../domain/deliveries/event-problem.ts';
import { isWorthNoting } from '../../domain/deliveries/refused-deliveries.ts';
import type { SourceEvent } from '../../domain/deliveries/source-event.ts';
import { type Integration, whyNotPruned } from '../../domain/integrations/integration.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { EventQueue } from '../../ports/queues.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { WebhookFormat } from '../../ports/webhook-format.ts';

/** The largest body of a delivery, in bytes. Lambda accepts 6 MB, and base64 makes a body a third larger. */
export const mostBytes = 5 * 1024 * 1024;

/**
 * A delivery with more changes becomes one `repository.changed`: one fetch costs less, and one message is queued or
 * not.
 */
export const mostChanges = 200;

/** The response names at most this many ignored changes. */
export const mostReasons = 20;

/** The answer to a webhook. Bitbucket shows it to its users, in the history of the webhook. */
export interface DeliveryAnswer {
  status: 200 | 202;
  delivery: string | null;
  accepted: { type: SourceEvent['type']; branch?: string; pull_request?: number }[];
  ignored: { because: string }[];
}

interface Ports {
  integrations: Pick<Integrations, 'get'>;
  secrets: Pick<Secrets, 'open'>;
  events: EventQueue;
  formats: Record<Integration['type'], WebhookFormat>;
  clock: Pick<Clock, 'now'>;
  /** When this process last reported a refused delivery of each integration. */
  reportedRefusals: Map<string, string>;
}

/**
 * Takes in one delivery: checks who sent it, says what it means, and queues that.
 * Nothing is queued unless all of it is authentic and understood.
 */
export async function acceptDelivery(
  ports: Ports,
  project: string,
  id: string,
  delivery: Delivery,
): Promise<DeliveryAnswer> {
  const { integrations, secrets, events, formats, clock } = ports;
  if (delivery.body.byteLength > mostBytes) {
    throw new BoughError(
      'body_too_large',
      `The body has ${delivery.body.byteLength} bytes; ${mostBytes} are taken.`,
    );
  }
  const integration = await integrations.get(project, id);
  if (!integration)
    throw new BoughError('not_found', `There is no integration ${id} in the project ${project}.`);

  const format = formats[integration.type];
  const ours = delivery.id ?? null;
  if (isEmpty(delivery)) return nothingIn(ours, 'a call without a delivery, and unsigned, changes nothing');
  if (format.isPing(delivery)) return nothingIn(ours, 'a connection test changes nothing');
  const secret = await secrets.open('webhook', integration, integration.sealed_webhook_secret);
  await verified(format, delivery, secret).catch(async (error: unknown) => {
    await reportRefusal(ports, integration);
    throw error;
  });
  const parsed = format.parse(delivery);
  const known = parsed.id ?? ours;
  if (!isAbout(integration, parsed)) {
    const because = whyForeign(integration, parsed);
    return { status: 202, delivery: known, accepted: [], ignored: [{ because }] };
  }
  const brought = {
    origin: 'delivery',
    ...(known === null ? {} : { delivery: known }),
    delivered_at: clock.now(),
  };
  const { events: found, ignored } = bounded(integration, possible(integration, parsed));
  await events.send(found.map((event) => ({ project, integration: id, event, ...brought })));
  return { status: 202, delivery: known, accepted: found.map(summary), ignored };
}

async function verified(format: WebhookFormat, delivery: Delivery, secret: string): Promise<void> {
  format.verify(delivery, secret);
}

/**
 * Reports a refused delivery to the processor. Anybody on the internet can send such deliveries, so no report is sent
 * while the integration has a recent one, and each instance of the function sends one at a time. The delivery is
 * refused whether or not the report is sent.
 */
async function reportRefusal(
  { events, clock, reportedRefusals }: Ports,
  { project, id: integration, refused_deliveries }: Integration,
): Promise<void> {
  const now = clock.now();
  const isNews = [refused_deliveries?.last_at, reportedRefusals.get(integration)].every((last) =>
    isWorthNoting(last, now),
  );
  if (!isNews) return;
  reportedRefusals.set(integration, now);
  const event = { type: 'delivery.refused' as const };
  await events
    .send([{ project, integration, event, origin: 'refused delivery' }])
    .catch(() => reportedRefusals.delete(integration));
}

/** True for what Upsun's clients call a hook with when they are told to trigger it. */
function isEmpty({ headers, body }: Delivery): boolean {
  return body.byteLength === 0 && headers['x-event-key'] === undefined;
}

function nothingIn(delivery: string | null, because: string): DeliveryAnswer {
  return { status: 200, delivery, accepted: [], ignored: [{ because }] };
}

/** Bitbucket's own id decides, as names change. Without one the name does; a delivery with neither is believed. */
function isAbout(integration: Integration, { repository }: ParsedDelivery): boolean {
  if (repository.uuid) return repository.uuid === integration.repository_uuid;
  return !repository.full_name || repository.full_name.toLowerCase() === integration.repository.toLowerCase();
}

function whyForeign(integration: Integration, { repository }: ParsedDelivery): string {
  const name = repository.full_name ?? 'another repository';
  return name.toLowerCase() === integration.repository.toLowerCase()
    ? `the delivery is about another repository that is called ${name} too`
    : `the delivery is about ${name}, not ${integration.repository}`;
}

type Meaning = Pick<ParsedDelivery, 'events' | 'ignored'>;

/** The changes that can be true; those that cannot are ignored, and the others count all the same. */
function possible(integration: Integration, parsed: ParsedDelivery): Meaning {
  const told = withTagsOnce([...renaming(integration, parsed), ...parsed.events]).map((event) => ({
    event,
    because: eventProblem(event),
  }));
  return {
    events: told.flatMap(({ event, because }) => (because === null ? [event] : [])),
    ignored: [...told.flatMap(({ because }) => (because === null ? [] : [{ because }])), ...parsed.ignored],
  };
}

/**
 * The same within limits: very many changes become one look at the whole repository, and so do more deletions than an
 * integration may make at once, because only a comparison with all of the environments can tell whether they are too many.
 */
function bounded(integration: Integration, { events, ignored }: Meaning): Meaning {
  const reasons = ignored.slice(0, mostReasons);
  const more = ignored.length - reasons.length;
  const rest = more > 0 ? [{ because: `${more} more changes lead to nothing` }] : [];
  const tooMany = whyTooMany(integration, events);
  if (tooMany === null) return { events, ignored: [...reasons, ...rest] };
  const renamed = events.find((event) => event.type === 'repository.changed');
  return {
    events: [renamed ?? { type: 'repository.changed' }],
    ignored: [
      { because: `the delivery tells of ${tooMany}: the whole repository is read instead` },
      ...reasons,
      ...rest,
    ],
  };
}

function whyTooMany(integration: Integration, events: readonly SourceEvent[]): string | null {
  if (events.length > mostChanges) return `${events.length} changes`;
  const deletions = events.filter(({ type }) => type === 'branch.deleted').length;
  const isHarmless = whyNotPruned(integration) !== null || deletions <= integration.prune_limit.environments;
  return isHarmless ? null : `${deletions} deleted branches`;
}

/** Every delivery tells the repository's name, so any of them may be the first to tell a new one. */
function renaming(integration: Integration, { repository, events }: ParsedDelivery): SourceEvent[] {
  const name = repository.uuid ? repository.full_name : null;
  const isKnown = !name || name.toLowerCase() === integration.repository.toLowerCase();
  if (isKnown || events.some(({ type }) => type === 'repository.changed')) return [];
  return [{ type: 'repository.changed', repository: name }];
}

/** One look at the tags is enough for all that a delivery tells of them. */
function withTagsOnce(events: readonly SourceEvent[]): SourceEvent[] {
  const first = events.findIndex(({ type }) => type === 'tags.changed');
  return events.filter(({ type }, index) => type !== 'tags.changed' || index === first);
}

function summary(event: SourceEvent): DeliveryAnswer['accepted'][number] {
  if ('branch' in event) return { type: event.type, branch: event.branch };
  if ('pull_request' in event) return { type: event.type, pull_request: event.pull_request.number };
  return 'number' in event ? { type: event.type, pull_request: event.number } : { type: event.type };
}
