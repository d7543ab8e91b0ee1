import type { Delivery, ParsedDelivery } from '../../domain/deliveries/delivery.ts';
import type { SourceEvent } from '../../domain/deliveries/source-event.ts';
import { shown } from '../../domain/values/text.ts';
import type { WebhookFormat } from '../../ports/webhook-format.ts';
import { deliveryId } from '../deliveries/delivery-id.ts';
import { ignoreForeignDelivery } from '../deliveries/foreign-delivery.ts';
import {
  combined,
  ignoredChange,
  type ParsedChanges,
  readChange,
  singleEvent,
} from '../deliveries/parsed-changes.ts';
import { parseJson, readPayload } from '../deliveries/payload.ts';
import { verifySignature } from '../deliveries/signature.ts';
import { toPullRequest } from './pull-request.ts';
import {
  AnyPayload,
  Change,
  PullRequestPayload,
  PullRequestResponse,
  PullRequestState,
  Push,
  Ref,
} from './schema.ts';

const product = 'Bitbucket Cloud';

/** The events that Bough's webhook subscribes to. */
export const subscribedEvents = [
  'pullrequest:created',
  'pullrequest:fulfilled',
  'pullrequest:rejected',
  'pullrequest:updated',
  'repo:push',
  'repo:updated',
] as const;

/** Reads Bitbucket Cloud's webhooks: https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/ */
export const webhookFormat: WebhookFormat = {
  isPing: (delivery) => delivery.headers['x-event-key'] === 'diagnostics:ping',
  verify: verifySignature,
  parse: (delivery) => ignoreForeignDelivery(product, delivery) ?? parseProductDelivery(delivery),
};

function parseProductDelivery(delivery: Delivery): ParsedDelivery {
  const payload = parseJson(delivery.body);
  const fields = readPayload(product, AnyPayload, payload);
  const repository = fields.repository ?? fields.pullrequest?.destination?.repository;
  const name = repository?.full_name ?? null;
  return {
    id: deliveryId(delivery.headers),
    repository: { uuid: repository?.uuid ?? null, full_name: name },
    ...parseEvent(delivery.headers['x-event-key'] ?? '', payload, changed(name)),
  };
}

/** @param lookAgain the event that makes Bough read the repository again */
function parseEvent(key: string, payload: unknown, lookAgain: SourceEvent): ParsedChanges {
  switch (key) {
    case 'repo:push':
      return parsePush(payload, lookAgain);
    case 'pullrequest:created':
    case 'pullrequest:updated':
    case 'pullrequest:push':
    case 'pullrequest:fulfilled':
    case 'pullrequest:rejected':
    case 'pullrequest:superseded':
      return parsePullRequest(key, readPayload(product, PullRequestPayload, payload).pullrequest);
    case 'repo:updated':
    case 'repo:transfer':
    case 'repo:imported':
      return singleEvent(lookAgain);
    case 'repo:deleted':
      return ignoredChange('the repository was deleted: its environments stay until someone deletes them');
    default:
      return ignoredChange(key ? `${key} changes no code` : 'the delivery has no X-Event-Key header');
  }
}

function parsePush(payload: unknown, lookAgain: SourceEvent): ParsedChanges {
  const { changes } = readPayload(product, Push, payload).push;
  if (changes.length === 0) return singleEvent(lookAgain);
  return combined(
    changes.map((change, index) =>
      readChange(`change ${index + 1}`, Change, change, (sides) => parseChange(index + 1, sides, lookAgain)),
    ),
  );
}

function parseChange(
  number: number,
  { old, new: current }: { old?: unknown; new?: unknown },
  lookAgain: SourceEvent,
): ParsedChanges {
  if (!old && !current) return singleEvent(lookAgain);
  return readChange(`change ${number}`, Ref, current ?? old, ({ type, name, target }) => {
    if (type === 'tag' || type === 'annotated_tag') return singleEvent({ type: 'tags.changed' });
    if (type !== 'branch')
      return ignoredChange(`${shown(name)} is a ${shown(type)}: only branches have environments`);
    if (!current) return singleEvent({ type: 'branch.deleted', branch: name });
    return singleEvent(target ? { type: 'branch.pushed', branch: name, commit: target.hash } : lookAgain);
  });
}

/** Prefers the state in the payload to the event's name, since deliveries arrive late and in any order. */
function parsePullRequest(key: string, payload: unknown): ParsedChanges {
  return readChange('the pull request', PullRequestState, payload, ({ id: number, state }) => {
    const end = endOf(key, state);
    if (end) return singleEvent({ type: end, number });
    return readChange(`pull request #${number}`, PullRequestResponse, payload, (response) =>
      singleEvent({
        type: key === 'pullrequest:created' ? 'pull_request.opened' : 'pull_request.updated',
        pull_request: toPullRequest(response),
      }),
    );
  });
}

function endOf(key: string, state: string | null | undefined) {
  if (state === 'MERGED' || key === 'pullrequest:fulfilled') return 'pull_request.merged';
  if (state === 'DECLINED' || key === 'pullrequest:rejected') return 'pull_request.declined';
  if (state === 'SUPERSEDED' || key === 'pullrequest:superseded') return 'pull_request.superseded';
  return null;
}

function changed(name: string | null): SourceEvent {
  return { type: 'repository.changed', ...(name === null ? {} : { repository: name }) };
}
