import type * as z from 'zod/mini';
import type { MirrorBundle, MirrorUpdate } from '../../../domain/mirror/mirror.ts';
import type { StoredChange } from './manifest.ts';
import type { MirrorObjects } from './mirror-objects.ts';
import { MirrorChangeRecord } from './mirror-records.ts';

type Record = z.infer<typeof MirrorChangeRecord>;

/** The bytes of changes in a record after which they go to a new manifest. With them, a record has at most 2 KB. */
export const mostChangeBytes = 1500;
/** The bytes of a change above which it is stored as an object. */
const largestChange = 1000;

/** Encodes an update for the record. */
type StoreChange = (
  project: string,
  version: number,
  update: MirrorUpdate,
) => Promise<{ text: string; isLarge: boolean }>;

/**
 * Creates the encoder of updates. A large one becomes an object, which another attempt of the same commit uses again.
 * The sweep deletes the object of a commit that fails.
 */
export function changeStore(objects: MirrorObjects): StoreChange {
  // By a bundle of the change: all attempts of one commit have the same.
  const written = new WeakMap<MirrorBundle, { change: string; text: string }>();
  return async (project, version, update) => {
    const record = recordOf(update);
    const change = JSON.stringify(record);
    if (Buffer.byteLength(change) <= largestChange) return { text: change, isLarge: false };
    const owner = update.bundle ?? update.chain?.bundles[0];
    const before = owner && written.get(owner);
    if (before?.change === change) return { text: before.text, isLarge: true };
    const key = await objects.write(project, 'changes', `${version}`, record);
    const text = JSON.stringify({ in: key });
    if (owner) written.set(owner, { change, text });
    return { text, isLarge: true };
  };
}

/** Reads the changes of a record. */
export async function readChanges(objects: MirrorObjects, texts: readonly string[]): Promise<StoredChange[]> {
  const changes: StoredChange[] = [];
  for (const text of texts) {
    const record = parse(text);
    changes.push(
      changeOf(record.in === undefined ? record : await objects.read(record.in, MirrorChangeRecord)),
    );
  }
  return changes;
}

/** The keys of the objects that the changes of a record are in. */
export function objectsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => parse(text).in ?? []);
}

/** The bytes that changes take in a record. */
export function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function parse(text: string): Record {
  return MirrorChangeRecord.parse(JSON.parse(text));
}

function recordOf({ set, drop, bundle, chain }: MirrorUpdate): object {
  return {
    ...(set.size > 0 && { heads: Object.fromEntries(set) }),
    ...(drop.length > 0 && { dropped: drop }),
    ...(bundle && { bundle: bundleOf(bundle, set) }),
    ...(chain && { chain }),
  };
}

function bundleOf({ tips, ...bundle }: MirrorBundle, set: MirrorUpdate['set']): object {
  return isBrought(tips, set) ? bundle : { ...bundle, tips: tips ?? null };
}

function isBrought(tips: readonly string[] | undefined, set: MirrorUpdate['set']): boolean {
  const commits = [...new Set(set.values())];
  return tips?.length === commits.length && commits.every((commit, index) => commit === tips[index]);
}

function changeOf({ heads, dropped, bundle, chain }: Record): StoredChange {
  const set = new Map(Object.entries(heads));
  if (!bundle) return { set, drop: dropped, chain };
  const { tips = [...new Set(set.values())], ...stored } = bundle;
  return { set, drop: dropped, chain, bundle: tips === null ? stored : { ...stored, tips } };
}
