import { describe, expect, it } from 'vitest';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { processEvent } from '../../shared/workflow/deliveries/process-event.ts';
import { anEnvironment, commit, integrationId, projectId, queueOf, start } from '../support/builders.ts';
import { aWorld } from '../support/world.ts';

const pushed = { type: 'branch.pushed' as const, branch: 'feature/x', commit: commit('A') };
const at = (minute: number) => new Date(Date.parse(start) + minute * 60_000).toISOString();
const delivered = (delivered_at: string) => ({
  project: projectId,
  integration: integrationId,
  event: pushed,
  origin: 'delivery 1',
  delivered_at,
});

describe('when Bitbucket was last heard of', () => {
  it('is remembered with the first delivery', async () => {
    const world = await aWorld();

    await processEvent(world.ports, delivered(at(3)), false);

    expect(await world.integration()).toMatchObject({ last_delivery_at: at(3), version: 2 });
  });

  it.each([
    [9, at(0), 1],
    [10, at(10), 2],
    [600, at(600), 2],
    [-5, at(0), 1],
  ])('is written at most every ten minutes: %s minutes later', async (minutes, last_delivery_at, version) => {
    const world = await aWorld({ integration: { last_delivery_at: at(0) } });

    await processEvent(world.ports, delivered(at(minutes)), false);

    expect(await world.integration()).toMatchObject({ last_delivery_at, version });
  });

  it('is told by deliveries only, and not by what we made up ourselves', async () => {
    const world = await aWorld();

    await world.process(pushed);

    expect(await world.integration()).toMatchObject({ last_delivery_at: null, version: 1 });
  });

  it('is told also by a delivery that changes nothing', async () => {
    const world = await aWorld({ environments: [anEnvironment()] });

    await processEvent(world.ports, delivered(at(1)), false);

    expect(world.effects).toEqual([]);
    expect(await world.integration()).toMatchObject({ last_delivery_at: at(1) });
  });

  it('says nothing about the integration itself', async () => {
    const world = await aWorld();
    const before = await world.integration();

    await processEvent(world.ports, delivered(at(1)), false);

    expect(await world.integration()).toEqual({ ...before, last_delivery_at: at(1), version: 2 });
  });

  it('does not matter when someone else writes at the same time: the event counts', async () => {
    const world = await aWorld();
    const save = () => Promise.reject(new StoreConflict('somebody was faster'));
    const integrations = { ...world.integrations, save };

    await processEvent({ ...world.ports, integrations }, delivered(at(1)), false);

    expect(queueOf((await world.environment('feature/x'))!)).toEqual(['push A, running']);
    expect(await world.integration()).toMatchObject({ last_delivery_at: null });
  });

  it('does not keep a fetch from being requested', async () => {
    const world = await aWorld();
    const event = { type: 'repository.changed' as const };

    await processEvent(world.ports, { ...delivered(at(1)), event }, false);

    expect(await world.integration()).toMatchObject({ last_delivery_at: at(1), version: 3 });
    expect(queueOf(await world.integration())).toEqual(['fetch, running']);
  });

  it('is an error when the store is away, so that the event comes again', async () => {
    const world = await aWorld();
    const save = () => Promise.reject(new Error('DynamoDB is down'));
    const integrations = { ...world.integrations, save };

    await expect(processEvent({ ...world.ports, integrations }, delivered(at(1)), false)).rejects.toThrow(
      'DynamoDB is down',
    );
  });
});
