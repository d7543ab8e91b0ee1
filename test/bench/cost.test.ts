import { afterEach, describe, expect, it, vi } from 'vitest';
import type { QueuedEvent } from '../../shared/domain/deliveries/delivery.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import { processEvent } from '../../shared/workflow/deliveries/process-event.ts';
import { call } from '../support/api-events.ts';
import { apiWorld } from '../support/api-world.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aProject,
  aRunningActivity,
  commit,
  integrationId,
  projectId,
  start,
  theProductionEnvironment,
} from '../support/builders.ts';
import { withBranch, withPullRequest } from '../support/busy-world.ts';
import type { Repository } from '../support/doubles.ts';
import { aWorld, type World } from '../support/world.ts';
import { BUILD_START, CALLS } from './cost-calls.ts';
import { bill, freeRequests, idleMonth, total, type Usage } from './cost-model.ts';

/** Spies on the ports that cause cost. Returns a function that counts their calls since then. */
function countCalls({ ports }: World) {
  const { projects, integrations, environments, finished, mirrors, builder, events, effects } = ports;
  const { deliveries, checks } = ports;
  const sent = [vi.spyOn(events, 'send'), vi.spyOn(effects, 'send')];
  const saved = [vi.spyOn(projects, 'save'), vi.spyOn(integrations, 'save'), vi.spyOn(environments, 'save')];
  const removed = vi.spyOn(environments, 'remove');
  const noted = [vi.spyOn(deliveries, 'record'), vi.spyOn(checks, 'save')];
  const called = {
    reads: [
      vi.spyOn(projects, 'get'),
      vi.spyOn(integrations, 'get'),
      vi.spyOn(environments, 'get'),
      vi.spyOn(checks, 'get'),
    ],
    lists: [
      vi.spyOn(integrations, 'listOf'),
      vi.spyOn(environments, 'listOf'),
      vi.spyOn(environments, 'pagesOf'),
      vi.spyOn(environments, 'related'),
      vi.spyOn(environments, 'relinked'),
      vi.spyOn(finished, 'listOf'),
    ],
    mirrorReads: [vi.spyOn(mirrors, 'read')],
    mirrorCommits: [vi.spyOn(mirrors, 'commit')],
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
      sum(noted.map(({ mock }) => mock.calls.length)) +
      removed.mock.calls.length +
      sum(saved.flatMap(({ mock }) => mock.calls.map(([, , started]) => Math.max(1, started?.length ?? 0)))),
    // Each finished activity is one more item.
    writes: sum(
      [...saved, removed].flatMap(({ mock }) => mock.calls.map(([, history]) => 1 + (history?.length ?? 0))),
    ),
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the calls in the cost model', () => {
  const delivery = { origin: 'delivery', delivery: 'delivery-1', delivered_at: start };
  const processed = async (world: World, event: QueuedEvent['event'], kind: string) => {
    const counted = countCalls(world);
    const part = { event: kind, position: 0, ignored: [] };
    const queued = { project: projectId, integration: integrationId, event, ...delivery, part };
    await processEvent(world.ports, queued, false);
    await world.settle();
    return counted();
  };
  const pushed = { type: 'branch.pushed' as const, branch: 'feature/x', commit: commit('B') };
  const worldWith = (environments: readonly Environment[], repository: Repository) =>
    aWorld({ integration: { last_delivery_at: start }, environments, repository });

  it.each([
    ['active', anActiveEnvironment(), CALLS.push],
    ['inactive', anEnvironment(), CALLS.inactive],
  ])('match a push to an %s environment, up to its build status', async (_, environment, calls) => {
    const world = await worldWith([theProductionEnvironment(), environment], withBranch('B'));

    expect(await processed(world, pushed, 'repo:push')).toEqual(calls);
  });

  it('match a pull request from its opening to its end', async () => {
    const repository = withPullRequest('B');
    const world = await worldWith([theProductionEnvironment()], repository);
    const opened = { type: 'pull_request.opened' as const, pull_request: repository.show(1) };
    const whenOpened = await processed(world, opened, 'pullrequest:created');
    vi.restoreAllMocks();
    repository.end(1);
    const merged = { type: 'pull_request.merged' as const, number: 1 };
    const whenMerged = await processed(world, merged, 'pullrequest:fulfilled');

    expect(await world.environment('pr-1')).toBeNull();
    expect(whenOpened).toEqual(CALLS.opened);
    expect(whenMerged).toEqual(CALLS.ended);
  });

  it('match a prune without changes, and without a check by the API', async () => {
    const world = await aWorld();
    await world.prune(10);
    await world.settle();
    const counted = countCalls(world);

    await world.prune(10);
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
  const dollarsOf = (usage: Partial<Usage>, name: string) =>
    bill({ ...idleMonth, ...usage }).find((line) => line.name === name)?.dollars;

  it('contains only the key, the dashboard, the polls of two queues and the scheduled function without projects', () => {
    const lines = bill(idleMonth).filter(({ dollars }) => dollars >= 0.01);

    expect(lines.map(({ name, dollars }) => [name, dollars.toFixed(2)])).toEqual([
      ['Dashboards', '3.00'],
      ['KMS keys', '1.00'],
      ['SQS requests', '0.53'],
      ['Lambda GB-seconds (arm64)', '0.03'],
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
    [{ projects: 10, mirrorGb: 1 }, 'S3 GB-months', 0.23],
    [{ keyRotations: 1 }, 'KMS keys', 2],
    [{ keyRotations: 5 }, 'KMS keys', 3],
    [{ environments: 100_000 }, 'Point-in-time recovery GB-months', 0.2],
    [{ environments: 100_000 }, 'DynamoDB GB-months', 0.25],
    [{ inactivePushes: 1_000_000 }, 'HTTP API requests', 1],
    [{ inactivePushes: 1_000_000 }, 'CodeBuild GB-seconds (Lambda, arm64)', undefined],
    [{ pullRequests: 1_000_000 }, 'HTTP API requests', 4],
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

  it('is less by the free requests of SQS, at most a million', () => {
    expect(freeRequests(bill(idleMonth))).toBeCloseTo(0.4, 9);
    expect(freeRequests([{ name: 'SQS requests', quantity: 500_000, dollars: 0.2 }])).toBeCloseTo(0.2, 9);
    expect(freeRequests([])).toBe(0);
  });

  it('grows linearly with projects, pushes and environments', () => {
    const of = (usage: Partial<Usage>) => total(bill({ ...idleMonth, ...usage }));
    const standing = of({});

    const ones = [
      { projects: 1 },
      { pushes: 1 },
      { inactivePushes: 1 },
      { pullRequests: 1 },
      { environments: 1 },
    ];
    for (const one of ones satisfies Partial<Usage>[]) {
      const [name] = Object.keys(one);
      expect(of(one)).toBeGreaterThan(standing);
      expect(of({ [name!]: 10 }) - standing).toBeCloseTo(10 * (of(one) - standing), 9);
    }
  });
});
