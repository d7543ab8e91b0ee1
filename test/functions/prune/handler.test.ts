import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/prune/handler.ts';
import type { Integration } from '../../../shared/domain/integration.ts';
import { BoughError } from '../../../shared/errors.ts';
import { anIntegration } from '../../support/builders.ts';
import { aLog, someMetrics } from '../../support/doubles.ts';
import { memoryStores } from '../../support/memory-stores.ts';

async function aSchedule(
  ids: string[],
  prune: (id: string) => void = () => undefined,
  resume = async () => undefined,
) {
  const { integrations } = memoryStores();
  for (const id of ids) await integrations.save(anIntegration({ id }));
  const pruned: string[] = [];
  const { log, lines } = aLog();
  const { metrics, recorded } = someMetrics();
  const handler = createHandler({
    integrations,
    prune: async ({ id }: Integration) => {
      prune(id);
      pruned.push(id);
    },
    resume,
    metrics,
    log,
  });
  return { tick: () => handler({}, {} as Context), pruned, recorded, lines };
}

describe('the scheduled prune', () => {
  it('prunes every integration', async () => {
    const { tick, pruned } = await aSchedule(['i1', 'i2', 'i3']);
    await tick();
    expect(pruned).toEqual(['i1', 'i2', 'i3']);
  });

  it('counts the integrations that were pruned, and those that could not be', async () => {
    const { tick, recorded } = await aSchedule(['i1', 'i2'], (id) => {
      if (id === 'i1') throw new Error('socket hang up');
    });
    await expect(tick()).rejects.toThrow('socket hang up');
    expect(recorded).toEqual([
      { result: 'failure', Prunes: 1 },
      { result: 'success', Prunes: 1 },
    ]);
  });

  it('is fine with none', async () => {
    const { tick, lines } = await aSchedule([]);
    await tick();
    expect(lines).toEqual([]);
  });

  it('prunes the others when one fails, and fails all the same', async () => {
    const { tick, pruned, lines } = await aSchedule(['i1', 'i2', 'i3', 'i4'], (id) => {
      if (id === 'i1') throw new BoughError('git_host_forbidden', 'No access.');
      if (id === 'i3') throw new Error('socket hang up');
    });
    const failure: AggregateError = await tick().then(
      () => expect.unreachable('the schedule did not fail'),
      (error) => error,
    );
    expect(pruned).toEqual(['i2', 'i4']);
    expect(failure.message).toContain('2 failures');
    expect(failure.message).toContain('No access. Give the credentials');
    expect(failure.errors).toHaveLength(2);
    expect(lines.map(({ level, fields }) => [level, fields['integration']])).toEqual([
      ['error', 'i1'],
      ['error', 'i3'],
    ]);
  });

  it('goes on with deletions of projects, and prunes also when that fails', async () => {
    const { tick, pruned, lines } = await aSchedule(['i1'], undefined, () =>
      Promise.reject(new Error('SQS is away')),
    );

    await expect(tick()).rejects.toThrow('SQS is away');

    expect(pruned).toEqual(['i1']);
    expect(lines).toMatchObject([{ level: 'error', message: 'deletions not resumed' }]);
  });

  it('fails when the integrations cannot be read', async () => {
    const { log } = aLog();
    const handler = createHandler({
      integrations: {
        // biome-ignore lint/correctness/useYield: it fails before its first
        async *all() {
          throw new Error('DynamoDB is away');
        },
      },
      prune: async () => undefined,
      resume: async () => undefined,
      metrics: someMetrics().metrics,
      log,
    });
    await expect(handler({}, {} as Context)).rejects.toThrow('DynamoDB is away');
  });
});
