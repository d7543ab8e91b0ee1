import type * as z from 'zod/mini';
import type { SourceEvent } from '../../domain/source-event.ts';
import type { Delivery, ParsedDelivery, WebhookFormat } from '../../ports.ts';
import { deliveryId } from '../delivery-id.ts';
import { parseJson, readPayload } from '../payload.ts';
import { ignoreForeign } from '../sender.ts';
import { verifySignature } from '../signature.ts';
import { toPullRequest } from './pull-request.ts';
import { AnyPayload, type PullRequestAnswer, PullRequestPayload, Push } from './schema.ts';

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

type Parsed = Pick<ParsedDelivery, 'events' | 'ignored'>;

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
      return one(parsePullRequest(key, readPayload(product, PullRequestPayload, payload).pullrequest));
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
  const parsed = changes.map((change) => parseChange(change, lookAgain));
  return {
    events: parsed.flatMap(({ events }) => events),
    ignored: parsed.flatMap(({ ignored }) => ignored),
  };
}

function parseChange(
  change: z.infer<typeof Push>['push']['changes'][number],
  lookAgain: SourceEvent,
): Parsed {
  const ref = change.new ?? change.old;
  if (!ref) return one(lookAgain);
  if (ref.type !== 'branch') return nothing(`${ref.name} is a ${ref.type}: only branches have environments`);
  if (!change.new) return one({ type: 'branch.deleted', branch: ref.name });
  if (!change.new.target) return one(lookAgain);
  return one({ type: 'branch.pushed', branch: ref.name, commit: change.new.target.hash });
}

/** The state in the payload counts more than the event's name: both arrive late and in any order. */
function parsePullRequest(key: string, answer: PullRequestAnswer): SourceEvent {
  const number = answer.id;
  if (answer.state === 'MERGED' || key === 'pullrequest:fulfilled')
    return { type: 'pull_request.merged', number };
  if (answer.state === 'DECLINED' || key === 'pullrequest:rejected')
    return { type: 'pull_request.declined', number };
  if (answer.state === 'SUPERSEDED' || key === 'pullrequest:superseded') {
    return { type: 'pull_request.superseded', number };
  }
  return {
    type: key === 'pullrequest:created' ? 'pull_request.opened' : 'pull_request.updated',
    pull_request: toPullRequest(answer),
  };
}

function changed(name: string | null): SourceEvent {
  return { type: 'repository.changed', ...(name === null ? {} : { repository: name }) };
}

function one(event: SourceEvent): Parsed {
  return { events: [event], ignored: [] };
}

function nothing(because: string): Parsed {
  return { events: [], ignored: [{ because }] };
}
