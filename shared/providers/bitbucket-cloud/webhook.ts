import type { Delivery, ParsedDelivery } from '../../domain/deliveries/delivery.ts';
import type { SourceEvent } from '../../domain/deliveries/source-event.ts';
import { shown } from '../../domain/values/text.ts';
import type { WebhookFormat } from '../../ports/webhook-format.ts';
import { deliveryId } from '../delivery-id.ts';
import { all, nothing, one, type Parsed, readChange } from '../parsed.ts';
import { parseJson, readPayload } from '../payload.ts';
import { ignoreForeign } from '../sender.ts';
import { verifySignature } from '../signature.ts';
import { toPullRequest } from './pull-request.ts';
import {
  AnyPayload,
  Change,
  PullRequestAnswer,
  PullRequestPayload,
  PullRequestState,
  Push,
  Ref,
} from './schema.ts';

const product = 'Bitbucket Cloud';

/** The events that a webhook of ours subscribes to. */
export const subscribedEvents = [
  'pullrequest:created',
  'pullrequest:fulfilled',
  'pullrequest:rejected',
  'pullrequest:updated',
  'repo:push',
  'repo:updated',
] as const;

/** Bitbucket Cloud's webhooks: https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/ */
export const webhookFormat: WebhookFormat = {
  isPing: (delivery) => delivery.headers['x-event-key'] === 'diagnostics:ping',
  verify: verifySignature,
  parse: (delivery) => ignoreForeign(product, delivery) ?? parseOwn(delivery),
};

function parseOwn(delivery: Delivery): ParsedDelivery {
  const payload = parseJson(delivery.body);
  const told = readPayload(product, AnyPayload, payload);
  const repository = told.repository ?? told.pullrequest?.destination?.repository;
  const name = repository?.full_name ?? null;
  return {
    id: deliveryId(delivery.headers),
    repository: { uuid: repository?.uuid ?? null, full_name: name },
    ...parseEvent(delivery.headers['x-event-key'] ?? '', payload, changed(name)),
  };
}

/** @param lookAgain what says that the repository is to be read again */
function parseEvent(key: string, payload: unknown, lookAgain: SourceEvent): Parsed {
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
      return one(lookAgain);
    case 'repo:deleted':
      return nothing('the repository was deleted: its environments stay until someone deletes them');
    default:
      return nothing(key ? `${key} changes no code` : 'the delivery has no X-Event-Key header');
  }
}

function parsePush(payload: unknown, lookAgain: SourceEvent): Parsed {
  const { changes } = readPayload(product, Push, payload).push;
  if (changes.length === 0) return one(lookAgain);
  return all(
    changes.map((change, index) =>
      readChange(`change ${index + 1}`, Change, change, (sides) => parseChange(index + 1, sides, lookAgain)),
    ),
  );
}

function parseChange(
  number: number,
  { old, new: now }: { old?: unknown; new?: unknown },
  lookAgain: SourceEvent,
): Parsed {
  if (!old && !now) return one(lookAgain);
  return readChange(`change ${number}`, Ref, now ?? old, ({ type, name, target }) => {
    if (type === 'tag' || type === 'annotated_tag') return one({ type: 'tags.changed' });
    if (type !== 'branch')
      return nothing(`${shown(name)} is a ${shown(type)}: only branches have environments`);
    if (!now) return one({ type: 'branch.deleted', branch: name });
    return one(target ? { type: 'branch.pushed', branch: name, commit: target.hash } : lookAgain);
  });
}

/** The state in the payload counts more than the event's name: both arrive late and in any order. */
function parsePullRequest(key: string, payload: unknown): Parsed {
  return readChange('the pull request', PullRequestState, payload, ({ id: number, state }) => {
    const end = endOf(key, state);
    if (end) return one({ type: end, number });
    return readChange(`pull request #${number}`, PullRequestAnswer, payload, (answer) =>
      one({
        type: key === 'pullrequest:created' ? 'pull_request.opened' : 'pull_request.updated',
        pull_request: toPullRequest(answer),
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
