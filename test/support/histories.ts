import fc from 'fast-check';
import { running } from '../../shared/domain/activity.ts';
import { changeWith } from '../../shared/domain/decision.ts';
import type { Environment } from '../../shared/domain/environment.ts';
import type { SourceEvent } from '../../shared/domain/source-event.ts';
import type { Build } from '../../shared/ports.ts';
import { commitDecision } from '../../shared/workflow/commit-decision.ts';
import { commit, nameOf, projectId } from './builders.ts';
import { aRepository } from './doubles.ts';
import { aWorld, type World } from './world.ts';

/**
 * One step in the life of a repository, of Bitbucket's deliveries, and of Bough. A number chooses among what
 * there is; a step for which there is nothing is left out.
 */
export type Move =
  | { do: 'push' | 'delete' | 'activate'; branch: string }
  | { do: 'open'; branch: string; target: string }
  | { do: 'edit'; which: number; target: string; title: string }
  | { do: 'merge' | 'decline' | 'lose'; which: number }
  | { do: 'deliver' | 'work'; which: number; again: boolean }
  | { do: 'build'; which: number; works: boolean }
  | { do: 'prune' };

const which = fc.nat({ max: 20 });
const again = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true));
const branches = ['feature/x', 'release'];
const branch = fc.constantFrom(...branches);
const target = fc.constantFrom('main', 'release');

const inRepository: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('push' as const), branch: fc.constantFrom('main', ...branches) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), branch }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), branch, target }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      which,
      target,
      title: fc.constantFrom('Old', 'New'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('merge' as const, 'decline' as const), which }) },
);
const inBough: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), which, again }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('work' as const), which, again }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('build' as const), which, works: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('activate' as const), branch }) },
);
const unreliable: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lose' as const), which }) },
  { weight: 1, arbitrary: fc.constant({ do: 'prune' as const }) },
);

const movesFrom = (...arbitraries: fc.WeightedArbitrary<Move>[]) =>
  fc.array(fc.oneof(...arbitraries), { minLength: 25, maxLength: 80, size: 'max' });

/** Histories in which every delivery arrives, late or not, once or more. */
export const reliableHistory = movesFrom(
  { weight: 2, arbitrary: inRepository },
  { weight: 3, arbitrary: inBough },
);
/** Histories in which deliveries are lost as well, and the schedule comes at any time. */
export const anyHistory = movesFrom(
  { weight: 4, arbitrary: inRepository },
  { weight: 6, arbitrary: inBough },
  { weight: 1, arbitrary: unreliable },
);

/**
 * A repository with Bough behind it, and Bitbucket's deliveries in between, as they were when they were sent.
 * It begins with one pull request that is deployed, and one branch that was activated.
 */
export async function aHistory() {
  const repository = aRepository({ main: 'A', 'feature/x': 'B', release: 'C' });
  repository.open('feature/x');
  const world = await aWorld({ repository });
  await world.process({ type: 'repository.changed' });
  await world.settle();
  await activate(world, 'release');
  await world.settle();

  const deliveries: SourceEvent[] = [];
  const failed = new Set<string>();
  const broken: string[] = [];
  let commits = 0;

  const watch = async (step: () => Promise<unknown>) => {
    const before = await world.environments.listOf(projectId);
    const builds = new Set(world.builds);
    await step();
    const after = await world.environments.listOf(projectId);
    broken.push(...wrongBuilds(world, builds), ...wrongRemovals(world, before, after), ...wrongQueues(after));
  };

  const history = {
    world,
    deliveries,
    /** Builds that failed: a deployment of a commit to an environment, or the teardown of one. */
    failed,
    /** What should never happen, and did. */
    broken,
    async take(move: Move) {
      const name = `commit ${commits++}`;
      if (move.do === 'deliver') {
        const event = pick(deliveries, move.which, move.again);
        if (event) await watch(() => world.process(event));
      } else if (move.do === 'work') {
        const effect = pick(world.effects, move.which, move.again);
        if (effect) await watch(() => world.perform(effect));
      } else if (move.do === 'build') {
        const build = pick(world.builds, move.which, false);
        if (build && !move.works) failed.add(failureOf(build));
        if (build) await watch(() => world.endBuild(build, { result: move.works ? 'success' : 'failure' }));
      } else if (move.do === 'lose') {
        pick(deliveries, move.which, false);
      } else if (move.do === 'prune') {
        await world.prune();
        deliveries.push(...world.events.splice(0).map(({ event }) => event));
      } else if (move.do === 'activate') {
        await watch(() => activate(world, move.branch));
      } else {
        deliveries.push(...changed(world, move, name));
      }
    },
    /** Lets all that is under way come to its end; builds succeed. */
    settle: () => watch(() => world.settle()),
    async prune() {
      deliveries.length = 0;
      await world.prune();
      await history.settle();
    },
  };
  return history;
}

