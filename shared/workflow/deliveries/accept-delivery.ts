import type { Delivery, ParsedDelivery, QueuedEvent } from '../../domain/deliveries/delivery.ts';
import { type ChangeSummary, type DeliveryPart, summaryOf } from '../../domain/deliveries/delivery-note.ts';
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
 * A delivery with more changes becomes one `repository.changed`: a fetch is cheaper, and a single message cannot be
 * queued in part.
 */
export const mostChanges = 200;

/** The response names at most this many ignored changes. */
export const mostReasons = 20;

/** The response to a webhook. Bitbucket shows it in the webhook's history. */
export interface DeliveryAnswer {
  status: 200 | 202;
  delivery: string | null;
  accepted: ChangeSummary[];
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
 * Accepts one delivery: verifies its signature, parses it into source events, and queues them.
 * Nothing is queued unless the whole delivery is authentic and valid.
 * @throws BoughError `body_too_large`, `not_found`, or the error of the signature or the parser
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
  if (isEmpty(delivery)) return nothingIn(ours, 'the request is empty and unsigned, so nothing changes');
  if (format.isPing(delivery)) return nothingIn(ours, 'a connection test changes nothing');
  const secret = await secrets.open('webhook', integration, integration.sealed_webhook_secret);
  await verified(format, delivery, secret).catch(async (error: unknown) => {
    await reportRefusal(ports, integration);
    throw error;
  });
  const parsed = format.parse(delivery);
  const known = parsed.id ?? ours;
  const { events: found, ignored } = isAbout(integration, parsed)
    ? bounded(integration, possible(integration, parsed))
    : { events: [], ignored: [{ because: reasonForeign(integration, parsed) }] };
  const brought = {
    project,
    integration: id,
    origin: 'delivery',
    ...(known === null ? {} : { delivery: known }),
    delivered_at: clock.now(),
  };
  const part = { event: delivery.headers['x-event-key'] ?? '', position: 0, ignored: reasonsOf(ignored) };
  if (found.length === 0) await reportIgnored(events, { ...brought, part });
  else
    await events.send(found.map((event, position) => ({ ...brought, event, part: partAt(position, part) })));
  return { status: 202, delivery: known, accepted: found.map(summaryOf), ignored };
}

/** The part of the change at a position: only the first one has the ignored changes. */
function partAt(position: number, first: DeliveryPart): DeliveryPart {
  return position === 0 ? first : { ...first, position, ignored: [] };
}

function reasonsOf(ignored: DeliveryAnswer['ignored']): string[] {
  return ignored.map(({ because }) => because);
}

/** Reports a delivery without a change to the processor, which notes it. The response does not depend on the report. */
async function reportIgnored(events: EventQueue, brought: Omit<QueuedEvent, 'event'>): Promise<void> {
  await events.send([{ ...brought, event: { type: 'delivery.ignored' } }]).catch(() => undefined);
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

/** Whether a call has no body and no event: Upsun's clients send such calls. */
function isEmpty({ headers, body }: Delivery): boolean {
  return body.byteLength === 0 && headers['x-event-key'] === undefined;
}

function nothingIn(delivery: string | null, because: string): DeliveryAnswer {
  return { status: 200, delivery, accepted: [], ignored: [{ because }] };
}

/** Compares Bitbucket's id of the repository, because names change; else the name. A delivery with neither is accepted. */
function isAbout(integration: Integration, { repository }: ParsedDelivery): boolean {
  if (repository.uuid) return repository.uuid === integration.repository_uuid;
  return !repository.full_name || repository.full_name.toLowerCase() === integration.repository.toLowerCase();
}

function reasonForeign(integration: Integration, { repository }: ParsedDelivery): string {
  const name = repository.full_name ?? 'another repository';
  return name.toLowerCase() === integration.repository.toLowerCase()
    ? `the delivery is about another repository that is called ${name} too`
    : `the delivery is about ${name}, not ${integration.repository}`;
}

type ParsedEvents = Pick<ParsedDelivery, 'events' | 'ignored'>;

/** Separates valid events from impossible ones, which are ignored with their reason. */
function possible(integration: Integration, parsed: ParsedDelivery): ParsedEvents {
  const checked = withTagsOnce([...renaming(integration, parsed), ...parsed.events]).map((event) => ({
    event,
    because: eventProblem(event),
  }));
  return {
    events: checked.flatMap(({ event, because }) => (because === null ? [event] : [])),
    ignored: [
      ...checked.flatMap(({ because }) => (because === null ? [] : [{ because }])),
      ...parsed.ignored,
    ],
  };
}

/**
 * Applies the limits: a delivery with very many changes becomes one fetch of the whole repository. So does a delivery
 * with more deletions than the integration's prune limit, because only a comparison with all environments can decide.
 */
function bounded(integration: Integration, { events, ignored }: ParsedEvents): ParsedEvents {
  const reasons = ignored.slice(0, mostReasons);
  const more = ignored.length - reasons.length;
  const rest = more > 0 ? [{ because: `${more} more changes lead to nothing` }] : [];
  const tooMany = whyTooMany(integration, events);
  if (tooMany === null) return { events, ignored: [...reasons, ...rest] };
  const renamed = events.find((event) => event.type === 'repository.changed');
  return {
    events: [renamed ?? { type: 'repository.changed' }],
    ignored: [
      { because: `the delivery contains ${tooMany}: the whole repository is read instead` },
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

/** The event for a renamed repository. Each delivery contains the repository's name, so any can be the first with a new one. */
function renaming(integration: Integration, { repository, events }: ParsedDelivery): SourceEvent[] {
  const name = repository.uuid ? repository.full_name : null;
  const isKnown = !name || name.toLowerCase() === integration.repository.toLowerCase();
  if (isKnown || events.some(({ type }) => type === 'repository.changed')) return [];
  return [{ type: 'repository.changed', repository: name }];
}

/** Keeps one event for all changes of tags, because the tags are read as a whole. */
function withTagsOnce(events: readonly SourceEvent[]): SourceEvent[] {
  const first = events.findIndex(({ type }) => type === 'tags.changed');
  return events.filter(({ type }, index) => type !== 'tags.changed' || index === first);
}
