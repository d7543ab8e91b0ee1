import * as z from 'zod/mini';
import type { Effect } from '../../../domain/activities/effect.ts';
import type { EndedBuild } from '../../../domain/builds/build.ts';
import { type QueuedEvent, sourceEventKind } from '../../../domain/deliveries/delivery.ts';
import { ActivityRecord } from '../dynamodb/records.ts';

/** The messages of both queues. A field that an older version does not send has a default. */

const PullRequestMessage = z.object({
  number: z.int(),
  title: z.string(),
  source: z.object({
    branch: z.string(),
    commit: z.nullable(z.string()),
    repository: z._default(z.nullable(z.string()), null),
  }),
  target: z.object({ branch: z.string() }),
  fork: z.boolean(),
});

const EventMessage: z.ZodMiniType<QueuedEvent['event']> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('branch.pushed'),
    branch: z.string(),
    commit: z.string(),
    mirrored: z.exactOptional(z.boolean()),
    is_target: z.exactOptional(z.boolean()),
  }),
  z.object({ type: z.literal('branch.deleted'), branch: z.string() }),
  z.object({
    type: z.literal(['pull_request.opened', 'pull_request.updated']),
    pull_request: PullRequestMessage,
  }),
  z.object({
    type: z.literal([
      'pull_request.merged',
      'pull_request.declined',
      'pull_request.deleted',
      'pull_request.superseded',
    ]),
    number: z.int(),
  }),
  z.object({ type: z.literal('repository.changed'), repository: z.exactOptional(z.string()) }),
  z.object({ type: z.literal('tags.changed') }),
  z.object({ type: z.literal(['delivery.refused', 'delivery.ignored']) }),
]);

/** A source event on the events queue. */
export const QueuedEventMessage: z.ZodMiniType<QueuedEvent> = z.object({
  project: z.string(),
  integration: z.string(),
  event: EventMessage,
  origin: z.string(),
  delivery: z.exactOptional(z.string()),
  delivered_at: z.exactOptional(z.string()),
  part: z.exactOptional(z.object({ event: z.string(), position: z.int(), ignored: z.array(z.string()) })),
});

/** EventBridge's "CodeBuild Build State Change", as the rule passes it on. */
export const BuildEndedMessage = z.object({
  'detail-type': z.literal('CodeBuild Build State Change'),
  detail: z.object({
    'build-status': z.string(),
    'build-id': z.string(),
    'additional-information': z.object({
      environment: z.object({
        'environment-variables': z.array(z.object({ name: z.string(), value: z.string() })),
      }),
    }),
  }),
});
/** A parsed end of a build. */
export type BuildEndedMessage = z.infer<typeof BuildEndedMessage>;

/** The variables that a build was started with. */
export function variablesOf({ detail }: BuildEndedMessage): Record<string, string | undefined> {
  const variables = detail['additional-information'].environment['environment-variables'];
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

/** The tags of the events queue: EventBridge names the kind of its events in `detail-type`, Bough in `kind`. */
const Tags = z.object({
  // Messages that an older version sent have no tag.
  kind: z._default(z.literal(sourceEventKind), sourceEventKind),
  'detail-type': z.optional(z.string()),
});

/** A message of the events queue. */
export type EventsMessage =
  | { kind: typeof sourceEventKind; queued: QueuedEvent }
  | { kind: 'build_ended'; build: EndedBuild };

/**
 * Reads a message of the events queue by its tag.
 * @throws ZodError for a message of another kind or form
 */
export function parseEventsMessage(body: unknown): EventsMessage {
  const tags = Tags.parse(body);
  if (tags['detail-type'] === undefined) return { kind: tags.kind, queued: QueuedEventMessage.parse(body) };
  return { kind: 'build_ended', build: endedBuild(BuildEndedMessage.parse(body)) };
}

function endedBuild(message: BuildEndedMessage): EndedBuild {
  const variables = variablesOf(message);
  return {
    project: variables['BOUGH_PROJECT'] ?? '',
    environment: variables['BOUGH_ENVIRONMENT'] ?? '',
    activity: variables['BOUGH_ACTIVITY'] ?? '',
    commit: variables['BOUGH_COMMIT'],
    status: message.detail['build-status'],
    // EventBridge gives the build's ARN, which contains the account.
    build: message.detail['build-id'].replace(/^.*:build\//, ''),
  };
}

/** Any effect may have been held back. */
const held = { delayed_since: z.exactOptional(z.string()) };

/** An effect on the activities queue. */
export const EffectMessage: z.ZodMiniType<Effect> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('environment.run'),
    project: z.string(),
    environment: z.string(),
    activity: ActivityRecord,
    again: z.exactOptional(z.boolean()),
    ...held,
  }),
  z.object({
    type: z.literal('integration.run'),
    project: z.string(),
    integration: z.string(),
    activity: ActivityRecord,
    again: z.exactOptional(z.boolean()),
    ...held,
  }),
  z.object({
    type: z.literal('build.stop'),
    project: z.string(),
    environment: z.string(),
    build: z.string(),
    ...held,
  }),
  z.object({
    type: z.literal('status.report'),
    project: z.string(),
    integration: z.string(),
    report: z.object({
      activity: z.string(),
      commit: z.string(),
      branch: z.string(),
      fork: z._default(z.nullable(z.string()), null),
      pull_request: z._default(z.nullable(z.int()), null),
      environment: z.string(),
      state: z.enum(['in_progress', 'successful', 'failed', 'stopped']),
      url: z.nullable(z.string()),
      description: z.string(),
    }),
    ...held,
  }),
  z.object({
    type: z.literal('conflict.report'),
    project: z.string(),
    integration: z.string(),
    pull_request: z.int(),
    ...held,
  }),
  z.object({
    type: z.literal(['mirror.tags', 'mirror.compact']),
    project: z.string(),
    integration: z.string(),
    ...held,
  }),
  z.object({
    type: z.literal('integration.prune'),
    project: z.string(),
    integration: z.string(),
    peers: z.exactOptional(z.int()),
    ...held,
  }),
  z.object({
    type: z.literal('access.publish'),
    project: z.string(),
    environment: z.exactOptional(z.string()),
    below: z.exactOptional(z.string()),
    ...held,
  }),
  z.object({
    type: z.literal('project.purge'),
    project: z.string(),
    requested_at: z.exactOptional(z.string()),
    after: z.exactOptional(z.string()),
    again: z.exactOptional(z.int()),
    ...held,
  }),
]);
