import { describe, expect, it } from 'vitest';
import type { RunEffect } from '../../../shared/domain/activities/effect.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { BoughError } from '../../../shared/errors.ts';
import { cancelActivity } from '../../../shared/workflow/activities/cancel-activity.ts';
import { failActivity } from '../../../shared/workflow/activities/fail-activity.ts';
import { runEnvironmentActivity } from '../../../shared/workflow/activities/run-environment-activity.ts';
import { concludeActivity } from '../../../shared/workflow/activities/steps/conclude-activity.ts';
import { suspendActivity } from '../../../shared/workflow/activities/suspend-activity.ts';
import { processEvent } from '../../../shared/workflow/deliveries/process-event.ts';
import {
  aDeployment,
  anActiveEnvironment,
  aRunningActivity,
  commit,
  integrationId,
  projectId,
} from '../../support/builders.ts';
import { built, withBranch } from '../../support/busy-world.ts';
import { inEveryOrder, inTurns, type Turn } from '../../support/interleavings.ts';
import { aWorld, type World } from '../../support/world.ts';

const push = aRunningActivity({ id: 'push', commit: commit('B') });
const effect = {
  type: 'environment.run',
  project: projectId,
  environment: 'feature/x',
  activity: push,
} satisfies RunEffect;
const limit = new BoughError('account_limit', 'No more builds.');

/** The ports of one of several concurrent functions. Each call with a side effect is a step. */
function portsOf({ ports }: World, turn: Turn) {
  return {
    ...ports,
    chance: () => 0,
    environments: inTurns(ports.environments, turn, ['get', 'save', 'remove']),
    builder: inTurns(ports.builder, turn, ['start', 'isRunning']),
  };
}
type Ports = ReturnType<typeof portsOf>;

const run = (ports: Ports, receipt: number) => runEnvironmentActivity(ports, effect, receipt);
const succeed = (ports: Ports) =>
  concludeActivity(ports, projectId, 'feature/x', {
    activity: 'push',
    ending: { result: 'success', because: 'Deployed B' },
    commit: commit('B'),
    deployment: aDeployment({ id: 'push', commit: commit('B') }),
  });
const cancel = (ports: Ports) =>
  cancelActivity(ports, { ...push, project: projectId, environment: 'feature/x', integration: null }, 'ada');
const suspend = (ports: Ports) => suspendActivity(ports, effect, limit);
const fail = (ports: Ports) => failActivity(ports, effect, new Error('out of memory'));

/** Checks the same facts at the end of every order of the steps. */
async function inAnyOrder(
  tasks: ((ports: Ports) => Promise<unknown>)[],
  check: (world: World, environment: Environment | null, order: string) => Promise<void>,
  given: Partial<Environment> = { activities: [push] },
) {
  const orders = await inEveryOrder(async () => {
    const world = await aWorld({
      environments: [anActiveEnvironment(given)],
      repository: withBranch('B'),
    });
    return {
      tasks: tasks.map((task) => async (turn) => void (await task(portsOf(world, turn)))),
      check: async (order) => check(world, await world.environment('feature/x'), order),
    };
  });
  expect(orders).toBeGreaterThan(1);
}

const endings = async (world: World) => (await world.history()).map(({ id, result }) => `${id} ${result}`);

describe('for every order of the steps of concurrent functions', () => {
  it('two runners of one activity start one build, and the second start is counted', () =>
    inAnyOrder([(ports) => run(ports, 1), (ports) => run(ports, 2)], async (world, environment, order) => {
      expect(`${order}: ${built(world)}`).toBe(`${order}: deploy B of feature/x`);
      expect(environment?.activities).toMatchObject([{ id: 'push', state: 'in_progress' }]);
      expect(environment?.activities[0]?.starts).toBeLessThanOrEqual(2);
      expect(await endings(world)).toEqual([]);
    }));

  it('an activity ends once, even when a second runner starts it again', () =>
    inAnyOrder([(ports) => run(ports, 2), succeed], async (world, environment, order) => {
      expect(`${order}: ${await endings(world)}`).toBe(`${order}: push success`);
      expect(environment).toMatchObject({ activities: [], deployment: { commit: commit('B') } });
    }));

  it('an activity that one function fails while another completes it ends once', () =>
    inAnyOrder([fail, succeed], async (world, environment) => {
      expect(await endings(world)).toHaveLength(1);
      expect(environment?.activities).toEqual([]);
    }));

  it('an activity that a user cancels while it is being suspended is not suspended', () =>
    inAnyOrder([suspend, cancel], async (world, environment) => {
      if ((await endings(world)).length === 0) {
        expect(environment?.activities).toMatchObject([{ cancelled_because: expect.any(String) }]);
        await world.perform(world.delayed[0] ?? effect);
      }
      expect(await endings(world)).toEqual(['push null']);
      expect(world.builds).toEqual([]);
    }));

  it('an activity that is being suspended when the next push arrives lets the push run', () =>
    inAnyOrder(
      [
        suspend,
        (ports) =>
          processEvent(
            ports,
            {
              project: projectId,
              integration: integrationId,
              event: { type: 'branch.pushed', branch: 'feature/x', commit: commit('C') },
              origin: 'a test',
            },
            false,
          ),
      ],
      async (_, environment, order) => {
        const [first, second] = environment?.activities ?? [];
        const goesAhead = first?.commit === commit('C') || second?.commit === commit('C');
        expect(`${order}: ${goesAhead}`).toBe(`${order}: true`);
        expect(first?.state).toBe('in_progress');
      },
    ));
});
