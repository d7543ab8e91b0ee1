import { expect, it } from 'vitest';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import { processEvent } from '../../../shared/workflow/deliveries/process-event.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aProject,
  commit,
  integrationId,
  projectId,
  start,
} from '../../support/builders.ts';
import { withBranch } from '../../support/busy-world.ts';
import { aWorld, type World } from '../../support/world.ts';

const pushed: SourceEvent = { type: 'branch.pushed', branch: 'feature/x', commit: commit('B') };
const deliver = (world: World, event = pushed) =>
  processEvent(
    world.ports,
    {
      project: projectId,
      integration: integrationId,
      event,
      origin: 'delivery',
      delivery: 'd1',
      delivered_at: start,
    },
    false,
  );

const linesWith = (world: World, field: string, value: unknown) =>
  world.lines.filter(({ fields }) => fields?.[field] === value).map(({ message }) => message);

it("the log relates a delivery's id to its activities, and an activity’s id to its end", async () => {
  const world = await aWorld({ environments: [anActiveEnvironment()], repository: withBranch('B') });

  await deliver(world);
  await world.settle();

  const activity = world.lines.find(({ fields }) => fields?.['delivery'] === 'd1')?.fields?.['activity'];
  expect(linesWith(world, 'delivery', 'd1')).toEqual(['decided: change']);
  expect(linesWith(world, 'activity', activity)).toEqual([
    'decided: change',
    'status reported',
    'build under way',
    'concluded: change',
    'status reported',
  ]);
  for (const { message, fields } of world.lines) {
    expect({ message, ...fields }).toMatchObject({ project: projectId, environment: 'feature/x' });
  }
});

it('a delivery that changes nothing has no activity', async () => {
  const world = await aWorld({ environments: [anEnvironment()] });

  await deliver(world, { type: 'branch.pushed', branch: 'feature/x', commit: commit('A') });

  expect(world.lines).toMatchObject([{ message: 'decided: ignore', fields: { delivery: 'd1' } }]);
  expect(world.lines[0]?.fields?.['activity']).toBeUndefined();
});

it('a delivery that requests a fetch names the activity, also when it is already pending', async () => {
  const world = await aWorld({ project: aProject({ default_branch: null }) });

  for (const _ of ['running', 'waiting', 'waiting still']) await deliver(world);

  const [running, waiting, same] = world.lines.map(({ fields }) => fields?.['activity']);
  expect(running).toEqual(expect.any(String));
  expect(waiting).not.toBe(running);
  expect(same).toBe(waiting);
});

it('an activity stores the time of its request', async () => {
  const world = await aWorld({ environments: [anActiveEnvironment()], repository: withBranch('B') });

  await deliver(world);

  expect((await world.environment('feature/x'))?.activities).toMatchObject([{ delivered_at: start }]);
});
