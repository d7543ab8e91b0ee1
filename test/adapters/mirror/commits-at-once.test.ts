import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import { fingerprintOfTags } from '../../../shared/domain/mirror/tags.ts';
import type { Mirrors } from '../../../shared/ports/mirrors.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { type Around, memoryMirrorStore } from '../../support/memory-mirror-store.ts';

const project = 'p';
const at = '2026-11-22T10:00:00Z';
/** Names of this length fill the record after a few changes; three in one change make it an object. */
const nameOf = (number: number) => `refs/${number % 2 ? 'tags' : 'heads'}/${'n'.repeat(330)}${number}`;
const commitOf = (letter: string) => letter.repeat(40);

interface Change {
  set: [number, string][];
  drop: number[];
}

const anyRef = fc.integer({ min: 0, max: 4 });
const anyChange: fc.Arbitrary<Change> = fc.record({
  set: fc.uniqueArray(fc.tuple(anyRef, fc.constantFrom('a', 'b', 'c')), {
    maxLength: 3,
    selector: ([ref]) => ref,
  }),
  drop: fc.uniqueArray(anyRef, { maxLength: 1 }),
});
const writers = (most: number) =>
  fc.array(fc.array(anyChange, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: most });

/** A scene whose commits each bring a bundle, so that the chain tells their order. */
function aScene() {
  const clock = { now: new Date('2026-11-20') };
  const store = memoryMirrorStore(clock);
  const open = (around?: Around): Mirrors => {
    const { table, s3 } = store.seen(around);
    return s3Mirrors(table, s3, store.bucket);
  };
  const changes = new Map<string, Change>();
  let count = 0;
  /** Commits a change, and repeats it after a conflict or a failure, as the workflow and the queue do. */
  const commit = async (mirrors: Mirrors, change: Change) => {
    count += 1;
    const key = `${project}/bundles/${count}.bundle`;
    changes.set(key, change);
    store.objects.set(key, { body: '', at: clock.now });
    const set = new Map(change.set.map(([ref, letter]) => [nameOf(ref), commitOf(letter)]));
    const drop = change.drop.map(nameOf).filter((ref) => !set.has(ref));
    for (let attempts = 1; ; attempts += 1) {
      try {
        const state = await mirrors.read(project, [...set.keys(), ...drop]);
        if (state.bundles.some((bundle) => bundle.key === key)) return;
        await mirrors.commit(project, state, {
          set,
          drop,
          bundle: { key, bytes: 1, created_at: at, tips: [...new Set(set.values())] },
          swept_at: at,
        });
        return;
      } catch (error) {
        if (attempts > 60 || !(error instanceof StoreConflict || isFault(error))) throw error;
      }
    }
  };
  /** The state is that after the changes in the order of the chain, and no change is missing. */
  const check = async () => {
    const mirrors = open();
    const state = await mirrors.read(project, 'all');
    const order = state.bundles.map(({ key }) => key);
    expect(order.toSorted()).toEqual([...changes.keys()].toSorted());
    const heads = new Map<string, string>();
    for (const { set, drop } of order.map((key) => changes.get(key) ?? { set: [], drop: [] })) {
      for (const ref of drop) heads.delete(nameOf(ref));
      for (const [ref, letter] of set) heads.set(nameOf(ref), commitOf(letter));
    }
    const sorted = (of: ReadonlyMap<string, string>) => [...of].toSorted();
    expect(sorted(state.heads)).toEqual(sorted(heads));
    expect(state.tags).toBe(fingerprintOfTags(heads));
    expect((await mirrors.size(project))?.added_bundles).toBe(Math.max(0, order.length - 1));
    for (const key of order) expect(store.objects.has(key)).toBe(true);
    for (const ref of [0, 1, 2, 3, 4].map(nameOf)) {
      const one = await mirrors.read(project, [ref]);
      expect(one.heads.get(ref)).toBe(heads.get(ref));
    }
  };
  return { clock, store, open, commit, check };
}

class Fault extends Error {}

function isFault(error: unknown): boolean {
  return error instanceof Fault;
}

describe('commits of a mirror at the same time', () => {
  it('lose nothing in any order of their requests, while manifests are written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), writers(4), async (scheduler, lists) => {
        const { open, commit, check } = aScene();
        const around: Around = (name, request) => scheduler.schedule(Promise.resolve(), name).then(request);
        const work = lists.map(async (list) => {
          const mirrors = open(around);
          for (const change of list) await commit(mirrors, change);
        });
        await scheduler.waitFor(Promise.all(work));
        await check();
      }),
      { numRuns: 25 },
    );
  });

  it('lose nothing when any write fails or its response is lost', async () => {
    const fault = fc.constantFrom('no', 'no', 'no', 'refused', 'lost');
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        writers(3),
        fc.array(fault, { maxLength: 40 }),
        async (scheduler, lists, faults) => {
          const { open, commit, check } = aScene();
          const left = [...faults];
          const around: Around = async (name, request) => {
            await scheduler.schedule(Promise.resolve(), name);
            const kind = name === 'get' || name.startsWith('GET') ? 'no' : left.shift();
            if (kind === 'refused') throw new Fault(name);
            const result = await request();
            if (kind === 'lost') throw new Fault(name);
            return result;
          };
          const work = lists.map(async (list) => {
            const mirrors = open(around);
            for (const change of list) await commit(mirrors, change);
          });
          await scheduler.waitFor(Promise.all(work));
          await check();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('keep everything that the record names during a sweep', async () => {
    const before = fc.array(anyChange, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), before, writers(3), async (scheduler, old, lists) => {
        const { clock, open, commit, check } = aScene();
        for (const change of old) await commit(open(), change);
        clock.now = new Date('2026-11-22');
        const around: Around = (name, request) => scheduler.schedule(Promise.resolve(), name).then(request);
        const work = lists.map(async (list) => {
          const mirrors = open(around);
          for (const change of list) await commit(mirrors, change);
        });
        const sweep = open(around).sweep(project, { now: at, before: '2026-11-21T00:00:00Z' });
        await scheduler.waitFor(Promise.all([...work, sweep]));
        await check();
      }),
      { numRuns: 25 },
    );
  });
});
