import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { IntegrationOptions } from '../../../shared/domain/integrations/integration.ts';
import { waitsFor } from '../../../shared/domain/rules/waiting.ts';
import { nameOf, projectId } from '../../support/builders.ts';
import { aHistory, type History } from '../../support/histories.ts';
import { headOf, unrelatedEnvironment } from '../../support/history-laws.ts';
import { anyHistory, faultyHistory, type Move, reliableHistory } from '../../support/moves.ts';

async function after(moves: readonly Move[]): Promise<History> {
  const history = await aHistory();
  for (const move of moves) await history.take(move);
  return history;
}

/**
 * The environments that may exist or not: those of open pull requests that are not built now (existing ones are kept),
 * and those whose deletion was given up after repeated failed teardowns.
 */
async function uncertain({ world, ledger }: History): Promise<Set<string>> {
  const { forks, pullRequests } = world.repository;
  const { build_fork_pull_requests } = await world.integration();
  const open = [...pullRequests].filter(([, pullRequest]) => pullRequest.open);
  const isLeftOut = (fork: string | null) =>
    fork !== null && (build_fork_pull_requests === 'never' || !forks.has(fork));
  return new Set([
    ...open.filter(([, { fork }]) => isLeftOut(fork)).map(([number]) => `pr-${number}`),
    ...[...ledger.failedDeletions].filter(([, times]) => times >= 3).map(([id]) => id),
  ]);
}

/** The expected environments: one for each branch and each open pull request, at its commit. */
async function wanted(history: History): Promise<Record<string, string>> {
  const { heads, forks, pullRequests } = history.world.repository;
  const open = [...pullRequests].filter(([, pullRequest]) => pullRequest.open);
  const all = Object.fromEntries([
    ...heads,
    ...open.map(([number, { source, fork }]) => [
      `pr-${number}`,
      (fork ? forks.get(fork) : heads)?.get(source) ?? 'whatever it had',
    ]),
  ]);
  for (const id of await uncertain(history)) delete all[id];
  return all;
}

/** The actual environments. A commit whose deployment failed counts as deployed, because it is not retried. */
async function found(history: History): Promise<Record<string, string>> {
  const options = await history.world.integration();
  const [environments, others] = await Promise.all([
    history.world.environments.listOf(projectId),
    uncertain(history),
  ]);
  return Object.fromEntries(
    environments
      .filter(({ id }) => !others.has(id) && id !== unrelatedEnvironment.id)
      .map((environment) => [environment.id, stateOf(environment, options, history)]),
  );
}

function stateOf(environment: Environment, options: IntegrationOptions, { world, ledger }: History): string {
  const { id, status, head_commit, deployment, pull_request, activities, resources, type } = environment;
  if (activities.length > 0) return 'under way';
  if (pull_request && headOf(world, environment) === undefined) return 'whatever it had';
  const head = nameOf(head_commit) ?? 'nothing';
  const isMeantToBe = pull_request !== null || type === 'production';
  if (status === 'inactive' && isMeantToBe && resources !== null)
    return ledger.acceptedActions.has(`deactivate ${id}`) ? head : `${head}, asleep`;
  const waits = waitsFor(environment, head_commit, options) !== null;
  if (status === 'inactive') return waits || !isMeantToBe ? head : `${head}, never activated`;
  const isDeployed = deployment?.commit === head_commit || waits || ledger.failed.has(`${id} ${head}`);
  return isDeployed ? head : `${head}, with ${nameOf(deployment?.commit)} deployed`;
}

