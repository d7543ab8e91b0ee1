import type * as z from 'zod/mini';
import type { MirrorChain, MirrorUpdate, WantedRefs } from '../../../domain/mirror/mirror.ts';
import { emptyMirror, updatedChain } from '../../../domain/mirror/mirror-update.ts';
import { readShards, writeShards } from './head-shards.ts';
import type { MirrorObjects } from './mirror-objects.ts';
import { ManifestRecord } from './mirror-records.ts';

/** A mirror's manifest. */
export type Manifest = z.infer<typeof ManifestRecord>;

/** The stored changes of a manifest. */
export type StoredChange = Omit<MirrorUpdate, 'swept_at'>;

/** The most heads in a manifest. A mirror with more has them in shards, and those that changed last here too. */
export const mostHeads = 512;
/** The heads that stay in a manifest when its changes go to the shards. */
const keptHeads = 256;

/** Reads a manifest; an empty one for a mirror without any. */
export async function readManifest(objects: MirrorObjects, key: string | null): Promise<Manifest> {
  if (key !== null) return objects.read(key, ManifestRecord);
  const { bundles, renewed, superseded } = emptyMirror;
  return { heads: {}, dropped: [], shards: [], replaced: [], bundles, renewed, superseded };
}

/** Reads the wanted heads of a manifest with its changes, the latest last. */
export async function readHeads(
  objects: MirrorObjects,
  manifest: Manifest,
  changes: readonly StoredChange[],
  refs: WantedRefs,
): Promise<Map<string, string>> {
  const { heads: recent, dropped } = headsAfter(manifest, changes);
  if (refs === 'all') {
    const heads = await readShards(objects, manifest.shards, 'all');
    for (const ref of [...dropped, ...recent.keys()]) heads.delete(ref);
    for (const [ref, commit] of recent) heads.set(ref, commit);
    return heads;
  }
  const wanted = new Set(refs);
  const other = [...wanted].filter((ref) => !recent.has(ref) && !dropped.has(ref));
  const heads = await readShards(objects, manifest.shards, other);
  for (const [ref, commit] of recent) if (wanted.has(ref)) heads.set(ref, commit);
  return heads;
}

/** The heads in a manifest after its changes, the latest last, and the removed refs. */
export function headsAfter(
  manifest: Pick<Manifest, 'heads' | 'dropped'>,
  changes: readonly StoredChange[],
): { heads: Map<string, string>; dropped: Set<string> } {
  const heads = new Map(Object.entries(manifest.heads));
  const dropped = new Set(manifest.dropped);
  for (const { set, drop } of changes) {
    for (const [ref, commit] of set) {
      if (heads.get(ref) !== commit) heads.delete(ref);
      heads.set(ref, commit);
      dropped.delete(ref);
    }
    for (const ref of drop) {
      heads.delete(ref);
      dropped.add(ref);
    }
  }
  return { heads, dropped };
}

/** The chain of a manifest after its changes. */
export function chainAfter(manifest: Manifest, changes: readonly StoredChange[]): MirrorChain {
  const { bundles, renewed, superseded } = manifest;
  return changes.reduce<MirrorChain>(updatedChain, { bundles, renewed, superseded });
}

/**
 * Writes a manifest that includes the changes of another one. The number of its heads is bounded: most of them go to
 * the shards together, so that a shard is rarely written.
 * @returns its key
 */
export async function writeManifest(
  objects: MirrorObjects,
  project: string,
  version: number,
  manifest: Manifest,
  changes: readonly StoredChange[],
): Promise<string> {
  const { heads, dropped: removed } = headsAfter(manifest, changes);
  const dropped = manifest.shards.length > 0 ? removed : new Set<string>();
  const isFull = heads.size + dropped.size > mostHeads;
  const sharded = isFull
    ? await writeShards(objects, project, version, manifest.shards, { heads, dropped })
    : { shards: manifest.shards, replaced: manifest.replaced };
  const next: Manifest = {
    heads: Object.fromEntries(isFull ? [...heads].slice(-keptHeads) : heads),
    dropped: isFull ? [] : [...dropped],
    shards: sharded.shards,
    replaced: sharded.replaced,
    ...chainAfter(manifest, changes),
  };
  return objects.write(project, 'manifests', `${version}`, next);
}
