import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/activities/handler.ts';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import { BoughError, type ErrorCode } from '../../../shared/errors.ts';
import { aRunningActivity, integrationId, projectId } from '../../support/builders.ts';
import { aLog } from '../../support/doubles.ts';
import { failuresOf } from '../../support/sqs-events.ts';

const environmentRun = {
  type: 'environment.run' as const,
  project: projectId,
  environment: 'feature/x',
  activity: aRunningActivity({ id: 'a1' }),
} satisfies Effect;
const integrationRun = {
  type: 'integration.run' as const,
  project: projectId,
  integration: integrationId,
  activity: aRunningActivity({ id: 'a2', type: 'integration.bitbucket.fetch' }),
} satisfies Effect;
const statusReport: Effect = {
  type: 'status.report',
  project: projectId,
  integration: integrationId,
  report: {
    activity: 'a3',
    commit: 'a'.repeat(40),
    branch: 'feature/x',
    fork: null,
    pull_request: null,
    environment: 'feature/x',
    state: 'successful',
    url: null,
    description: 'ready',
  },
};
const conflict: Effect = {
  type: 'conflict.report',
  project: projectId,
  integration: integrationId,
  pull_request: 1,
};
const stop: Effect = {
  type: 'build.stop',
  project: projectId,
  environment: 'feature/x',
  build: 'a4',
};
const compaction: Effect = { type: 'mirror.compact', project: projectId, integration: integrationId };
const prune: Effect = { type: 'integration.prune', project: projectId, integration: integrationId };
const tags: Effect = { type: 'mirror.tags', project: projectId, integration: integrationId };
const publication: Effect = { type: 'access.publish', project: projectId, environment: 'feature/x' };
const purge: Effect = { type: 'project.purge', project: projectId, again: 2 };
const effects = [
  environmentRun,
  integrationRun,
  stop,
  statusReport,
  conflict,
  tags,
  compaction,
  prune,
  publication,
  purge,
];

function aWorker(failure?: unknown, hasWaitedLong = false) {
  const performed: unknown[][] = [];
  const failed: [Effect, unknown][] = [];
  const suspended: [Effect, unknown][] = [];
  const delayed: [Effect, unknown][] = [];
  const noted: [Effect, unknown][] = [];
  const flushed: [string, string][] = [];
  const postponed: [string, number][] = [];
  const recordedFailures: [string, number, unknown][] = [];
  const { log, lines } = aLog();
  const perform = async (...given: unknown[]) => {
    performed.push(given);
    if (failure) throw failure;
  };
  const handler = createHandler({
    runEnvironmentActivity: perform,
    runIntegrationActivity: perform,
    stopBuild: perform,
    reportStatus: perform,
    reportConflict: perform,
    mirrorTags: perform,
    compactMirror: perform,
    pruneIntegration: perform,
    publishProjectRules: perform,
    purgeProject: perform,
    failActivity: async (...given) => {
      failed.push(given);
    },
    suspendActivity: async (...given) => {
      suspended.push(given);
    },
    postponeEffect: async (...given) => {
      if (hasWaitedLong) throw given[1];
      delayed.push(given);
    },
    noteUndelivered: async (...given) => {
      noted.push(given);
    },
    flushLog: async (...log) => {
      flushed.push(log);
    },
    renew: async () => undefined,
    postpone: async (...postponement) => {
      postponed.push(postponement);
    },
    recordFailure: async (...failure) => {
      recordedFailures.push(failure);
    },
    log,
  });
  return {
    handler,
    performed,
    failed,
    suspended,
    delayed,
    noted,
    flushed,
    postponed,
    recordedFailures,
    lines,
  };
}

