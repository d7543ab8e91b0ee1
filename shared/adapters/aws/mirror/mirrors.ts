import { NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type * as z from 'zod/mini';
import type { MirrorState, WantedRefs } from '../../../domain/mirror/mirror.ts';
import { sizeOf } from '../../../domain/mirror/mirror-chain.ts';
import { emptyMirror, updatedMirror } from '../../../domain/mirror/mirror-update.ts';
import { fingerprintOfTags } from '../../../domain/mirror/tags.ts';
import type { Log } from '../../../ports/log.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import type { Place, Table } from '../dynamodb/table.ts';
import { uploadStream } from '../s3/upload-stream.ts';
import { foldChanges } from './fold-changes.ts';
import { chainAfter, headsAfter, readHeads, readManifest } from './manifest.ts';
import { type MirrorObjects, mirrorObjects } from './mirror-objects.ts';
import { MirrorRecord } from './mirror-records.ts';
import { bytesOf, changeStore, mostChangeBytes, objectsOf, readChanges } from './stored-changes.ts';
import { sweepMirror } from './sweep-mirror.ts';

/** The key of a project's mirror. */
export const mirrorPlace = (project: string): Place => ({ pk: `PROJECT#${project}`, sk: 'MIRROR' });

/** The operations of the table that mirrors need. */
export type MirrorTable = Pick<Table, 'get' | 'save'>;

type Stored = z.infer<typeof MirrorRecord>;
type Folded = Omit<Stored, 'manifest'>;

/** The bytes of changes in a record that none adds to. An item of DynamoDB has at most 400 KB. */
const mostRecordBytes = 200_000;

/**
 * Stores mirrors. S3 holds immutable bundles, manifests and shards of heads; the table has one record for each mirror,
 * with the key of the manifest and the changes since. A commit is one conditional write, and writes nothing to S3.
 */
export function s3Mirrors(table: MirrorTable, s3: S3Client, bucket: string, log?: Log): Mirrors {
  const objects = mirrorObjects(s3, bucket);
  const storeChange = changeStore(objects);
  const fold = (project: string, record: Folded) =>
    foldChanges({ table, objects }, project, mirrorPlace(project), record);
  /** The change is already stored, so a failure must not look like a failed commit. A later writer folds. */
  const tryToFold = (project: string, record: Folded) =>
    fold(project, record).catch((error: unknown) => {
      log?.error('mirror changes not moved to a manifest', { project, error });
      return record;
    });
  /** A record whose changes could not be moved for long: they have to move before another one is added. */
  const bounded = (project: string, stored: Stored): Promise<Folded> | Folded => {
    const { manifest: _, ...record } = { ...stored, base: baseOf(stored) };
    return bytesOf(record.changes) > mostRecordBytes ? fold(project, record) : record;
  };
  /** The record of each state that was read, so that its commit need not read it again. */
  const records = new WeakMap<MirrorState, Stored>();
  const remember = (state: MirrorState, stored: Stored) => {
    records.set(state, stored);
    return state;
  };
  return {
    read: async (project, refs) =>
      (await withRecord(table, project, async (stored) =>
        remember(await stateOf(objects, stored, refs), stored),
      )) ?? emptyMirror,
    async commit(project, known, update) {
      const stored = records.get(known) ?? (await table.get(mirrorPlace(project), MirrorRecord));
      if ((stored?.version ?? 0) !== known.version)
        throw new StoreConflict(`The mirror of ${project} changed.`);
      const state = await withTags(objects, stored, known);
      const before = stored ? await bounded(project, stored) : null;
      const next = { ...updatedMirror(state, update), version: (before?.version ?? 0) + 1 };
      const { version } = next;
      const change = await storeChange(project, version, update);
      const changes = [...(before?.changes ?? []), change.text];
      const record = { base: before?.base ?? null, changes, version, ...sizeOf(next) };
      await table.save(mirrorPlace(project), record);
      const isOld = stored?.manifest !== undefined;
      const folded =
        isOld || change.isLarge || isFilled(before?.changes ?? [], changes)
          ? await tryToFold(project, record)
          : record;
      return remember({ ...next, version: folded.version }, folded);
    },
    async writeBundle(project, id, bytes) {
      const key = `${project}/bundles/${id}.bundle`;
      const count = await uploadStream(s3, { Bucket: bucket, Key: key }, bytes);
      return { key, bytes: count };
    },
    ...mirrorSizes(table),
    async sweep(project, { now, before }) {
      const swept = await withRecord(table, project, async (stored) => {
        const manifest = await readManifest(objects, baseOf(stored));
        const state = await withTags(objects, stored, await stateOf(objects, stored, []));
        const base = baseOf(stored);
        const others = [
          ...(base === null ? [] : [base]),
          ...manifest.shards.map(({ key }) => key),
          ...manifest.replaced,
          ...objectsOf(stored.changes),
        ];
        const count = await sweepMirror(s3, bucket, project, { chain: state, others, before });
        return { stored, state, count };
      });
      if (!swept) return 0;
      const { changes, version } = swept.stored;
      // Computed again, because a record from an earlier version may lack a part of the size.
      const size = sizeOf({ ...swept.state, swept_at: now });
      const next = { base: baseOf(swept.stored), changes, ...size, version: version + 1 };
      await table.save(mirrorPlace(project), next).catch((error: unknown) => {
        // The concurrent writer kept the old `swept_at`, so the mirror is swept one time more than necessary.
        if (!(error instanceof StoreConflict)) throw error;
      });
      return swept.count;
    },
  };
}

/** The part of the mirror store that reads only the table. */
export function mirrorSizes(table: Pick<Table, 'get'>): Pick<Mirrors, 'size'> {
  return { size: (project) => table.get(mirrorPlace(project), MirrorRecord, 'eventual') };
}

/** The key of a mirror's manifest. */
export function baseOf({ base, manifest }: Pick<Stored, 'base' | 'manifest'>): string | null {
  return base ?? manifest ?? null;
}

/**
 * Reads objects of a mirror, starting from its record. Objects that another writer replaced meanwhile may have been
 * removed, and then the reading starts again from the new record.
 * @returns null when there is no mirror
 */
export async function withRecord<T>(
  table: Pick<Table, 'get'>,
  project: string,
  read: (stored: Stored) => Promise<T>,
): Promise<T | null> {
  for (let failed = 0; ; ) {
    const stored = await table.get(mirrorPlace(project), MirrorRecord);
    if (!stored) return null;
    try {
      return await read(stored);
    } catch (error) {
      if (!(error instanceof NoSuchKey) || stored.version === failed) throw error;
      failed = stored.version;
    }
  }
}

async function stateOf(objects: MirrorObjects, stored: Stored, refs: WantedRefs): Promise<MirrorState> {
  const manifest = await readManifest(objects, baseOf(stored));
  const changes = await readChanges(objects, stored.changes);
  const { version, swept_at, tags } = stored;
  return {
    ...chainAfter(manifest, changes),
    heads: await readHeads(objects, manifest, changes, refs),
    recent: headsAfter(manifest, changes).heads,
    version,
    swept_at,
    tags,
  };
}

/** A state with its fingerprint of tags, which old records lack. */
async function withTags(
  objects: MirrorObjects,
  stored: Stored | null,
  state: MirrorState,
): Promise<MirrorState> {
  if (state.tags !== null) return state;
  const all = stored ? (await stateOf(objects, stored, 'all')).heads : new Map<string, string>();
  return { ...state, tags: fingerprintOfTags(all) };
}

/** Whether the last change fills the record another time. Only its writer writes a manifest, and the others go on. */
function isFilled(before: readonly string[], after: readonly string[]): boolean {
  const times = (changes: readonly string[]) => Math.floor(bytesOf(changes) / mostChangeBytes);
  return times(after) > times(before);
}
