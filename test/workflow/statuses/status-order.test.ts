import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Report } from '../../../shared/domain/statuses/build-status.ts';
import { reportOf, reportOfProgress } from '../../../shared/domain/statuses/status-reports.ts';
import { runEnvironmentActivity } from '../../../shared/workflow/activities/run-environment-activity.ts';
import { concludeActivity } from '../../../shared/workflow/activities/steps/conclude-activity.ts';
import { reportStatus } from '../../../shared/workflow/statuses/report-status.ts';
import { sendStatus } from '../../../shared/workflow/statuses/steps/send-status.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anIntegration,
  aRunningActivity,
  aWaitingActivity,
  commit,
  integrationId,
  projectId,
} from '../../support/builders.ts';
import { withBranch } from '../../support/busy-world.ts';
import { inEveryOrder, inTurns, type Turn } from '../../support/interleavings.ts';
import { aWorld, type World } from '../../support/world.ts';

const first = aRunningActivity({ id: 'first', commit: commit('B') });
const redeploy = aRunningActivity({
  id: 'second',
  type: 'environment.redeploy',
  commit: commit('B'),
  requested: true,
});
const ending = (result: 'success' | 'failure' | 'cancelled') => ({ result, because: `it was a ${result}` });
const failed = (activity: string, commit: string) =>
  ({ commit, activity, state: 'failed', description: 'it was a failure', undelivered: null }) as const;

/** The ports of one of several concurrent senders. Each call with a side effect is a step. */
function portsOf({ ports, bitbucket }: World, turn: Turn) {
  const host = inTurns(bitbucket.host, turn, ['reportStatus']);
  return {
    ...ports,
    environments: inTurns(ports.environments, turn, ['get']),
    builder: inTurns(ports.builder, turn, ['start', 'startedFor']),
    connect: async () => host,
  };
}
type Ports = ReturnType<typeof portsOf>;

const send = (ports: Ports, report: Report) =>
  reportStatus(ports, { type: 'status.report', project: projectId, integration: integrationId, report });

/** The slowest possible runner: it has read the environment, and another runner has started the build. */
const tellLate = async (ports: Ports, environment: Environment, activity: Activity) => {
  const report = reportOfProgress(environment, activity, commit('B'));
  const place = { integration: anIntegration(), host: await ports.connect() };
  await sendStatus(ports, projectId, report, async () => place, environment);
};

/** Ends an activity, and sends its status. */
const end = async (ports: Ports, activity: Activity, result: 'success' | 'failure', name = 'B') => {
  const followed: Effect[] = [];
  const effects = { send: async (sent: readonly Effect[]) => void followed.push(...sent) };
  await concludeActivity({ ...ports, effects }, projectId, 'feature/x', {
    activity: activity.id,
    ending: ending(result),
    commit: commit(name),
    deployment: result === 'success' ? aDeployment({ id: activity.id, commit: commit(name) }) : undefined,
  });
  for (const effect of followed) if (effect.type === 'status.report') await send(ports, effect.report);
};

const run = (ports: Ports, activity: Activity) =>
  runEnvironmentActivity(
    ports,
    { type: 'environment.run', project: projectId, environment: 'feature/x', activity },
    1,
  );

/** The final status of a commit on Bitbucket, with the activity whose log is linked: `successful`, `failed second`. */
const shownBeside = ({ bitbucket }: World, name: string) => {
  const last = bitbucket.statuses.findLast((status) => status.commit === commit(name));
  const log = /org\/(?:status\/.*activity=)?(\w+)(?:\/log)?$/.exec(last?.url ?? '')?.[1];
  return [last?.state, log].filter(Boolean).join(' ');
};

interface Story {
  given: Partial<Environment>;
  tasks: ((ports: Ports, environment: Environment) => Promise<void>)[];
  /** The final status on Bitbucket, by commit. */
  shown: Record<string, string>;
}

