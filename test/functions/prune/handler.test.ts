import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/prune/handler.ts';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import { anIntegration, projectId } from '../../support/builders.ts';
import { aLog } from '../../support/doubles.ts';
import { memoryStores } from '../../support/memory-stores.ts';

type Ports = Parameters<typeof createHandler>[0];

async function aSchedule(count: number, changes: Partial<Ports> = {}) {
  const { integrations } = memoryStores();
  const ids = Array.from({ length: count }, (_, index) => `i${String(index).padStart(4, '0')}`);
  for (const id of ids) await integrations.save(anIntegration({ id }));
  const sent: { ids: string[]; delay: number }[] = [];
  const { log, lines } = aLog();
  const handler = createHandler({
    integrations,
    effects: {
      send: async (effects, delay = 0) => void sent.push({ ids: effects.map(integrationOf), delay }),
    },
    resume: async () => undefined,
    log,
    random: () => 0.5,
    spreadSeconds: 300,
    ...changes,
  });
  return { tick: () => handler({}, {} as Context), ids, sent, lines };
}

const integrationOf = (effect: Effect) =>
  effect.type === 'integration.prune' ? effect.integration : expect.unreachable(effect.type);

describe('the scheduled prune', () => {
  it('sends one message per integration and calls no Bitbucket itself', async () => {
    const sent: Effect[] = [];
    const { tick } = await aSchedule(2, { effects: { send: async (effects) => void sent.push(...effects) } });

    await tick();

    expect(sent).toEqual([
      { type: 'integration.prune', project: projectId, integration: 'i0000', peers: 2 },
      { type: 'integration.prune', project: projectId, integration: 'i0001', peers: 2 },
    ]);
  });

  it('does not delay a single integration', async () => {
    const { tick, sent } = await aSchedule(1);

    await tick();

    expect(sent).toEqual([{ ids: ['i0000'], delay: 0 }]);
  });

  it('requests each of many integrations exactly once, spread over the window', async () => {
    const { tick, ids, sent } = await aSchedule(2345, { random: Math.random });

    await tick();

    expect(sent.flatMap((turn) => turn.ids).sort()).toEqual(ids);
    for (const { ids, delay } of sent) {
      expect(ids.length).toBeLessThanOrEqual(10);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(300);
    }
  });

  it('succeeds without integrations', async () => {
    const { tick, sent } = await aSchedule(0);

    await tick();

    expect(sent).toEqual([]);
  });

  it('requests the others when SQS refuses some, and fails all the same', async () => {
    const sent: string[] = [];
    const send: Ports['effects']['send'] = async (effects) => {
      if (effects.map(integrationOf).includes('i0000')) throw new Error('SQS is away');
      sent.push(...effects.map(integrationOf));
    };
    const { tick, lines } = await aSchedule(25, { effects: { send } });

    await expect(tick()).rejects.toThrow('1 failures in the scheduled prune: SQS is away');

    expect(sent).toHaveLength(15);
    expect(lines[0]).toMatchObject({ level: 'error', message: 'prunes not requested' });
  });

  it('requests all of them when Lambda repeats a failed invocation', async () => {
    const sent: string[] = [];
    let isAway = true;
    const send: Ports['effects']['send'] = async (effects) => {
      if (isAway && effects.map(integrationOf).includes('i0000')) throw new Error('SQS is away');
      sent.push(...effects.map(integrationOf));
    };
    const { tick, ids } = await aSchedule(25, { effects: { send } });

    await expect(tick()).rejects.toThrow('SQS is away');
    isAway = false;
    await tick();

    expect(new Set(sent)).toEqual(new Set(ids));
  });

  it('resumes deletions of projects, and requests prunes also when that fails', async () => {
    const { tick, sent, lines } = await aSchedule(1, {
      resume: () => Promise.reject(new Error('SQS is away')),
    });

    await expect(tick()).rejects.toThrow('SQS is away');

    expect(sent).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'error', message: 'deletions not resumed' });
  });

  it('fails when the integrations cannot be read', async () => {
    const { tick } = await aSchedule(0, {
      integrations: {
        // biome-ignore lint/correctness/useYield: it fails before its first
        async *all() {
          throw new Error('DynamoDB is away');
        },
      },
    });

    await expect(tick()).rejects.toThrow('DynamoDB is away');
  });
});
