import type { Build } from '../../shared/domain/builds/build.ts';
import type { QueuedEvent } from '../../shared/domain/deliveries/delivery.ts';
import type { SourceEvent } from '../../shared/domain/deliveries/source-event.ts';
import { defaultOptions, type IntegrationOptions } from '../../shared/domain/integrations/integration.ts';
import { BoughError } from '../../shared/errors.ts';
import {
  actOnEnvironment,
  branchEnvironment,
} from '../../shared/workflow/environments/act-on-environment.ts';
import { updateEnvironment } from '../../shared/workflow/environments/update-environment.ts';
import { updateIntegration } from '../../shared/workflow/integrations/update-integration.ts';
import { commit, integrationId, nameOf, projectId } from './builders.ts';
import { deployedActivities } from './deployed-activities.ts';
import { aRepository } from './doubles.ts';
import { type Fault, faultyHost } from './faulty-bitbucket.ts';
import { aLedger, brokenLaws, type Ledger, unrelatedEnvironment, wrongPruneLimit } from './history-laws.ts';
import type { Move } from './moves.ts';
import { aWorld, type World } from './world.ts';

/**
 * A simulation of a repository, Bitbucket's deliveries, Bough and its users. Deliveries keep the content from the time
 * when they were sent. The initial state has a deployed pull request, an approved pull request from a fork, and an
 * activated branch.
 */
export async function aHistory() {
  const repository = aRepository({ main: 'A', 'feature/x': 'B', release: 'C' });
  repository.open('feature/x');
  repository.pushToFork('stranger/website', 'feature/x', 'P');
  repository.open('feature/x', 'main', 'A patch', 'stranger/website');
  const world = await aWorld({ repository, environments: [unrelatedEnvironment] });
  const deliveries: QueuedEvent['event'][] = [];
  const ledger = aLedger();
  /** Violations of the laws. */
  const broken: string[] = [];
  let commits = 0;
  /** The faults of the next calls to Bitbucket; null means a good response. */
  const faults: (Fault | null)[] = [];
  const { host } = world.bitbucket;
  world.ports.connect = async () => faultyHost(host, repository, () => faults.shift() ?? null);
  const perform = deployedActivities(world);

  const watch = async (step: () => Promise<unknown>) => {
    ledger.currentAction = null;
    const before = await world.environments.listOf(projectId);
    const builds = new Set(world.builds);
    const wereStopped = new Set(world.stopped);
    await step();
    const started = world.builds.filter((build) => !builds.has(build));
    const stopped = world.builds.filter(
      ({ activity }) => world.stopped.has(activity.id) && !wereStopped.has(activity.id),
    );
    const after = await world.environments.listOf(projectId);
    const options = await world.integration();
    broken.push(...brokenLaws({ world, ledger, options, before, after, started, stopped }));
  };

  /** Moves the events that a prune or a fetch has queued to the deliveries, so that they can also arrive late or twice. */
  const take = async () => {
    const queued = world.events.splice(0).map(({ event }) => event);
    broken.push(
      ...wrongPruneLimit(queued, await world.environments.listOf(projectId), await world.integration()),
    );
    deliveries.push(...queued);
  };

  const history = {
    world,
    deliveries,
    ledger,
    broken,
    async take(move: Move) {
      world.clock.pass(1);
      for (const branch of repository.heads.keys()) ledger.pushed.add(branch);
      const name = `commit ${commits++}`;
      if (move.do === 'deliver') {
        const event = pick(deliveries, move.which, move.again);
        if (event) await watch(() => world.process(event));
      } else if (move.do === 'work') {
        // Delayed effects can arrive early: an activity that is not due is delayed again.
        world.effects.push(...world.delayed.splice(0));
        const effect = pick(world.effects, move.which, move.again);
        if (effect) await watch(() => perform(effect));
        await take();
      } else if (move.do === 'build') {
        const build = pick(world.builds, move.which, false);
        if (build && !move.works && !world.stopped.has(build.activity.id)) recordFailure(ledger, build);
        if (build) await watch(() => world.endBuild(build, { result: move.works ? 'success' : 'failure' }));
      } else if (move.do === 'lose') {
        pick(deliveries, move.which, false);
      } else if (move.do === 'break') {
        faults.push(...move.faults);
      } else if (move.do === 'prune') {
        await perform(pruning);
        await take();
      } else if (move.do === 'act' || move.do === 'branch here') {
        await watch(() => tried(() => ask(world, ledger, move)));
      } else if (move.do === 'protect') {
        await watch(() => tried(() => protect(world, move.environment, move.protects)));
      } else if (move.do === 'change options') {
        await updateIntegration(world.ports, projectId, integrationId, move.options);
        noteOptions(ledger, world, await world.integration());
      } else {
        deliveries.push(...changed(world, move, name));
        noteOptions(ledger, world, await world.integration());
      }
    },
    /** Processes all events, effects and builds step by step. Builds succeed. */
    async settle() {
      const { events, effects, delayed, builds } = world;
      while (events.length + effects.length + delayed.length + builds.length > 0) {
        if (events.length + effects.length === 0 && delayed.length > 0) {
          world.clock.pass(minutesOfDelay);
          effects.push(...delayed.splice(0));
        }
        const event = events.shift();
        const effect = effects.shift();
        if (event) await watch(() => world.process(event.event));
        if (effect) await watch(() => perform(effect));
        const build = effects.length === 0 ? builds.shift() : undefined;
        if (build) await watch(() => world.endBuild(build));
      }
    },
    /**
     * Runs one scheduled prune under ideal conditions: no pending deliveries, default options, no protection, no prune
     * limit, no faults, and after the longest pause that follows a failure.
     */
    async prune() {
      faults.length = 0;
      await history.settle();
      world.clock.pass(longestPauseMinutes);
      deliveries.length = 0;
      const { fetch_branches, prune_branches, prune_grace_hours, build_pull_requests } = defaultOptions;
      for (const { id, protected: isProtected } of await world.environments.listOf(projectId))
        if (isProtected) await protect(world, id, false);
      const integration = await world.integration();
      await world.integrations.save({
        ...integration,
        ...{ fetch_branches, prune_branches, prune_grace_hours, build_pull_requests },
        prune_limit: { environments: 0, percent: 100 },
        version: integration.version + 1,
      });
      await world.prune();
      await history.settle();
    },
  };
  await world.process({ type: 'repository.changed' });
  await history.settle();
  for (const environment of ['release', 'pr-2'])
    await history.take({ do: 'act', environment, action: { type: 'activate' } });
  await history.settle();
  return history;
}
/** SQS's longest delay of a message. */
const minutesOfDelay = 15;
const longestPauseMinutes = 6 * 60;
const pruning = { type: 'integration.prune' as const, project: projectId, integration: integrationId };

