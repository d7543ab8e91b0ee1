import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { MirrorLinks } from '../../../ports/mirror-links.ts';
import type { Table } from '../dynamodb/table.ts';
import { chainAfter, headsAfter, readManifest } from '../mirror/manifest.ts';
import { mirrorObjects } from '../mirror/mirror-objects.ts';
import { baseOf, withRecord } from '../mirror/mirrors.ts';
import { readChanges } from '../mirror/stored-changes.ts';

/** The lifetime of a link. S3 finishes a download that started before. */
export const validSeconds = 15 * 60;

/** Presigned links to the objects of the mirror. All come from one record, so the heads match the bundles. */
export function s3MirrorLinks(table: Table, s3: S3Client, bucket: string): MirrorLinks {
  const linkTo = (key: string) => presignRead(s3, bucket, key);
  const objects = mirrorObjects(s3, bucket);
  return {
    of: (project) =>
      withRecord(table, project, async (stored) => {
        const base = baseOf(stored);
        const manifest = await readManifest(objects, base);
        const changes = await readChanges(objects, stored.changes);
        const { bundles } = chainAfter(manifest, changes);
        const { heads, dropped } = headsAfter({ heads: {}, dropped: [] }, changes);
        return {
          shards: await Promise.all(manifest.shards.map(({ key }) => linkTo(key))),
          manifest: base === null ? null : await linkTo(base),
          changes: { heads: Object.fromEntries(heads), dropped: [...dropped] },
          bundles: await Promise.all(
            bundles.map(async ({ key, bytes, created_at }) => ({
              key,
              bytes,
              created_at,
              href: await linkTo(key),
            })),
          ),
        };
      }),
  };
}

/** A URL that reads one object without further credentials. */
export function presignRead(s3: S3Client, bucket: string, key: string): Promise<string> {
  return getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: validSeconds });
}
