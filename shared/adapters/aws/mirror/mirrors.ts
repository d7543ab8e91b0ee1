import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type * as z from 'zod/mini';
import type { MirrorState } from '../../../domain/mirror/mirror.ts';
import { sizeOf } from '../../../domain/mirror/mirror-chain.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import { ManifestRecord, MirrorRecord } from '../dynamodb/records.ts';
import type { Place, Table } from '../dynamodb/table.ts';
import { uploadStream } from '../s3/upload-stream.ts';
import { sweepMirror } from './sweep-mirror.ts';

/** The key of the item that points to a project's current manifest. */
export const mirrorPlace = (project: string): Place => ({ pk: `PROJECT#${project}`, sk: 'MIRROR' });

/**
 * Stores mirrors. S3 holds immutable manifests and bundles; the table holds a pointer to the current manifest. A
 * repository may have more references than fit into an item, and a commit is still one conditional write.
 */
export function s3Mirrors(table: Table, s3: S3Client, bucket: string): Mirrors {
  let last: { key: string; manifest: Manifest } | null = null;
  /** Caches the manifest that was read or written last. */
  const manifestAt = async (key: string) => {
    if (last?.key !== key) last = { key, manifest: await readManifest(s3, bucket, key) };
    return last.manifest;
  };
  return {
    async read(project) {
      const pointer = await table.get(mirrorPlace(project), MirrorRecord);
      if (!pointer) return emptyMirror();
      const { heads, ...chain } = await manifestAt(pointer.manifest);
      const { version, swept_at } = pointer;
      return { ...chain, heads: new Map(Object.entries(heads)), version, swept_at };
    },
    async commit(project, state: MirrorState) {
      const { heads, bundles, renewed, superseded, version } = state;
      const key = `${project}/manifests/${version}-${randomUUID()}.json`;
      const manifest = { heads: Object.fromEntries(heads), bundles, renewed, superseded };
      const body = JSON.stringify(manifest);
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }),
      );
      const pointer = { manifest: key, version, ...sizeOf(state) };
      await table.save(mirrorPlace(project), pointer).catch(async (error: unknown) => {
        // After any other error the write may have succeeded, so the manifest must stay.
        if (error instanceof StoreConflict)
          await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        throw error;
      });
      last = { key, manifest };
    },
    async writeBundle(project, id, bytes) {
      const key = `${project}/bundles/${id}.bundle`;
      const count = await uploadStream(s3, { Bucket: bucket, Key: key }, bytes);
      return { key, bytes: count };
    },
    ...mirrorSizes(table),
    async sweep(project, { now, before }) {
      const pointer = await table.get(mirrorPlace(project), MirrorRecord);
      if (!pointer) return 0;
      const chain = await manifestAt(pointer.manifest);
      const count = await sweepMirror(s3, bucket, project, { ...chain, manifest: pointer.manifest, before });
      // Computed again, because a record from an earlier version may lack a part of the size.
      const size = sizeOf({ ...chain, heads: new Map(Object.entries(chain.heads)), swept_at: now });
      const swept = { manifest: pointer.manifest, ...size, version: pointer.version + 1 };
      await table.save(mirrorPlace(project), swept).catch((error: unknown) => {
        // The concurrent writer kept the old `swept_at`, so the mirror is swept one time more than necessary.
        if (!(error instanceof StoreConflict)) throw error;
      });
      return count;
    },
  };
}

/** The part of the mirror store that reads only the table. */
export function mirrorSizes(table: Table): Pick<Mirrors, 'size'> {
  return { size: (project) => table.get(mirrorPlace(project), MirrorRecord, 'eventual') };
}

function emptyMirror(): MirrorState {
  const renewed = { version: 0, bundles: 1 };
  return { heads: new Map(), bundles: [], version: 0, renewed, superseded: [], swept_at: null };
}

type Manifest = z.infer<typeof ManifestRecord>;

/** Reads and validates a manifest. */
export async function readManifest(s3: S3Client, bucket: string, key: string): Promise<Manifest> {
  const manifest = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return ManifestRecord.parse(JSON.parse((await manifest.Body?.transformToString()) ?? ''));
}
