import { setTimeout as pause } from 'node:timers/promises';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { countedMirror, type MirrorCounts } from '../support/counted-mirror.ts';
import type { Around } from '../support/memory-mirror-store.ts';
import { growthExponent } from './growth.ts';
import { percentile95 } from './part.ts';

/** A request takes as long as one within a region usually does. */
const asInRegion: Around = async (name, request) => {
  await pause((name.includes(' ') ? 20 : 4) * (0.5 + Math.random()));
  return request();
};

/** The costs of pushes at the same time. */
export interface ManyPushes extends MirrorCounts {
  pushes: number;
  seconds: number;
  /** The pushes that gave up; their message is delivered again. */
  failed: number;
}

/** The costs of one push, on average. */
export interface OnePush {
  branches: number;
  written: number;
  read: number;
  requests: number;
  p95_ms: number;
}

/** Measures commits of the mirror over a table and an S3 in memory, which answer as fast as in a region. */
export async function measureMirrorCommits({ isQuick }: { isQuick: boolean }) {
  const all = isQuick ? 60 : 300;
  const atOnce = await pushesAtOnce(all, all);
  const ofMany = await pushesAtOnce(isQuick ? 1000 : 10_000, isQuick ? 20 : 100);
  const each: OnePush[] = [];
  for (const branches of isQuick ? [100, 1000] : [100, 10_000, 50_000])
    each.push(await onePush(branches, isQuick ? 20 : 256));
  const growth = growthExponent(each.map(({ branches, written }) => ({ size: branches, measure: written })));
  return { atOnce, ofMany, each, growth };
}

/** One push to each of some branches, all at the same time. */
async function pushesAtOnce(branches: number, pushes: number): Promise<ManyPushes> {
  const mirror = countedMirror(asInRegion);
  await mirror.fill(branches);
  let failed = 0;
  const begin = performance.now();
  const counts = await mirror.costOf(() =>
    Promise.all(
      Array.from({ length: pushes }, (_, branch) =>
        mirror.push([branch]).catch((error: unknown) => {
          if (!(error instanceof StoreConflict)) throw error;
          failed += 1;
        }),
      ),
    ),
  );
  return { ...counts, pushes, seconds: (performance.now() - begin) / 1000, failed };
}

/** Pushes one after the other, as many as a turn of the heads' shards has. */
async function onePush(branches: number, pushes: number): Promise<OnePush> {
  const mirror = countedMirror();
  await mirror.fill(branches);
  const times: number[] = [];
  const { written, read, requests } = await mirror.costOf(async () => {
    for (let push = 0; push < pushes; push += 1) {
      const begin = performance.now();
      await mirror.push([(push * 7919) % branches]);
      times.push(performance.now() - begin);
    }
  });
  return {
    branches,
    written: written / pushes,
    read: read / pushes,
    requests: requests / pushes,
    p95_ms: percentile95(times),
  };
}