const stories: Record<string, Story> = {
  'a failure that is told late, and the success of the redeployment': {
    given: { activities: [redeploy], build_status: failed('first', commit('B')) },
    tasks: [
      (ports, environment) => send(ports, reportOf(environment, failed('first', commit('B')))),
      (ports) => end(ports, redeploy, 'success'),
    ],
    shown: { B: 'successful' },
  },
  'a failure that is told late, and the redeployment that begins': {
    given: { activities: [redeploy], build_status: failed('first', commit('B')) },
    tasks: [
      (ports, environment) => send(ports, reportOf(environment, failed('first', commit('B')))),
      (ports) => run(ports, redeploy),
    ],
    shown: { B: 'in_progress second' },
  },
  'a failure that is told late, and the redeployment that is told of from its beginning to its end': {
    given: { activities: [redeploy], build_status: failed('first', commit('B')) },
    tasks: [
      (ports, environment) => send(ports, reportOf(environment, failed('first', commit('B')))),
      async (ports, environment) => {
        await tellLate(ports, environment, redeploy);
        await end(ports, redeploy, 'failure');
      },
    ],
    shown: { B: 'failed second' },
  },
  'a runner that tells late of its build, and the end of that': {
    given: { activities: [first] },
    tasks: [
      (ports, environment) => tellLate(ports, environment, first),
      (ports) => end(ports, first, 'success'),
    ],
    shown: { B: 'successful' },
  },
  'a runner that tells late of its build, whose commit is history by then': {
    given: { activities: [first, aWaitingActivity({ id: 'second', commit: commit('C') })] },
    tasks: [
      (ports, environment) => tellLate(ports, environment, first),
      async (ports) => {
        await end(ports, first, 'failure');
        await end(ports, redeploy, 'success', 'C');
      },
    ],
    shown: { B: 'failed first', C: 'successful' },
  },
  'the end of one deployment, and that of the next': {
    given: { activities: [first, aWaitingActivity({ id: 'second', commit: commit('C') })] },
    tasks: [
      (ports, environment) => send(ports, reportOf(environment, failed('zeroth', commit('A')))),
      async (ports) => {
        await end(ports, first, 'failure');
        await end(ports, redeploy, 'success', 'C');
      },
    ],
    shown: { A: 'failed zeroth', B: 'failed first', C: 'successful' },
  },
  'the end of a deployment that was stopped, and the deletion of its environment': {
    given: {
      activities: [aRunningActivity({ id: 'deletion', type: 'environment.delete' })],
      build_status: { ...failed('first', commit('B')), state: 'stopped' },
    },
    tasks: [
      (ports, environment) =>
        send(ports, reportOf(environment, { ...failed('first', commit('B')), state: 'stopped' })),
      (ports) => end(ports, aRunningActivity({ id: 'deletion' }), 'success', 'B'),
    ],
    shown: { B: 'stopped first' },
  },
  'a runner that tells late of its build, and the deletion of its environment': {
    given: {
      activities: [first, aWaitingActivity({ id: 'deletion', type: 'environment.delete' })],
    },
    tasks: [
      (ports, environment) => tellLate(ports, environment, first),
      async (ports) => {
        await end(ports, first, 'failure');
        await end(ports, aRunningActivity({ id: 'deletion' }), 'success', 'B');
      },
    ],
    shown: { B: 'failed first' },
  },
};

describe("for every order of the steps, Bitbucket's final status is correct", () => {
  it.each(Object.entries(stories))('%s', async (_, { given, tasks, shown }) => {
    const orders = await inEveryOrder(async () => {
      const environment = anActiveEnvironment(given);
      const world = await aWorld({ environments: [environment], repository: withBranch('B') });
      return {
        tasks: tasks.map((task) => (turn) => task(portsOf(world, turn), environment)),
        check: async (order) => {
          for (const [name, status] of Object.entries(shown))
            expect(`${order}: ${shownBeside(world, name)}`).toBe(`${order}: ${status}`);
        },
      };
    });

    expect(orders).toBeGreaterThan(1);
  });
});
