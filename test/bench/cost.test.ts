import { afterEach, describe, expect, it, vi } from 'vitest';
import { processEvent } from '../../shared/workflow/deliveries/process-event.ts';
import { call } from '../support/api-events.ts';
import { apiWorld } from '../support/api-world.ts';
import {
  anActiveEnvironment,
  aProject,
  aRunningActivity,
  commit,
  integrationId,
  projectId,
  start,
  theProductionEnvironment,
} from '../support/builders.ts';
import { withBranch } from '../support/busy-world.ts';
import { aWorld, type World } from '../support/world.ts';
import { BUILD_START, bill, CALLS, total, type Usage } from './cost-model.ts';

/** Spies on the ports that cause cost. Returns a function that counts their calls since then. */
function countCalls({ ports }: World) {
  const { projects, integrations, environments, finished, mirrors, builder, events, effects, deliveries } =
    ports;
  const sent = [vi.spyOn(events, 'send'), vi.spyOn(effects, 'send')];
  const saved = [vi.spyOn(projects, 'save'), vi.spyOn(integrations, 'save'), vi.spyOn(environments, 'save')];
  const noted = vi.spyOn(deliveries, 'record');
  const called = {
    reads: [vi.spyOn(projects, 'get'), vi.spyOn(integrations, 'get'), vi.spyOn(environments, 'get')],
    lists: [
      vi.spyOn(integrations, 'listOf'),
      vi.spyOn(environments, 'listOf'),
      vi.spyOn(environments, 'pagesOf'),
      vi.spyOn(finished, 'listOf'),
    ],
    manifestReads: [vi.spyOn(mirrors, 'read')],
    manifestWrites: [vi.spyOn(mirrors, 'commit')],
    bundles: [vi.spyOn(mirrors, 'writeBundle')],
    // A connection decrypts the credentials, and a link to a log or a status page decrypts its signing key.
    decrypts: [
      vi.spyOn(ports.secrets, 'open'),
      vi.spyOn(ports, 'connect'),
      vi.spyOn(ports, 'logUrl'),
      vi.spyOn(ports, 'statusPageUrl'),
    ],
    builds: [vi.spyOn(builder, 'start')],
  };
  const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
  return () => ({
    ...Object.fromEntries(
      Object.entries(called).map(([name, spies]) => [name, sum(spies.map(({ mock }) => mock.calls.length))]),
    ),
    messages: sum(sent.flatMap(({ mock }) => mock.calls.map(([messages]) => messages.length))),
    // Each activity that begins has an entry in the journal; a commit without one has an entry too.
    entries:
      noted.mock.calls.length +
      sum(saved.flatMap(({ mock }) => mock.calls.map(([, , started]) => Math.max(1, started?.length ?? 0)))),
    // Each finished activity is one more item.
    writes: sum(saved.flatMap(({ mock }) => mock.calls.map(([, history]) => 1 + (history?.length ?? 0)))),
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the calls in the cost model', () => {
  it('match a push to an active environment, up to its build status', async () => {
    const world = await aWorld({
      integration: { last_delivery_at: start },
      environments: [theProductionEnvironment(), anActiveEnvironment()],
      repository: withBranch('B'),
    });
    const counted = countCalls(world);

    const queued = {
      project: projectId,
      integration: integrationId,
      event: { type: 'branch.pushed' as const, branch: 'feature/x', commit: commit('B') },
      origin: 'delivery',
      delivery: 'delivery-1',
      delivered_at: start,
      part: { event: 'repo:push', position: 0, ignored: [] },
    };
    await processEvent(world.ports, queued, false);
    await world.settle();

    expect(counted()).toEqual(CALLS.push);
  });

  it('match a prune without changes', async () => {
    const world = await aWorld();
    await world.prune();
    await world.settle();
    const counted = countCalls(world);

    await world.prune();
    await world.settle();

    expect(counted()).toEqual(CALLS.prune);
  });

  it('match the start of a build whose environment inherits variables', async () => {
    const { handler, projects, environments, integrations, variables, permits } = apiWorld();
    const permit = 'p'.repeat(43);
    await projects.save(aProject());
    await environments.save(theProductionEnvironment());
    const feature = { id: 'feature', parent: 'main', activities: [aRunningActivity({ id: 'a1' })] };
    await environments.save(anActiveEnvironment(feature));
    permits.set(`${projectId}/a1/${permit}`, {
      project: projectId,
      activity: 'a1',
      environment: 'feature',
      data_from: 'main',
    });
    const reads = [vi.spyOn(environments, 'get'), vi.spyOn(integrations, 'get')];
    const lists = vi.spyOn(variables, 'listOf');

    const { status } = await call(handler, 'POST', `/builds/${projectId}/a1/credentials`, {
      body: { permit },
    });

    expect(status).toBe(200);
    expect({
      reads: reads.reduce((sum, { mock }) => sum + mock.calls.length, 0),
      variables: lists.mock.calls.length,
    }).toEqual(BUILD_START);
  });
});

describe('the bill of a month', () => {
  const idle: Usage = {
    projects: 0,
    pushes: 0,
    environments: 0,
    pruneIntervalMinutes: 10,
    compute: 'lambda',
    buildSeconds: 20,
    buildGb: 4,
    environmentGb: 0.05,
    cacheGb: 0,
    sensitiveVariables: 0,
    alarms: 0,
    metrics: 0,
    visits: 0,
    rules: 0,
  };
  const dollarsOf = (usage: Partial<Usage>, name: string) =>
    bill({ ...idle, ...usage }).find((line) => line.name === name)?.dollars;

  it('contains only the key, the dashboard, the polls of two queues and the traces of the schedule without projects', () => {
    const lines = bill(idle).filter(({ dollars }) => dollars >= 0.01);

    expect(lines.map(({ name, dollars }) => [name, dollars.toFixed(2)])).toEqual([
      ['Dashboards', '3.00'],
      ['KMS keys', '1.00'],
      ['SQS requests', '0.53'],
      ['X-Ray traces', '0.02'],
    ]);
  });

  it.each([
    [{ pushes: 1000, compute: 'container', buildSeconds: 31 }, 'CodeBuild minutes (arm1.small)', 8.6],
    [{ pushes: 1000, compute: 'container', buildSeconds: 30 }, 'CodeBuild minutes (arm1.small)', 4.3],
    [{ pushes: 1_000_000, buildSeconds: 17 }, 'CodeBuild GB-seconds (Lambda, arm64)', 1066.672],
    [{ pushes: 1_000_000, buildSeconds: 12, buildGb: 1 }, 'CodeBuild GB-seconds (Lambda, arm64)', 200.001],
    [{ pushes: 1_000_000 }, 'HTTP API requests', 2],
    [{ environments: 100, environmentGb: 1 }, 'S3 GB-months', 2.3],
    [{ environments: 100, environmentGb: 0, cacheGb: 0.5 }, 'S3 GB-months', 1.15],
    [{ pushes: 1_000_000, sensitiveVariables: 6 }, 'KMS requests', 30],
    [{ alarms: 12 }, 'Alarms', 1.2],
    [{ metrics: 20 }, 'Custom metrics', 6],
    [{ visits: 1_000_000 }, 'KeyValueStore reads', 0.06],
    [{ visits: 1_000_000 }, 'CloudFront function calls', 0.2],
    [{ rules: 100 }, 'KeyValueStore calls', 0.3],
    [{ pruneIntervalMinutes: 1 }, 'Scheduler invocations', 0.0438],
    [{}, 'CodeBuild GB-seconds (Lambda, arm64)', undefined],
  ] as const)('has, for %j, %s at $%f', (usage, name, dollars) => {
    const found = dollarsOf(usage, name);

    if (dollars === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(dollars, 6);
  });

  it('grows linearly with projects, pushes and environments', () => {
    const of = (usage: Partial<Usage>) => total(bill({ ...idle, ...usage }));
    const standing = of({});

    for (const one of [{ projects: 1 }, { pushes: 1 }, { environments: 1 }] satisfies Partial<Usage>[]) {
      const [name] = Object.keys(one);
      expect(of(one)).toBeGreaterThan(standing);
      expect(of({ [name!]: 10 }) - standing).toBeCloseTo(10 * (of(one) - standing), 9);
    }
  });
});