function failureOf({ action, environment, commit: id }: Build): string {
  return action === 'deploy' ? `${environment.id} ${nameOf(id)}` : environment.id;
}

function pick<T>(items: T[], which: number, again: boolean): T | undefined {
  const place = items.length === 0 ? 0 : which % items.length;
  return again ? items[place] : items.splice(place, 1)[0];
}

/** Changes the repository, and says what Bitbucket tells of it. */
function changed({ repository }: World, move: Move, name: string): SourceEvent[] {
  const open = [...repository.pullRequests].filter(([, pullRequest]) => pullRequest.open);
  const [number, pullRequest] = 'which' in move && open.length > 0 ? open[move.which % open.length]! : [];
  const pushed = (branch: string): SourceEvent[] => {
    repository.push(branch, name);
    return [{ type: 'branch.pushed', branch, commit: commit(name) }, ...updatesOf(branch)];
  };
  const updatesOf = (source: string): SourceEvent[] =>
    open
      .filter(([, { source: branch }]) => branch === source)
      .map(([id]) => ({ type: 'pull_request.updated', pull_request: repository.show(id) }));

  if (move.do === 'push') return pushed(move.branch);
  if (move.do === 'delete') {
    if (!repository.deleteBranch(move.branch)) return [];
    return [{ type: 'branch.deleted', branch: move.branch }, ...updatesOf(move.branch)];
  }
  if (move.do === 'open') {
    if (!repository.heads.has(move.branch) || move.branch === move.target) return [];
    return [
      {
        type: 'pull_request.opened',
        pull_request: repository.show(repository.open(move.branch, move.target)),
      },
    ];
  }
  if (number === undefined || !pullRequest) return [];
  if (move.do === 'edit') {
    repository.edit(number, { target: move.target, title: move.title });
    return [{ type: 'pull_request.updated', pull_request: repository.show(number) }];
  }
  repository.end(number);
  if (move.do === 'decline') return [{ type: 'pull_request.declined', number }];
  return [{ type: 'pull_request.merged', number }, ...pushed(pullRequest.target)];
}

/** What a user does with `environment:activate`. */
async function activate(world: World, id: string): Promise<void> {
  const environment = await world.environment(id);
  if (environment?.status !== 'inactive' || environment.activities.length > 0) return;
  const request = {
    type: 'environment.activate' as const,
    text: `Activate ${id}`,
    because: 'a user asked for it',
    commit: environment.head_commit,
    clone_data: true,
  };
  const moment = { now: world.clock.now(), activityId: world.clock.activityId() };
  await commitDecision(
    world.ports,
    environment,
    changeWith({ ...environment, status: 'active' }, request, moment),
  );
}

function exists({ repository }: World, { id, pull_request }: Environment): boolean {
  return pull_request
    ? repository.pullRequests.get(pull_request.number)?.open === true
    : repository.heads.has(id);
}

/** A build is of what git has now; a teardown is of what is gone; the first deployment brings the data. */
function wrongBuilds(world: World, before: ReadonlySet<Build>): string[] {
  return world.builds
    .filter((build) => !before.has(build))
    .flatMap(({ action, environment, activity, commit: id }) => {
      const head = world.repository.heads.get(environment.pull_request?.source_branch ?? environment.id);
      const wrong: string[] = [];
      if (action === 'deploy' && nameOf(id) !== head)
        wrong.push(`${environment.id} got ${nameOf(id)}, not ${head}`);
      if (action === 'teardown' && exists(world, environment)) wrong.push(`${environment.id} was torn down`);
      const isFirst = environment.pull_request !== null && environment.deployment === null;
      if (action === 'deploy' && environment.pull_request && activity.clone_data !== isFirst)
        wrong.push(`${environment.id} got ${isFirst ? 'no' : 'new'} data`);
      return wrong;
    });
}

/** What had nothing to tear down is removed in the same step in which git is read. */
function wrongRemovals(
  world: World,
  before: readonly Environment[],
  after: readonly Environment[],
): string[] {
  const left = new Set(after.map(({ id }) => id));
  return before
    .filter(({ id, status }) => !left.has(id) && status === 'inactive')
    .filter((environment) => exists(world, environment))
    .map(({ id }) => `${id} was removed`);
}

function wrongQueues(environments: readonly Environment[]): string[] {
  return environments
    .filter(({ activities }) =>
      activities.some((activity, place) => (activity.state === 'in_progress') !== (place === 0)),
    )
    .map(
      ({ id, activities }) => `${id} runs ${running(activities)?.id ?? 'nothing'} of ${activities.length}`,
    );
}