describe('the activities function', () => {
  it('performs each kind of effect', async () => {
    const { handler, performed, failed } = aWorker();
    expect(await failuresOf(handler, ...effects.map((body) => ({ body })))).toEqual([]);
    expect(performed).toEqual([
      [environmentRun, 1],
      [integrationRun, 1],
      [stop],
      [statusReport],
      [conflict],
      [projectId, integrationId],
      [projectId, integrationId],
      [projectId, integrationId, undefined],
      [projectId, publication],
      [projectId, purge],
    ]);
    expect(failed).toEqual([]);
  });

  const mayPass = [
    ['an error that nobody expected', new Error('socket hang up')],
    ['a conflict', new BoughError('conflict', 'Somebody was faster.')],
  ] as const;
  const delays = [
    ['a rate limit', new BoughError('git_host_rate_limited', 'Slow down.')],
    ['a Bitbucket that is away', new BoughError('git_host_unavailable', 'Gone.')],
    ['a limit of the AWS account', new BoughError('account_limit', 'No more builds.')],
  ] as const;

  it.each(delays)('lets an activity wait for %s, after any number of receives', async (_, error) => {
    for (const effect of [environmentRun, integrationRun]) {
      const { handler, failed, suspended, postponed } = aWorker(error);
      expect(await failuresOf(handler, { body: effect, attempt: 4 })).toEqual([]);
      expect(suspended).toEqual([[effect, error]]);
      expect([failed, postponed]).toEqual([[], []]);
    }
  });

  it.each(delays)('postpones any other effect after %s', async (_, error) => {
    for (const effect of [stop, statusReport, purge]) {
      const { handler, delayed, postponed } = aWorker(error);
      expect(await failuresOf(handler, { body: effect, attempt: 4 })).toEqual([]);
      expect(delayed).toEqual([[effect, error]]);
      expect(postponed).toEqual([]);
    }
  });

  it.each(mayPass)('retries twice after %s, and then gives up', async (_, error) => {
    for (const effect of [environmentRun, integrationRun]) {
      const { handler, failed, postponed } = aWorker(error);
      expect(await failuresOf(handler, { body: effect, attempt: 1 })).toEqual(['message-0']);
      expect(await failuresOf(handler, { body: effect, attempt: 2 })).toEqual(['message-0']);
      expect(failed).toEqual([]);
      expect(postponed).toHaveLength(2);

      expect(await failuresOf(handler, { body: effect, attempt: 3 })).toEqual([]);
      expect(failed).toEqual([[effect, error]]);
      expect(postponed).toHaveLength(2);
    }
  });

  const willNotPass: ErrorCode[] = [
    'git_host_credentials',
    'git_host_forbidden',
    'git_host_not_found',
    'git_host_rejected',
    'invalid',
  ];

  it.each(willNotPass)('ends the activity at once after %s, which is permanent', async (code) => {
    const error = new BoughError(code, 'No.');
    const { handler, failed, postponed, lines } = aWorker(error);
    expect(await failuresOf(handler, { body: environmentRun })).toEqual([]);
    expect(failed).toEqual([[environmentRun, error]]);
    expect(postponed).toEqual([]);
    expect(lines).toMatchObject([
      {
        level: 'error',
        message: 'effect given up',
        fields: { project: projectId, environment: 'feature/x', activity: 'a1', attempt: 1 },
      },
    ]);
  });

  it.each([
    ['a build status that Bitbucket does not take', statusReport],
    ['a build that could not be stopped', stop],
    ['a purge', purge],
    ['an access rule that could not be published', publication],
  ])('fails no activity for %s; its message becomes a dead letter with its reason', async (_, effect) => {
    const error = new BoughError('git_host_rejected', 'url: Enter a valid URL.');
    const { handler, failed, postponed, recordedFailures } = aWorker(error);
    expect(await failuresOf(handler, { body: effect, attempt: 4 })).toEqual(['message-0']);
    expect(failed).toEqual([]);
    expect(postponed).toHaveLength(1);
    expect(recordedFailures).toEqual([['message-0', 4, error]]);
  });

  describe('an undelivered build status is recorded for the prune', () => {
    const refused = new BoughError('git_host_rejected', 'url: Enter a valid URL.');

    it('when Bitbucket refuses it at the last attempt, and not before', async () => {
      const { handler, noted } = aWorker(refused);
      await failuresOf(handler, { body: statusReport, attempt: 2 });
      expect(noted).toEqual([]);
      await failuresOf(handler, { body: statusReport, attempt: 3 });
      expect(noted).toEqual([[statusReport, refused]]);
    });

    it.each(delays)('after six hours of %s', async (_, error) => {
      const { handler, noted } = aWorker(error, true);
      expect(await failuresOf(handler, { body: statusReport })).toEqual(['message-0']);
      expect(noted).toEqual([[statusReport, error]]);
    });

    it('and no other effect is recorded', async () => {
      const { handler, noted } = aWorker(refused);
      for (const body of [stop, purge, tags]) await failuresOf(handler, { body, attempt: 4 });
      expect(noted).toEqual([]);
    });
  });

  describe.each([
    ['compaction', compaction, 'effect given up'],
    ['prune', prune, 'prune failed'],
  ])('leaves the retry of a %s to the schedule', (_, effect, message) => {
    it.each([...mayPass, ...delays, ['a refusal', new BoughError('git_host_forbidden', 'No.')] as const])(
      'after %s: it becomes no dead letter',
      async (_, error) => {
        const { handler, failed, postponed, lines } = aWorker(error);
        expect(await failuresOf(handler, { body: effect })).toEqual([]);
        expect([failed, postponed]).toEqual([[], []]);
        expect(lines).toMatchObject([
          { level: 'error', message, fields: { integration: integrationId, attempt: 1 } },
        ]);
      },
    );

    it('when the function’s time limit has interrupted it', async () => {
      const { handler, performed } = aWorker();
      expect(await failuresOf(handler, { body: effect, attempt: 2 })).toEqual([]);
      expect(performed).toEqual([]);
    });
  });

  it('returns an activity to the queue when it cannot be ended', async () => {
    const { log } = aLog();
    const handler = createHandler({
      runEnvironmentActivity: () => Promise.reject(new BoughError('git_host_forbidden', 'No.')),
      runIntegrationActivity: async () => undefined,
      stopBuild: async () => undefined,
      reportStatus: async () => undefined,
      reportConflict: async () => undefined,
      mirrorTags: async () => undefined,
      compactMirror: async () => undefined,
      pruneIntegration: async () => undefined,
      publishProjectRules: async () => undefined,
      purgeProject: async () => undefined,
      failActivity: () => Promise.reject(new Error('DynamoDB is away')),
      suspendActivity: async () => undefined,
      postponeEffect: async () => undefined,
      noteUndelivered: async () => undefined,
      flushLog: async () => undefined,
      renew: async () => undefined,
      postpone: async () => undefined,
      recordFailure: async () => undefined,
      log,
    });
    expect(await failuresOf(handler, { body: environmentRun })).toEqual(['message-0']);
  });

  it('stores the log of an activity however its run ends', async () => {
    for (const failure of [
      undefined,
      new Error('socket hang up'),
      new BoughError('account_limit', 'No more builds.'),
    ]) {
      const { handler, flushed } = aWorker(failure);
      await failuresOf(handler, { body: environmentRun }, { body: stop });
      expect(flushed).toEqual([[projectId, 'a1']]);
    }
  });

  it.each([
    ['text', 'hello'],
    ['an effect of a kind that it does not know', { ...environmentRun, type: 'environment.melt' }],
    ['an effect without an activity', { ...environmentRun, activity: undefined }],
  ])('returns %s to the queue after any number of receives, and processes the rest', async (_, poison) => {
    const { handler, performed, failed, recordedFailures } = aWorker();
    const batch = [{ body: poison, attempt: 4 }, { body: integrationRun }];
    expect(await failuresOf(handler, ...batch)).toEqual(['message-0']);
    expect(performed).toHaveLength(1);
    expect(recordedFailures).toMatchObject([['message-0', 4, expect.any(Error)]]);
    expect(failed).toEqual([]);
  });
});
