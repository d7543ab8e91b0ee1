import { describe, expect, it } from 'vitest';
import type { Mirrors } from '../../shared/ports/mirrors.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { countFinishedActivities, countPrunes, measureMirrors } from '../../shared/runtime/metered.ts';
import { anEnvironment, anIntegration, aRunningActivity } from '../support/builders.ts';
import { aClock, someMetrics } from '../support/doubles.ts';
import { memoryStores } from '../support/memory-stores.ts';

const times = {
  created_at: '2026-11-22T10:00:00.000Z',
  started_at: '2026-11-22T10:00:05.000Z',
  completed_at: '2026-11-22T10:01:30.500Z',
};
const anEnding = (changes: Parameters<typeof aRunningActivity>[0] = {}) =>
  aRunningActivity({ type: 'environment.push', state: 'complete', result: 'success', ...times, ...changes });

describe('a finished activity', () => {
  it.each([
    [
      'a deployment, with its run time and the time since its decision',
      anEnding(),
      [
        { type: 'environment.push', result: 'success', Activities: 1, ActivitySeconds: 85.5 },
        { result: 'success', Deployments: 1, DeploymentSeconds: 90.5 },
      ],
    ],
    [
      'a deployment of a delivery, with the time since the delivery',
      anEnding({ delivered_at: '2026-11-22T09:59:30.500Z' }),
      [
        { type: 'environment.push', result: 'success', Activities: 1, ActivitySeconds: 85.5 },
        { result: 'success', Deployments: 1, DeploymentSeconds: 120 },
      ],
    ],
    [
      'a deployment that was superseded before its start',
      anEnding({ state: 'cancelled', result: null, started_at: null }),
      [
        { type: 'environment.push', result: 'cancelled', Activities: 1 },
        { result: 'cancelled', Deployments: 1, DeploymentSeconds: 90.5 },
      ],
    ],
    [
      'a deletion, but not as a deployment',
      anEnding({ type: 'environment.delete', result: 'failure' }),
      [{ type: 'environment.delete', result: 'failure', Activities: 1, ActivitySeconds: 85.5 }],
    ],
  ])('is counted: %s', async (_, ending, expected) => {
    const { metrics, recorded } = someMetrics();
    await countFinishedActivities(memoryStores().environments, metrics).save(anEnvironment(), [ending]);
    expect(recorded).toEqual(expected);
  });

  it('is counted when it removes its environment or integration', async () => {
    const { metrics, recorded } = someMetrics();
    const { environments, integrations } = memoryStores();
    await environments.save(anEnvironment());
    await integrations.save(anIntegration());
    await countFinishedActivities(environments, metrics).remove(anEnvironment(), [
      anEnding({ type: 'environment.delete' }),
    ]);
    const fetch = anEnding({ type: 'integration.bitbucket.fetch' });
    await countFinishedActivities(integrations, metrics).remove(anIntegration(), [fetch]);
    expect(recorded.map(({ type }) => type)).toEqual(['environment.delete', 'integration.bitbucket.fetch']);
  });

  it('is not counted after a write conflict', async () => {
    const { metrics, recorded } = someMetrics();
    const { environments } = memoryStores();
    await environments.save(anEnvironment());
    const late = countFinishedActivities(environments, metrics).save(anEnvironment(), [anEnding()]);
    await expect(late).rejects.toThrow(StoreConflict);
    expect(recorded).toEqual([]);
  });
});

describe('a mirrored bundle', () => {
  const bytes = (async function* () {})();

  it('is measured in bytes and in seconds of the transfer', async () => {
    const { metrics, recorded } = someMetrics();
    const clock = aClock();
    const slow: Pick<Mirrors, 'writeBundle'> = {
      writeBundle: async (_project, key) => {
        clock.pass(2);
        return { key, bytes: 1234 };
      },
    };
    const written = await measureMirrors(slow, metrics, clock).writeBundle('p1', 'b1', bytes);
    expect(written).toEqual({ key: 'b1', bytes: 1234 });
    expect(recorded).toEqual([{ MirrorBytes: 1234, MirrorSeconds: 120 }]);
  });

  it('is not measured when the transfer fails', async () => {
    const { metrics, recorded } = someMetrics();
    const broken: Pick<Mirrors, 'writeBundle'> = {
      writeBundle: () => Promise.reject(new Error('socket hang up')),
    };
    const mirrors = measureMirrors(broken, metrics, aClock());
    await expect(mirrors.writeBundle('p1', 'b1', bytes)).rejects.toThrow('socket hang up');
    expect(recorded).toEqual([]);
  });
});

describe('a prune', () => {
  it('is counted by its result, together with its held-back deletions', async () => {
    const { metrics, recorded } = someMetrics();
    const counted = countPrunes(async (_, integration) => {
      if (integration === 'bad') throw new Error('socket hang up');
      return integration === 'damaged' ? 99 : 0;
    }, metrics);

    await counted('p1', 'good');
    await counted('p1', 'damaged');
    await expect(counted('p1', 'bad')).rejects.toThrow('socket hang up');

    expect(recorded).toEqual([
      { result: 'success', Prunes: 1 },
      { HeldBack: 99 },
      { result: 'success', Prunes: 1 },
      { result: 'failure', Prunes: 1 },
    ]);
  });
});
