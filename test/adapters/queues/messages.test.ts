import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EffectMessage, QueuedEventMessage } from '../../../shared/adapters/aws/queues/messages.ts';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import { aRunningActivity, aWaitingActivity } from '../../support/builders.ts';

const text = fc.string({ unit: 'binary' });
const number = fc.integer({ min: 1 });
const pullRequest = fc.record({
  number,
  title: text,
  source: fc.record({ branch: text, commit: fc.option(text), repository: fc.option(text) }),
  target: fc.record({ branch: text }),
  fork: fc.boolean(),
});

const sourceEvent: fc.Arbitrary<SourceEvent> = fc.oneof(
  fc.record(
    { type: fc.constant('branch.pushed' as const), branch: text, commit: text, mirrored: fc.boolean() },
    { requiredKeys: ['type', 'branch', 'commit'] },
  ),
  fc.record({ type: fc.constant('branch.deleted' as const), branch: text }),
  fc.record({
    type: fc.constantFrom('pull_request.opened' as const, 'pull_request.updated' as const),
    pull_request: pullRequest,
  }),
  fc.record({
    type: fc.constantFrom(
      'pull_request.merged' as const,
      'pull_request.declined' as const,
      'pull_request.deleted' as const,
      'pull_request.superseded' as const,
    ),
    number,
  }),
  fc.record(
    { type: fc.constant('repository.changed' as const), repository: text },
    { requiredKeys: ['type'] },
  ),
  fc.record({ type: fc.constant('tags.changed' as const) }),
);

const activity = fc
  .record({
    type: fc.constantFrom(
      'environment.push' as const,
      'environment.activate' as const,
      'environment.branch' as const,
      'environment.redeploy' as const,
      'environment.synchronize' as const,
      'environment.deactivate' as const,
      'environment.delete' as const,
      'integration.bitbucket.fetch' as const,
      'integration.bitbucket.register_hooks' as const,
      'integration.bitbucket.default_branch' as const,
      'integration.bitbucket_server.fetch' as const,
      'integration.bitbucket_server.register_hooks' as const,
    ),
    text,
    because: text,
    commit: fc.option(text),
    clone_data: fc.boolean(),
    requested: fc.boolean(),
    repository: fc.option(text),
  })
  .chain((changes) => fc.constantFrom(aRunningActivity(changes), aWaitingActivity(changes)));

const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({ type: fc.constant('environment.run' as const), project: text, environment: text, activity }),
  fc.record({ type: fc.constant('integration.run' as const), project: text, integration: text, activity }),
  fc.record({ type: fc.constant('build.stop' as const), project: text, environment: text, build: text }),
  fc.record({
    type: fc.constant('status.report' as const),
    project: text,
    integration: text,
    report: fc.record({
      activity: text,
      commit: text,
      branch: text,
      fork: fc.option(text),
      pull_request: fc.option(number),
      environment: text,
      state: fc.constantFrom('in_progress', 'successful', 'failed', 'stopped'),
      url: fc.option(text),
      description: text,
    }),
  }),
  fc.record({
    type: fc.constant('conflict.report' as const),
    project: text,
    integration: text,
    pull_request: number,
  }),
  fc.record({ type: fc.constant('mirror.compact' as const), project: text, integration: text }),
  fc.record({ type: fc.constant('project.purge' as const), project: text }),
);

const travelled = (message: unknown): unknown => JSON.parse(JSON.stringify(message));

describe('a message on a queue', () => {
  it('round-trips a source event', () => {
    const queued = fc.record(
      {
        project: text,
        integration: text,
        event: fc.oneof(
          sourceEvent,
          fc.constantFrom({ type: 'delivery.refused' as const }, { type: 'delivery.ignored' as const }),
        ),
        origin: text,
        delivery: text,
        delivered_at: text,
        part: fc.record({ event: text, position: fc.nat(), ignored: fc.array(text) }),
      },
      { requiredKeys: ['project', 'integration', 'event', 'origin'] },
    );
    fc.assert(
      fc.property(queued, (message) => {
        expect(QueuedEventMessage.parse(travelled(message))).toEqual(message);
      }),
    );
  });

  it('round-trips an effect', () => {
    fc.assert(
      fc.property(effect, (message) => {
        expect(EffectMessage.parse(travelled(message))).toEqual(message);
      }),
    );
  });

  it('is parsed only as the kind that was sent', () => {
    fc.assert(
      fc.property(effect, sourceEvent, (sent, event) => {
        expect(QueuedEventMessage.safeParse(travelled(sent)).success).toBe(false);
        const queued = { project: 'p', integration: 'i', event, origin: 'o' };
        expect(EffectMessage.safeParse(travelled(queued)).success).toBe(false);
      }),
    );
  });
});
