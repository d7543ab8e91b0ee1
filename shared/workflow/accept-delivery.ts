import type { Integration } from '../domain/integration.ts';
import type { SourceEvent } from '../domain/source-event.ts';
import { BoughError } from '../errors.ts';
import type {
  Clock,
  Delivery,
  EventQueue,
  Integrations,
  ParsedDelivery,
  Secrets,
  WebhookFormat,
} from '../ports.ts';

/** Lambda takes 6 MB, of which an encoded body may be a third more than itself. */
const mostBytes = 5 * 1024 * 1024;

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
}

/**
 * Takes in one delivery: checks who sent it, says what it means, and queues that.
 * Nothing is queued unless all of it is authentic and understood.
 */
export function acceptDelivery({ integrations, secrets, events, formats, clock }: Ports) {
  return async (project: string, id: string, delivery: Delivery): Promise<DeliveryAnswer> => {
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
    format.verify(delivery, await secrets.open('webhook', integration, integration.sealed_webhook_secret));
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
    const found = [...renaming(integration, parsed), ...parsed.events];
    await events.send(found.map((event) => ({ project, integration: id, event, ...brought })));
    return {
      status: 202,
      delivery: known,
      accepted: found.map(summary),
      ignored: parsed.ignored,
    };
  };
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

/** Every delivery tells the repository's name, so any of them may be the first to tell a new one. */
function renaming(integration: Integration, { repository, events }: ParsedDelivery): SourceEvent[] {
  const name = repository.uuid ? repository.full_name : null;
  const isKnown = !name || name.toLowerCase() === integration.repository.toLowerCase();
  if (isKnown || events.some(({ type }) => type === 'repository.changed')) return [];
  return [{ type: 'repository.changed', repository: name }];
}

function summary(event: SourceEvent): DeliveryAnswer['accepted'][number] {
  if ('branch' in event) return { type: event.type, branch: event.branch };
  if ('pull_request' in event) return { type: event.type, pull_request: event.pull_request.number };
  return 'number' in event ? { type: event.type, pull_request: event.number } : { type: event.type };
}
