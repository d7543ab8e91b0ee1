import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import type { Place, Table } from '../dynamodb/table.ts';
import { readManifest, writeManifest } from './manifest.ts';
import type { MirrorObjects } from './mirror-objects.ts';
import { MirrorRecord } from './mirror-records.ts';
import { readChanges } from './stored-changes.ts';

type Stored = Omit<z.infer<typeof MirrorRecord>, 'manifest'>;

/** The attempts to store the key of a new manifest while others commit. */
const mostTries = 20;
/** The longest pause between two attempts, in milliseconds. */
const longestPause = 200;

/**
 * Moves the changes of a mirror's record to a new manifest. Other writers go on meanwhile: their later changes stay in
 * the record. After too many conflicts, or when another program was faster, the record stays as it is, and the
 * sweep deletes the manifest. Nothing is deleted here: a conflict does not prove that the write has failed.
 * @returns the record that the caller's next commit builds on
 */
export async function foldChanges(
  { table, objects }: { table: Pick<Table, 'get' | 'save'>; objects: MirrorObjects },
  project: string,
  place: Place,
  record: Stored,
): Promise<Stored> {
  const manifest = await readManifest(objects, record.base);
  const changes = await readChanges(objects, record.changes);
  const key = await writeManifest(objects, project, record.version, manifest, changes);
  let latest: Stored | null = record;
  // A record with the same base has the same first changes, because changes are only appended. A new mirror in the
  // place of a deleted one has others.
  for (let tries = 1; latest && startsWith(latest, record) && tries <= mostTries; tries += 1) {
    const { version } = latest;
    const rest = latest.changes.slice(record.changes.length);
    const next: Stored = { ...latest, base: key, changes: rest, version: version + 1 };
    try {
      await table.save(place, next);
      return version === record.version ? next : record;
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
    }
    await pause(Math.random() * Math.min(longestPause, 5 * 2 ** tries));
    latest = await table.get(place, MirrorRecord);
  }
  return record;
}

function startsWith(latest: Stored, { base, changes }: Stored): boolean {
  return latest.base === base && changes.every((change, index) => latest.changes[index] === change);
}
