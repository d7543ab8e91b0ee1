import type * as z from 'zod/mini';
import type { PullRequest, SourceEvent } from '../../domain/source-event.ts';
import { BoughError } from '../../errors.ts';
import type { Delivery, ParsedDelivery, WebhookFormat } from '../../ports.ts';
import { verifySignature } from '../signature.ts';
import { AnyPayload, type PullRequestAnswer, PullRequestPayload, Push } from './schema.ts';

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
  parse(delivery) {
    const payload = parseJson(delivery.body);
    const { repository } = read(AnyPayload, payload);
    return {
      id: delivery.headers['x-request-uuid'] ?? null,
      repository: { uuid: repository?.uuid ?? null, full_name: repository?.full_name ?? null },
      ...parseEvent(delivery, payload),
    };
  },
};

function parseEvent(delivery: Delivery, payload: unknown): Parsed {
  const key = delivery.headers['x-event-key'] ?? '';
  switch (key) {
    case 'repo:push':
      return parsePush(payload);
    case 'pullrequest:created':
    case 'pullrequest:updated':
    case 'pullrequest:push':
    case 'pullrequest:fulfilled':
    case 'pullrequest:rejected':
    case 'pullrequest:superseded':
      return { events: [parsePullRequest(key, read(PullRequestPayload, payload).pullrequest)], ignored: [] };
    case 'repo:updated':
    case 'repo:transfer':
    case 'repo:imported':
      return { events: [{ type: 'repository.changed' }], ignored: [] };
    default:
      return nothing(key ? `${key} changes no code` : 'the delivery has no X-Event-Key header');
  }
}

function parsePush(payload: unknown): Parsed {
  const { changes } = read(Push, payload).push;
  if (changes.length === 0) return { events: [{ type: 'repository.changed' }], ignored: [] };
  const parsed = changes.map(parseChange);
  return {
    events: parsed.flatMap(({ events }) => events),
    ignored: parsed.flatMap(({ ignored }) => ignored),
  };
}

function parseChange(change: z.infer<typeof Push>['push']['changes'][number]): Parsed {
  const ref = change.new ?? change.old;
  if (!ref) return { events: [{ type: 'repository.changed' }], ignored: [] };
  if (ref.type !== 'branch') return nothing(`${ref.name} is a ${ref.type}: only branches have environments`);
  if (!change.new) return { events: [{ type: 'branch.deleted', branch: ref.name }], ignored: [] };
  if (!change.new.target) return { events: [{ type: 'repository.changed' }], ignored: [] };
  return {
    events: [{ type: 'branch.pushed', branch: ref.name, commit: change.new.target.hash }],
    ignored: [],
  };
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

export function toPullRequest({ id, title, source, destination }: PullRequestAnswer): PullRequest {
  return {
    number: id,
    title,
    source: { branch: source.branch.name, commit: source.commit?.hash ?? null },
    target: { branch: destination.branch.name },
    fork: !isSame(source.repository, destination.repository),
  };
}

type Repository = PullRequestAnswer['source']['repository'];

/** A source repository that is gone was a fork: a branch of ours cannot outlive its repository. */
function isSame(source: Repository, target: Repository): boolean {
  if (!source || !target) return false;
  if (source.uuid && target.uuid) return source.uuid === target.uuid;
  // Old payloads, and some REST answers, name a repository without its id.
  return !!source.full_name && source.full_name.toLowerCase() === target.full_name?.toLowerCase();
}

function nothing(because: string): Parsed {
  return { events: [], ignored: [{ because }] };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new BoughError('malformed_json', 'The body is not valid JSON.', { cause });
  }
}

function read<T>(schema: z.ZodMiniType<T>, payload: unknown): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const fields = Object.fromEntries(
    result.error.issues.map((issue) => [issue.path.join('.') || 'body', issue.message]),
  );
  throw new BoughError('invalid', 'The body is not a Bitbucket Cloud payload.', { fields });
}