/** The simulation that `aHistory` creates. */
export type History = Awaited<ReturnType<typeof aHistory>>;

function recordFailure(
  ledger: Ledger,
  { action, environment: { id }, activity, commit: built }: Build,
): void {
  ledger.failed.add(action === 'deploy' ? `${id} ${nameOf(built)}` : id);
  if (activity.type !== 'environment.delete') return;
  ledger.failedDeletions.set(id, (ledger.failedDeletions.get(id) ?? 0) + 1);
}

function pick<T>(items: T[], which: number, again: boolean): T | undefined {
  const place = items.length === 0 ? 0 : which % items.length;
  return again ? items[place] : items.splice(place, 1)[0];
}

/** Ignores the error of an action that Bough refuses. */
async function tried(act: () => Promise<void>): Promise<void> {
  await act().catch((error: unknown) => {
    if (error instanceof BoughError && ['refused', 'invalid', 'not_found'].includes(error.code)) return;
    throw error;
  });
}

async function protect({ ports }: World, id: string, isProtected: boolean): Promise<void> {
  await updateEnvironment(ports, projectId, id, { protected: isProtected });
}

async function ask(
  { ports, environment }: World,
  ledger: Ledger,
  move: Extract<Move, { do: 'act' | 'branch here' }>,
): Promise<void> {
  if (move.do === 'branch here') {
    const { name, parent, clone_parent } = move;
    await branchEnvironment(ports, projectId, parent, { name, title: '', clone_parent });
    ledger.branched.add(name);
    return;
  }
  const before = await environment(move.environment);
  await actOnEnvironment(ports, projectId, move.environment, move.action);
  ledger.currentAction = `${move.action.type} ${move.environment}`;
  ledger.acceptedActions.add(ledger.currentAction);
  if (move.action.type === 'deactivate') ledger.deactivated.add(move.environment);
  if (move.action.type === 'activate') ledger.deactivated.delete(move.environment);
  if (move.action.type === 'activate') ledger.approved.add(`${move.environment} ${before?.head_commit}`);
}

/** Records the consequences of the current options. With `always`, every commit of a fork so far counts as approved. */
function noteOptions(ledger: Ledger, { repository }: World, options: IntegrationOptions): void {
  if (options.resync_pull_requests) ledger.acceptedActions.add('resync');
  for (const branches of repository.forks.values())
    for (const name of branches.values()) ledger.forkCommits.add(commit(name));
  if (options.build_fork_pull_requests !== 'always') return;
  for (const id of ledger.forkCommits) ledger.approved.add(id);
}

/** Changes the repository or the fork, and returns the events that Bitbucket delivers. */
function changed({ repository }: World, move: Move, name: string): SourceEvent[] {
  const open = [...repository.pullRequests].filter(([, pullRequest]) => pullRequest.open);
  const [number, pullRequest] = 'which' in move && open.length > 0 ? open[move.which % open.length]! : [];
  const updatesOf = (source: string, owner: string | null = null): SourceEvent[] =>
    open
      .filter(([, { source: branch, fork: repository }]) => branch === source && repository === owner)
      .map(([id]) => ({ type: 'pull_request.updated', pull_request: repository.show(id) }));
  const pushed = (branch: string): SourceEvent[] => {
    repository.push(branch, name);
    return [{ type: 'branch.pushed', branch, commit: commit(name) }, ...updatesOf(branch)];
  };
  const opened = (id: number): SourceEvent[] => [
    { type: 'pull_request.opened', pull_request: repository.show(id) },
  ];

  // Only one fork exists at a time. Its branch has the name of a branch of the repository.
  const [fork = 'stranger/website'] = repository.forks.keys();
  switch (move.do) {
    case 'push':
      return pushed(move.branch);
    case 'delete':
      if (!repository.deleteBranch(move.branch)) return [];
      return [{ type: 'branch.deleted', branch: move.branch }, ...updatesOf(move.branch)];
    case 'open':
      if (!repository.heads.has(move.branch) || move.branch === move.target) return [];
      return opened(repository.open(move.branch, move.target));
    case 'open from a fork':
      repository.pushToFork(fork, 'feature/x', name);
      return [
        ...updatesOf('feature/x', fork),
        ...opened(repository.open('feature/x', 'main', 'A patch', fork)),
      ];
    case 'push to the fork':
      // Bitbucket delivers a fork's pushes to the fork only, and updates of pull requests to their target repository.
      if (repository.forks.has(fork)) repository.pushToFork(fork, 'feature/x', name);
      return updatesOf('feature/x', fork);
    case 'rename the fork':
      repository.renameFork(fork, fork === 'stranger/website' ? 'stranger/web' : 'stranger/website');
      return [];
    case 'delete the fork':
      repository.forks.delete(fork);
      return [];
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
