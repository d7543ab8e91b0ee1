import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import type { IntegrationOptions } from '../../shared/domain/integrations/integration.ts';
import { waitsFor } from '../../shared/domain/rules/waiting.ts';
import { nameOf, projectId } from '../support/builders.ts';
import { aHistory, type History } from '../support/histories.ts';
import { headOf, stranger } from '../support/history-laws.ts';
import { anyHistory, faultyHistory, type Move, reliableHistory } from '../support/moves.ts';

async function after(moves: readonly Move[]): Promise<History> {
  const history = await aHistory();
  for (const move of moves) await history.take(move);
  return history;
}

/**
 * Open pull requests that are not built now, of which those that have an environment keep it; and what could not be
 * torn down so often that it is not tried any more.
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

/** What there should be: an environment for each branch and each open pull request, at its commit. */
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

/** What there is. A commit whose deployment failed counts as deployed: it is not tried again by itself. */
async function found(history: History): Promise<Record<string, string>> {
  const options = await history.world.integration();
  const [environments, others] = await Promise.all([
    history.world.environments.listOf(projectId),
    uncertain(history),
  ]);
  return Object.fromEntries(
    environments
      .filter(({ id }) => !others.has(id) && id !== stranger.id)
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
    return ledger.wishes.has(`deactivate ${id}`) ? head : `${head}, asleep`;
  const waits = waitsFor(environment, head_commit, options) !== null;
  if (status === 'inactive') return waits || !isMeantToBe ? head : `${head}, never activated`;
  const isDeployed = deployment?.commit === head_commit || waits || ledger.failed.has(`${id} ${head}`);
  return isDeployed ? head : `${head}, with ${nameOf(deployment?.commit)} deployed`;
}

/** The tree: who is below whom, and what pull requests are called. */
async function expectTree(history: History): Promise<void> {
  const { world, ledger } = history;
  const others = await uncertain(history);
  const environments = await world.environments.listOf(projectId);
  for (const environment of environments) {
    const { id, type, status, parent, title, pull_request } = environment;
    if (id === stranger.id) continue;
    if (id === 'main') {
      expect([type, status, parent]).toEqual(['production', 'active', null]);
    } else if (!pull_request) {
      expect([id, type]).toEqual([id, 'development']);
      if (!ledger.madeHere.has(id)) expect([id, parent]).toEqual([id, 'main']);
    } else {
      const now = world.repository.pullRequests.get(pull_request.number);
      if (!others.has(id))
        expect([id, title, pull_request.target_branch]).toEqual([id, now?.title, now?.target]);
      // Where the target's environment was deleted, its parent has taken them in until there is one again.
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
  it('whose deliveries were lost, repeated and reordered, one prune makes the environments what the repository is', () =>
    holds(anyHistory, async (history) => {
      await history.prune();

      expect(await found(history)).toEqual(await wanted(history));
      await expectTree(history);
    }));

  it('a second prune finds nothing more to do', () =>
    holds(anyHistory, async (history) => {
      await history.prune();
      await history.world.prune();

      expect(history.world.events).toEqual([]);
    }));

  it('deliveries that come late, in any order, change nothing in that', () =>
    holds(anyHistory, async (history) => {
      // A fetch's own findings are no deliveries: what becomes of their branches meanwhile is for the next prune.
      const late = history.deliveries.toReversed().filter((event) => !('mirrored' in event));
      await history.prune();

      for (const event of late) await history.world.process(event);
      await history.settle();

      expect(await found(history)).toEqual(await wanted(history));
    }));

  it('deliveries alone do it, in any order and more than once, when none is lost', () =>
    holds(reliableHistory, async (history) => {
      while (history.deliveries.length > 0) await history.take({ do: 'deliver', which: 7, again: false });
      await history.settle();

      const { failed, madeHere, pushed, wishes } = history.ledger;
      // What was made here is there until the schedule comes, and so is what could not be torn down.
      const here = [...madeHere].filter((id) => !pushed.has(id) && !wishes.has(`delete ${id}`));
      for (const id of here) expect((await found(history))[id]).toMatch(/^(?:commit \d+|[ABC])$/);
      const kept = [...failed, ...madeHere].map((id) => [id, expect.anything()]);
      expect({ ...Object.fromEntries(kept), ...(await found(history)) }).toEqual({
        ...Object.fromEntries(kept),
        ...(await wanted(history)),
      });
    }));

  it('the mirror has every branch at its commit, and the history of all of them', () =>
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

describe('after any history in which Bitbucket refuses, breaks off or says nothing at any step', () => {
  it('nothing is lost whose branch or pull request exists, and one prune makes the environments what the repository is', () =>
    holds(faultyHistory, async (history) => {
      expect(history.broken).toEqual([]);
      await history.prune();

      expect(await found(history)).toEqual(await wanted(history));
      await expectTree(history);
    }));
});
