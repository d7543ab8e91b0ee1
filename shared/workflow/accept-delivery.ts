import type { Integration } from '../domain/integration.ts';
import type { SourceEvent } from '../domain/source-event.ts';
import { BoughError } from '../errors.ts';
import type { Delivery, EventQueue, Integrations, ParsedDelivery, Secrets, WebhookFormat } from '../ports.ts';

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
}

/**
 * Takes in one delivery: checks who sent it, says what it means, and queues that.
 * Nothing is queued unless all of it is authentic and understood.
 */
export function acceptDelivery({ integrations, secrets, events, formats }: Ports) {
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
    if (format.isPing(delivery)) {
      return {
        status: 200,
        delivery: null,
        accepted: [],
        ignored: [{ because: 'a connection test changes nothing' }],
      };
    }
    format.verify(delivery, await secrets.open('webhook', integration, integration.sealed_webhook_secret));
    const parsed = format.parse(delivery);
    if (!isAbout(integration, parsed)) {
      const because = `the delivery is about ${parsed.repository.full_name ?? 'another repository'}, not ${integration.repository}`;
      return { status: 202, delivery: parsed.id, accepted: [], ignored: [{ because }] };
    }
    const origin = parsed.id ? `delivery ${parsed.id}` : 'a delivery without an id';
    await events.send(parsed.events.map((event) => ({ project, integration: id, event, origin })));
    return {
      status: 202,
      delivery: parsed.id,
      accepted: parsed.events.map(summary),
      ignored: parsed.ignored,
    };
  };
}

/** Bitbucket's own id decides, as names change. Without one the name does; a delivery with neither is believed. */
function isAbout(integration: Integration, { repository }: ParsedDelivery): boolean {
  if (repository.uuid) return repository.uuid === integration.repository_uuid;
  return !repository.full_name || repository.full_name.toLowerCase() === integration.repository.toLowerCase();
}

function summary(event: SourceEvent): DeliveryAnswer['accepted'][number] {
  if ('branch' in event) return { type: event.type, branch: event.branch };
  if ('pull_request' in event) return { type: event.type, pull_request: event.pull_request.number };
  return 'number' in event ? { type: event.type, pull_request: event.number } : { type: event.type };
}
