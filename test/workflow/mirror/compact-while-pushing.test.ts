import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MirrorState } from '../../../shared/domain/mirror/mirror.ts';
import type { Mirrors } from '../../../shared/ports/mirrors.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { dropRefs } from '../../../shared/workflow/mirror/steps/mirror-refs.ts';
import { projectId } from '../../support/builders.ts';
import { aGrowingMirror } from '../../support/growing-mirror.ts';

const main = 'refs/heads/main';
const topic = 'refs/heads/topic';

const fetches = (calls: readonly string[]) => calls.filter((call) => call.startsWith('fetchBundle'));

type Step = { ref: string; name: string } | { drop: string } | 'renew';

describe('compacting during concurrent pushes', () => {
  /** Runs a hook between the fetch and its commit. */
  const interrupted = (mirrors: Mirrors, happen: () => Promise<unknown>): Mirrors => {
    let isFirst = true;
    return {
      ...mirrors,
      async commit(project, ...update) {
        if (isFirst) {
          isFirst = false;
          await happen();
        }
        return mirrors.commit(project, ...update);
      },
    };
  };

  it('keeps bundles that were pushed meanwhile, and fetches nothing again', async () => {
    const { mirror, bitbucket, bring, grow, compact } = await aGrowingMirror();
    const last = await grow(34);

    await compact(interrupted(mirror.mirrors, () => bring({ [main]: 'P', [topic]: 'T' })));

    expect(mirror.chain()).toEqual([[last], ['P', 'T']]);
    expect(mirror.heads()).toEqual({ [main]: 'P', [topic]: 'T' });
    expect(fetches(bitbucket.calls)).toHaveLength(36);
  });

  it('keeps refs deleted that were deleted meanwhile', async () => {
    const { mirror, bring, grow, compact } = await aGrowingMirror();
    await bring({ [topic]: 'T' });
    const last = await grow(34);

    await compact(interrupted(mirror.mirrors, () => dropRefs(mirror, projectId, [topic])));

    expect(mirror.heads()).toEqual({ [main]: last });
    expect(mirror.bundles()).toHaveLength(1);
  });

  it('aborts for another compaction', async () => {
    const { mirror, grow, compact, lines } = await aGrowingMirror();
    await grow(34);

    await compact(interrupted(mirror.mirrors, () => compact()));

    expect(mirror.bundles()).toHaveLength(1);
    expect(lines.map(({ message }) => message)).toEqual([
      'mirror compacted',
      'mirror not compacted: another writer changed the mirror',
    ]);
  });

  /** A writer that read the mirror before the other steps. */
  const from = (old: MirrorState, mirrors: Mirrors): Mirrors => {
    let isFirst = true;
    return {
      ...mirrors,
      async read(project, refs) {
        const state = isFirst ? old : await mirrors.read(project, refs);
        isFirst = false;
        return state;
      },
    };
  };

  it('aborts for a push that builds on the chain to be replaced', async () => {
    const { mirror, bring, grow, compact, lines } = await aGrowingMirror();
    await grow(34);
    const old = await mirror.mirrors.read(projectId, 'all');
    await bring({ [main]: 'forced' });

    await compact(interrupted(mirror.mirrors, () => bring({ [topic]: 'T' }, from(old, mirror.mirrors))));

    expect(mirror.bundles()).toHaveLength(36);
    expect(mirror.heads()).toEqual({ [main]: 'forced', [topic]: 'T' });
    expect(lines).toMatchObject([{ message: 'mirror not compacted: another writer changed the mirror' }]);
  });

  it('makes a push fetch again when its bundle builds on the replaced chain', async () => {
    const { mirror, bitbucket, bring, grow, compact } = await aGrowingMirror();
    await grow(34);
    const old = await mirror.mirrors.read(projectId, 'all');
    await bring({ [main]: 'forced' });

    await bring(
      { [topic]: 'T' },
      from(
        old,
        interrupted(mirror.mirrors, () => compact()),
      ),
    );

    expect(mirror.chain()).toEqual([['forced'], ['T']]);
    expect(mirror.heads()).toEqual({ [main]: 'forced', [topic]: 'T' });
    expect(
      fetches(bitbucket.calls)
        .slice(-3)
        .map((call) => call.split(' ')[1]),
    ).toEqual(['T', 'forced', 'T']);
  });

  it('makes a writer fetch a commit that is no longer a head', async () => {
    const { mirror, bring, grow, compact } = await aGrowingMirror();
    const last = await grow(34);
    const old = await mirror.mirrors.read(projectId, 'all');
    await bring({ [main]: 'forced' });

    await bring(
      { [topic]: last },
      from(
        old,
        interrupted(mirror.mirrors, () => compact()),
      ),
    );

    expect(mirror.chain()).toEqual([['forced'], [last]]);
    expect(mirror.broken()).toEqual([]);
  });

  it('is retried by the next prune after too many conflicts', async () => {
    const { mirror, grow, compact, lines } = await aGrowingMirror();
    await grow(34);

    await compact({ ...mirror.mirrors, commit: (project) => Promise.reject(new StoreConflict(project)) });

    expect(mirror.bundles()).toHaveLength(34);
    expect(lines).toMatchObject([{ message: 'mirror not compacted' }]);
  });

  it('loses nothing for any order of the steps', async () => {
    const refs = [main, topic, 'refs/heads/other'];
    const push = fc.record({ ref: fc.constantFrom(...refs), name: fc.constantFrom('O', 'A', 'B', 'C') });
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 4, arbitrary: push },
      { weight: 1, arbitrary: fc.constantFrom(...refs).map((drop) => ({ drop })) },
      { weight: 2, arbitrary: fc.constant('renew' as const) },
    );
    // The steps of one list run in sequence; the lists run concurrently.
    const work = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });

    await fc.assert(
      fc.asyncProperty(fc.scheduler(), work, async (scheduler, lists) => {
        const { mirror, bring, renew } = await aGrowingMirror();
        await bring({ [main]: 'O' });
        const mirrors: Mirrors = {
          ...mirror.mirrors,
          read: scheduler.scheduleFunction(mirror.mirrors.read),
          commit: scheduler.scheduleFunction(mirror.mirrors.commit),
          writeBundle: scheduler.scheduleFunction(mirror.mirrors.writeBundle),
        };
        const perform = async (each: Step) => {
          if (each === 'renew') await renew(mirrors);
          else if ('drop' in each) await dropRefs({ mirrors }, projectId, [each.drop]);
          else await bring({ [each.ref]: each.name }, mirrors);
        };
        const isConflict = (error: unknown) => error instanceof StoreConflict;
        const workers = lists.map(async (steps) => {
          for (const each of steps) {
            await perform(each).catch((error: unknown) => {
              if (!isConflict(error)) throw error;
            });
          }
        });
        await scheduler.waitFor(Promise.all(workers));

        expect(mirror.broken()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
