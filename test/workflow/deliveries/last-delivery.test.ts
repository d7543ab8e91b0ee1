import { describe, expect, it } from 'vitest';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { processEvent } from '../../../shared/workflow/deliveries/process-event.ts';
import { anEnvironment, commit, integrationId, projectId, queueOf, start } from '../../support/builders.ts';
import { aWorld } from '../../support/world.ts';

const pushed = { type: 'branch.pushed' as const, branch: 'feature/x', commit: commit('A') };
const at = (minute: number) => new Date(Date.parse(start) + minute * 60_000).toISOString();
const delivered = (delivered_at: string) => ({
  project: projectId,
  integration: integrationId,
  event: pushed,
  origin: 'delivery 1',
  delivered_at,
});

describe('the time of the last delivery', () => {
  it('is stored with the first delivery', async () => {
    const world = await aWorld();

    await processEvent(world.ports, delivered(at(3)), false);

    expect(await world.integration()).toMatchObject({ last_delivery_at: at(3), version: 2 });
  });

  it.each([
    [9, at(0), 1],
    [10, at(10), 2],
    [600, at(600), 2],
    [-5, at(0), 1],
  ])(
    'is written at most once in ten minutes: %s minutes later',
    async (minutes, last_delivery_at, version) => {
      const world = await aWorld({ integration: { last_delivery_at: at(0) } });

      await processEvent(world.ports, delivered(at(minutes)), false);

      expect(await world.integration()).toMatchObject({ last_delivery_at, version });
    },
  );

  it("changes with deliveries only, not with Bough's own events", async () => {
    const world = await aWorld();

    await world.process(pushed);

    expect(await world.integration()).toMatchObject({ last_delivery_at: null, version: 1 });
  });

  it('changes also with a delivery that changes nothing', async () => {
    const world = await aWorld({ environments: [anEnvironment()] });

    await processEvent(world.ports, delivered(at(1)), false);

    expect(world.effects).toEqual([]);
    expect(await world.integration()).toMatchObject({ last_delivery_at: at(1) });
  });

  it('does not change `updated_at`', async () => {
    const world = await aWorld();
    const before = await world.integration();

    await processEvent(world.ports, delivered(at(1)), false);

    expect(await world.integration()).toEqual({ ...before, last_delivery_at: at(1), version: 2 });
  });

  it('gives way to a concurrent write, and the event counts', async () => {
    const world = await aWorld();
    const save = () => Promise.reject(new StoreConflict('somebody was faster'));
    const integrations = { ...world.integrations, save };

    await processEvent({ ...world.ports, integrations }, delivered(at(1)), false);

    expect(queueOf((await world.environment('feature/x'))!)).toEqual(['push A, running']);
    expect(await world.integration()).toMatchObject({ last_delivery_at: null });
  });

  it('does not prevent the request of a fetch', async () => {
    const world = await aWorld();
    const event = { type: 'repository.changed' as const };

    await processEvent(world.ports, { ...delivered(at(1)), event }, false);

    expect(await world.integration()).toMatchObject({ last_delivery_at: at(1), version: 3 });
    expect(queueOf(await world.integration())).toEqual(['fetch, running']);
  });

  it('is an error when the store fails, so that the event is retried', async () => {
    const world = await aWorld();
    const save = () => Promise.reject(new Error('DynamoDB is down'));
    const integrations = { ...world.integrations, save };

    await expect(processEvent({ ...world.ports, integrations }, delivered(at(1)), false)).rejects.toThrow(
      'DynamoDB is down',
    );
  });
});
