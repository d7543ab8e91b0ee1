import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type MirrorState, type Mirrors, StoreConflict } from '../../ports.ts';
import { ManifestRecord, MirrorRecord } from './records.ts';
import type { Place, Table } from './table.ts';

const partBytes = 8 * 1024 * 1024;

const place = (project: string): Place => ({ pk: `PROJECT#${project}`, sk: 'MIRROR' });

/**
 * The table holds which manifest counts, S3 holds manifests and bundles, and neither of those ever changes.
 * So a repository may have more references than fit into an item, and a commit is still one conditional write.
 */
export function s3Mirrors(table: Table, s3: S3Client, bucket: string): Mirrors {
  return {
    async read(project) {
      const pointer = await table.get(place(project), MirrorRecord);
      if (!pointer) return { heads: new Map(), bundles: [], version: 0 };
      const manifest = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: pointer.manifest }));
      const { heads, bundles } = ManifestRecord.parse(
        JSON.parse((await manifest.Body?.transformToString()) ?? ''),
      );
      return { heads: new Map(Object.entries(heads)), bundles, version: pointer.version };
    },
    async commit(project, { heads, bundles, version }: MirrorState) {
      const key = `${project}/manifests/${version}-${randomUUID()}.json`;
      const body = JSON.stringify({ heads: Object.fromEntries(heads), bundles });
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }),
      );
      await table.save(place(project), { manifest: key, version }).catch(async (error: unknown) => {
        // After any other error the commit may have been made all the same.
        if (error instanceof StoreConflict)
          await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        throw error;
      });
    },
    async writeBundle(project, id, bytes) {
      const key = `${project}/bundles/${id}.bundle`;
      let count = 0;
      const counted = async function* () {
        for await (const chunk of bytes) {
          count += chunk.byteLength;
          yield chunk;
        }
      };
      // A failed stream aborts the upload, so that no half bundle is left.
      const body = Readable.from(counted(), { objectMode: false });
      await new Upload({
        client: s3,
        params: { Bucket: bucket, Key: key, Body: body },
        partSize: partBytes,
        queueSize: 2,
      }).done();
      return { key, bytes: count };
    },
  };
}
