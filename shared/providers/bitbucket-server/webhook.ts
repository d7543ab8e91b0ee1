import type { SourceEvent } from '../../domain/source-event.ts';
import type { Delivery, ParsedDelivery, WebhookFormat } from '../../ports.ts';
import { deliveryId } from '../delivery-id.ts';
import { parseJson, readPayload } from '../payload.ts';
import { ignoreForeign } from '../sender.ts';
import { verifySignature } from '../signature.ts';
import { branchName, commitIn, fullName } from './names.ts';
import { toPullRequest } from './pull-request.ts';
import {
  AnyPayload,
  type Change,
  type PullRequestAnswer,
  PullRequestPayload,
  RefsChanged,
} from './schema.ts';

const product = 'Bitbucket Server';

type Parsed = Pick<ParsedDelivery, 'events' | 'ignored'>;

/** Bitbucket Server's webhooks: https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html */
export const webhookFormat: WebhookFormat = {
  isPing: (delivery) => delivery.headers['x-event-key'] === 'diagnostics:ping',
  verify: verifySignature,
  parse(delivery) {
    const payload = parseJson(delivery.body);
    return ignoreForeign(product, delivery) ?? parsePayload(delivery, payload);
  },
};

function parsePayload(delivery: Delivery, payload: unknown): ParsedDelivery {
  const told = readPayload(product, AnyPayload, payload);
  const repository = told.repository ?? told.pullRequest?.toRef?.repository ?? told.new;
  const name = fullName(repository);
  return {
    id: deliveryId(delivery.headers),
    repository: { uuid: repository?.id?.toString() ?? null, full_name: name },
    ...parseEvent(delivery.headers['x-event-key'] ?? '', payload, changed(name)),
  };
}

/** @param lookAgain what says that the repository is to be read again */
function parseEvent(key: string, payload: unknown, lookAgain: SourceEvent): Parsed {
  switch (key) {
    case 'repo:refs_changed':
    case 'mirror:repo_synchronized':
      return parseChanges(payload, lookAgain);
    case 'pr:opened':
    case 'pr:reopened':
    case 'pr:from_ref_updated':
    case 'pr:to_ref_updated':
    case 'pr:modified':
    case 'pr:merged':
    case 'pr:declined':
    case 'pr:deleted':
      return one(parsePullRequest(key, readPayload(product, PullRequestPayload, payload).pullRequest));
    case 'repo:modified':
      return one(lookAgain);
    default:
      return nothing(key ? `${key} changes no code` : 'the delivery has no X-Event-Key header');
  }
}

function parseChanges(payload: unknown, lookAgain: SourceEvent): Parsed {
  const { changes, refLimitExceeded } = readPayload(product, RefsChanged, payload);
  if (refLimitExceeded || changes.length === 0) return one(lookAgain);
  const parsed = changes.map((change) => parseChange(change, lookAgain));
  return {
    events: parsed.flatMap(({ events }) => events),
    ignored: parsed.flatMap(({ ignored }) => ignored),
  };
}

function parseChange({ ref, toHash, type }: Change, lookAgain: SourceEvent): Parsed {
  const [, tag] = /^refs\/tags\/(.*)$/s.exec(ref.id) ?? [];
  if (tag !== undefined) return nothing(`${tag} is a tag: only branches have environments`);
  const branch = branchName(ref.id);
  if (branch === ref.id) return nothing(`${ref.id} is not a branch: only branches have environments`);
  const commit = commitIn(toHash);
  if (commit && type !== 'DELETE') return one({ type: 'branch.pushed', branch, commit });
  // A change that names no commit at all, not even by zeros, does not say that the branch is gone.
  return one(type === 'DELETE' || toHash ? { type: 'branch.deleted', branch } : lookAgain);
}

/** The state in the payload counts more than the event's name: what was declined may be open again by now. */
function parsePullRequest(key: string, answer: PullRequestAnswer): SourceEvent {
  const number = answer.id;
  if (key === 'pr:deleted') return { type: 'pull_request.deleted', number };
  if (answer.state === 'MERGED') return { type: 'pull_request.merged', number };
  if (answer.state === 'DECLINED') return { type: 'pull_request.declined', number };
  if (answer.state === 'SUPERSEDED') return { type: 'pull_request.superseded', number };
  const isNew = key === 'pr:opened' || key === 'pr:reopened';
  return {
    type: isNew ? 'pull_request.opened' : 'pull_request.updated',
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
