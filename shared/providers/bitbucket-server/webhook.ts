import type { Delivery, ParsedDelivery } from '../../domain/deliveries/delivery.ts';
import type { SourceEvent } from '../../domain/deliveries/source-event.ts';
import { shown } from '../../domain/values/text.ts';
import type { WebhookFormat } from '../../ports/webhook-format.ts';
import { deliveryId } from '../delivery-id.ts';
import { all, nothing, one, type Parsed, readChange } from '../parsed.ts';
import { parseJson, readPayload } from '../payload.ts';
import { ignoreForeign } from '../sender.ts';
import { verifySignature } from '../signature.ts';
import { branchName, commitIn, fullName } from './names.ts';
import { toPullRequest } from './pull-request.ts';
import {
  AnyPayload,
  Change,
  PullRequestAnswer,
  PullRequestPayload,
  PullRequestState,
  RefsChanged,
} from './schema.ts';

const product = 'Bitbucket Server';

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
      return parsePullRequest(key, readPayload(product, PullRequestPayload, payload).pullRequest);
    case 'repo:modified':
      return one(lookAgain);
    default:
      return nothing(key ? `${key} changes no code` : 'the delivery has no X-Event-Key header');
  }
}

function parseChanges(payload: unknown, lookAgain: SourceEvent): Parsed {
  const { changes, refLimitExceeded } = readPayload(product, RefsChanged, payload);
  if (refLimitExceeded || changes.length === 0) return one(lookAgain);
  return all(
    changes.map((change, index) =>
      readChange(`change ${index + 1}`, Change, change, (read) => parseChange(read, lookAgain)),
    ),
  );
}

function parseChange({ ref, toHash, type }: Change, lookAgain: SourceEvent): Parsed {
  if (ref.id.startsWith('refs/tags/')) return one({ type: 'tags.changed' });
  const branch = branchName(ref.id);
  if (branch === ref.id) return nothing(`${shown(ref.id)} is not a branch: only branches have environments`);
  const commit = commitIn(toHash);
  if (commit && type !== 'DELETE') return one({ type: 'branch.pushed', branch, commit });
  // A change that names no commit at all, not even by zeros, does not say that the branch is gone.
  return one(type === 'DELETE' || toHash ? { type: 'branch.deleted', branch } : lookAgain);
}

/** The state in the payload counts more than the event's name: what was declined may be open again by now. */
function parsePullRequest(key: string, payload: unknown): Parsed {
  return readChange('the pull request', PullRequestState, payload, ({ id: number, state }) => {
    const end = endOf(key, state);
    if (end) return one({ type: end, number });
    const isNew = key === 'pr:opened' || key === 'pr:reopened';
    return readChange(`pull request #${number}`, PullRequestAnswer, payload, (answer) =>
      one({
        type: isNew ? 'pull_request.opened' : 'pull_request.updated',
        pull_request: toPullRequest(answer),
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
