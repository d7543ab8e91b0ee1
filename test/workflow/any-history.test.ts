import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Environment } from '../../shared/domain/environment.ts';
import { nameOf, projectId } from '../support/builders.ts';
import { aHistory, anyHistory, type Move, reliableHistory } from '../support/histories.ts';

vi.setConfig({ testTimeout: 60_000 });

type History = Awaited<ReturnType<typeof aHistory>>;

async function after(moves: readonly Move[]): Promise<History> {
  const history = await aHistory();
  for (const move of moves) await history.take(move);
  return history;
}

/** What there should be: an environment for each branch and each open pull request, at its commit. */
function wanted({ world: { repository } }: History): Record<string, string> {
  const open = [...repository.pullRequests].filter(([, pullRequest]) => pullRequest.open);
  return Object.fromEntries([
    ...repository.heads,
    ...open.map(([number, { source }]) => [
      `pr-${number}`,
      repository.heads.get(source) ?? 'whatever it had',
    ]),
  ]);
}

/** What there is. A commit whose deployment failed counts as deployed: it is not tried again by itself. */
async function found({ world, failed }: History): Promise<Record<string, string>> {
  const environments = await world.environments.listOf(projectId);
  return Object.fromEntries(
    environments.map((environment) => [environment.id, stateOf(environment, failed, world.repository.heads)]),
  );
}

function stateOf(
  { id, status, head_commit, deployment, pull_request, activities }: Environment,
  failed: ReadonlySet<string>,
  heads: ReadonlyMap<string, string>,
): string {
  if (activities.length > 0) return 'under way';
  if (pull_request && !heads.has(pull_request.source_branch)) return 'whatever it had';
  const head = nameOf(head_commit) ?? 'nothing';
  const isDeployed =
    status === 'inactive' || deployment?.commit === head_commit || failed.has(`${id} ${head}`);
  return isDeployed ? head : `${head}, with ${nameOf(deployment?.commit)} deployed`;
}

/** The tree: who is below whom, and what pull requests are called. */
async function expectTree({ world }: History): Promise<void> {
  for (const { id, type, status, parent, title, pull_request } of await world.environments.listOf(
    projectId,
  )) {
    if (id === 'main') expect([type, status, parent]).toEqual(['production', 'active', null]);
    else if (!pull_request) expect([id, type, parent]).toEqual([id, 'development', 'main']);
    else {
      const now = world.repository.pullRequests.get(pull_request.number);
      expect([id, title, pull_request.target_branch]).toEqual([id, now?.title, now?.target]);
      // Where the target's environment was deleted in the meantime, its parent has taken them in.
      expect([now?.target, 'main']).toContain(parent);
    }
  }
}

const holds = (history: fc.Arbitrary<Move[]>, law: (history: History) => Promise<void>, numRuns = 60) =>
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

      expect(await found(history)).toEqual(wanted(history));
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
      const late = history.deliveries.toReversed();
      await history.prune();

      for (const event of late) await history.world.process(event);
      await history.settle();

      expect(await found(history)).toEqual(wanted(history));
    }));

  it('deliveries alone do it, in any order and more than once, when none is lost', () =>
    holds(reliableHistory, async (history) => {
      while (history.deliveries.length > 0) await history.take({ do: 'deliver', which: 7, again: false });
      await history.settle();

      // One that could not be torn down is there until the schedule tries that again.
      const kept = [...history.failed].map((id) => [id, expect.anything()]);
      expect({ ...Object.fromEntries(kept), ...(await found(history)) }).toEqual({
        ...Object.fromEntries(kept),
        ...wanted(history),
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
