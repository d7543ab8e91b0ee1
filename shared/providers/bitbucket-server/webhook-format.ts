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
import { branchName, commitIn, fullName } from './names.ts';
import {
  AnyPayload,
  Change,
  PullRequestPayload,
  PullRequestResponse,
  PullRequestState,
  RefsChanged,
} from './payload-schema.ts';
import { toPullRequest } from './pull-request.ts';

const product = 'Bitbucket Server';

/** Reads Bitbucket Server's webhooks: https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html */
export const webhookFormat: WebhookFormat = {
  isPing: (delivery) => delivery.headers['x-event-key'] === 'diagnostics:ping',
  verify: verifySignature,
  parse(delivery) {
    const payload = parseJson(delivery.body);
    return ignoreForeignDelivery(product, delivery) ?? parsePayload(delivery, payload);
  },
};

function parsePayload(delivery: Delivery, payload: unknown): ParsedDelivery {
  const fields = readPayload(product, AnyPayload, payload);
  const repository = fields.repository ?? fields.pullRequest?.toRef?.repository ?? fields.new;
  const name = fullName(repository);
  return {
    id: deliveryId(delivery.headers),
    repository: { uuid: repository?.id?.toString() ?? null, full_name: name },
    ...parseEvent(delivery.headers['x-event-key'] ?? '', payload, changed(name)),
  };
}

/** @param lookAgain the event that makes Bough read the repository again */
function parseEvent(key: string, payload: unknown, lookAgain: SourceEvent): ParsedChanges {
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
      return parsePullRequest(key, readPayload(product, PullRequestPayload, payload).pullRequest);
    case 'repo:modified':
      return singleEvent(lookAgain);
    default:
      return ignoredChange(key ? `${key} changes no code` : 'the delivery has no X-Event-Key header');
  }
}

function parseChanges(payload: unknown, lookAgain: SourceEvent): ParsedChanges {
  const { changes, refLimitExceeded } = readPayload(product, RefsChanged, payload);
  if (refLimitExceeded || changes.length === 0) return singleEvent(lookAgain);
  return combined(
    changes.map((change, index) =>
      readChange(`change ${index + 1}`, Change, change, (read) => parseChange(read, lookAgain)),
    ),
  );
}

function parseChange({ ref, toHash, type }: Change, lookAgain: SourceEvent): ParsedChanges {
  if (ref.id.startsWith('refs/tags/')) return singleEvent({ type: 'tags.changed' });
  const branch = branchName(ref.id);
  if (branch === ref.id)
    return ignoredChange(`${shown(ref.id)} is not a branch: only branches have environments`);
  const commit = commitIn(toHash);
  if (commit && type !== 'DELETE') return singleEvent({ type: 'branch.pushed', branch, commit });
  // A change without any commit id, even an all-zero one, does not prove that the branch was deleted.
  return singleEvent(type === 'DELETE' || toHash ? { type: 'branch.deleted', branch } : lookAgain);
}

/** Prefers the state in the payload to the event's name: a declined pull request may have been reopened. */
function parsePullRequest(key: string, payload: unknown): ParsedChanges {
  return readChange('the pull request', PullRequestState, payload, ({ id: number, state }) => {
    const end = endOf(key, state);
    if (end) return singleEvent({ type: end, number });
    const isNew = key === 'pr:opened' || key === 'pr:reopened';
    return readChange(`pull request #${number}`, PullRequestResponse, payload, (response) =>
      singleEvent({
        type: isNew ? 'pull_request.opened' : 'pull_request.updated',
        pull_request: toPullRequest(response),
      }),
    );
  });
}

function endOf(key: string, state: string | null | undefined) {
  if (key === 'pr:deleted') return 'pull_request.deleted';
  if (state === 'MERGED') return 'pull_request.merged';
  if (state === 'DECLINED') return 'pull_request.declined';
  return state === 'SUPERSEDED' ? 'pull_request.superseded' : null;
}

function changed(name: string | null): SourceEvent {
  return { type: 'repository.changed', ...(name === null ? {} : { repository: name }) };
}
