import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { inParallel } from '../../../runtime/in-parallel.ts';
import { s3Concurrency } from '../s3/objects.ts';
import type { MirrorObjects } from './mirror-objects.ts';
import { type ManifestRecord, ShardRecord } from './mirror-records.ts';

type Shards = z.infer<typeof ManifestRecord>['shards'];
type Heads = ReadonlyMap<string, string>;

/** The most heads that a shard has after its creation, on average. */
export const headsPerShard = 250;

/** Reads the wanted heads from shards. */
export async function readShards(
  objects: MirrorObjects,
  shards: Shards,
  refs: readonly string[] | 'all',
): Promise<Map<string, string>> {
  const heads = new Map<string, string>();
  const wanted =
    refs === 'all' ? new Map(shards.map((_, index) => [index, null])) : byShard(refs, shards.length);
  await inParallel([...wanted], s3Concurrency, async ([index, names]) => {
    const found = await shardAt(objects, shards, index);
    for (const ref of names ?? Object.keys(found)) {
      const commit = found[ref];
      if (commit !== undefined) heads.set(ref, commit);
    }
  });
  return heads;
}

/**
 * Writes changed heads into shards. Only the shards with a change are replaced, or all of them when their number no
 * longer fits the number of heads.
 * @returns the shards, and the keys of those that they replace
 */
export async function writeShards(
  objects: MirrorObjects,
  project: string,
  version: number,
  shards: Shards,
  change: { heads: Heads; dropped: ReadonlySet<string> },
): Promise<{ shards: Shards; replaced: string[] }> {
  const most = shards.reduce((sum, { count }) => sum + count, 0) + change.heads.size;
  const wanted = shardsFor(most);
  const isFitting = shards.length > 0 && wanted <= shards.length && wanted * 4 >= shards.length;
  const kept = isFitting ? shards : [];
  const heads = isFitting ? change.heads : merged(await readShards(objects, shards, 'all'), change);
  const next = Array.from({ length: isFitting ? shards.length : wanted }, (_, index) => kept[index] ?? null);
  const touched = byShard(isFitting ? [...heads.keys(), ...change.dropped] : heads.keys(), next.length);
  const indices = isFitting ? [...touched.keys()] : [...next.keys()];
  await inParallel(indices, s3Concurrency, async (index) => {
    const before = await shardAt(objects, kept, index);
    const after = { ...before };
    for (const ref of touched.get(index) ?? []) {
      const commit = heads.get(ref);
      if (commit !== undefined) after[ref] = commit;
      else delete after[ref];
    }
    if (isFitting && isSame(before, after)) return;
    const key = await objects.write(project, 'heads', `${version}-${index}`, { heads: after });
    next[index] = { key, count: Object.keys(after).length };
  });
  const present = next.filter((shard) => shard !== null);
  const keys = new Set(present.map(({ key }) => key));
  return {
    shards: present,
    replaced: shards.map(({ key }) => key).filter((key) => !keys.has(key)),
  };
}

/** A power of two, so that the heads of a growing mirror are rarely spread anew. */
function shardsFor(heads: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(heads / headsPerShard)));
}

function merged(
  all: Map<string, string>,
  { heads, dropped }: { heads: Heads; dropped: ReadonlySet<string> },
): Heads {
  for (const ref of dropped) all.delete(ref);
  for (const [ref, commit] of heads) all.set(ref, commit);
  return all;
}

function byShard(refs: Iterable<string>, count: number): Map<number, string[]> {
  const found = new Map<number, string[]>();
  if (count === 0) return found;
  for (const ref of refs) {
    const index = createHash('sha1').update(ref).digest().readUInt32BE() % count;
    const names = found.get(index);
    if (names) names.push(ref);
    else found.set(index, [ref]);
  }
  return found;
}

async function shardAt(
  objects: MirrorObjects,
  shards: Shards,
  index: number,
): Promise<Record<string, string>> {
  const shard = shards[index];
  return shard ? (await objects.read(shard.key, ShardRecord)).heads : {};
}

function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  const refs = Object.keys(one);
  return refs.length === Object.keys(other).length && refs.every((ref) => one[ref] === other[ref]);
}