/** The parents of all environments, and the titles of the pull requests'. */
async function expectTree(history: History): Promise<void> {
  const { world, ledger } = history;
  const others = await uncertain(history);
  const environments = await world.environments.listOf(projectId);
  for (const environment of environments) {
    const { id, type, status, parent, title, pull_request } = environment;
    if (id === unrelatedEnvironment.id) continue;
    if (id === 'main') {
      expect([type, status, parent]).toEqual(['production', 'active', null]);
    } else if (!pull_request) {
      expect([id, type]).toEqual([id, 'development']);
      if (!ledger.branched.has(id)) expect([id, parent]).toEqual([id, 'main']);
    } else {
      const now = world.repository.pullRequests.get(pull_request.number);
      if (!others.has(id))
        expect([id, title, pull_request.target_branch]).toEqual([id, now?.title, now?.target]);
      // After the deletion of the target's environment, its parent is the parent until the target has one again.
      const { target_branch: target } = pull_request;
      if (environments.some((other) => other.id === target) || !ledger.deleted.has(target))
        expect([id, parent]).toEqual([id, target]);
    }
  }
}

const holds = (history: fc.Arbitrary<Move[]>, law: (history: History) => Promise<void>, numRuns = 50) =>
  fc.assert(
    fc.asyncProperty(history, async (moves) => {
      const lived = await after(moves);
      await law(lived);
      expect(lived.broken).toEqual([]);
    }),
    { numRuns },
  );

describe('after any history of pushes, deletions and pull requests', () => {
  it('with lost, repeated and reordered deliveries, one prune makes the environments match the repository', () =>
    holds(anyHistory, async (history) => {
      await history.prune();

      expect(await found(history)).toEqual(await wanted(history));
      await expectTree(history);
    }));

  it('a second prune changes nothing', () =>
    holds(anyHistory, async (history) => {
      await history.prune();
      await history.world.prune();

      expect(history.world.events).toEqual([]);
    }));

  it('late deliveries, in any order, change nothing', () =>
    holds(anyHistory, async (history) => {
      // The events of a fetch are no deliveries: the next prune handles later changes of their branches.
      const late = history.deliveries.toReversed().filter((event) => !('mirrored' in event));
      await history.prune();

      for (const event of late) await history.world.process(event);
      await history.settle();

      expect(await found(history)).toEqual(await wanted(history));
    }));

  it('deliveries alone suffice, in any order and more than once, when none is lost', () =>
    holds(reliableHistory, async (history) => {
      while (history.deliveries.length > 0) await history.take({ do: 'deliver', which: 7, again: false });
      await history.settle();

      const { failed, branched, pushed, acceptedActions } = history.ledger;
      // Environments without a branch, and those whose teardown failed, exist until the next scheduled prune.
      const here = [...branched].filter((id) => !pushed.has(id) && !acceptedActions.has(`delete ${id}`));
      for (const id of here) expect((await found(history))[id]).toMatch(/^(?:commit \d+|[ABC])$/);
      const kept = [...failed, ...branched].map((id) => [id, expect.anything()]);
      expect({ ...Object.fromEntries(kept), ...(await found(history)) }).toEqual({
        ...Object.fromEntries(kept),
        ...(await wanted(history)),
      });
    }));

  it('the mirror has every branch at its commit, with its history', () =>
    holds(anyHistory, async (history) => {
      await history.prune();
      await history.world.process({ type: 'repository.changed' });
      await history.settle();

      const heads = history.world.mirror.heads();
      const mirrored = Object.entries(heads).filter(([ref]) => ref.startsWith('refs/heads/'));
      expect(Object.fromEntries(mirrored)).toEqual(
        Object.fromEntries(
          [...history.world.repository.heads].map(([branch, name]) => [`refs/heads/${branch}`, name]),
        ),
      );
      expect(history.world.mirror.broken()).toEqual([]);
    }));
});

describe('after any history in which Bitbucket refuses, aborts or times out at any step', () => {
  it('no environment with a branch or pull request is lost, and one prune makes the environments match the repository', () =>
    holds(faultyHistory, async (history) => {
      expect(history.broken).toEqual([]);
      await history.prune();

      expect(await found(history)).toEqual(await wanted(history));
      await expectTree(history);
    }));
});
