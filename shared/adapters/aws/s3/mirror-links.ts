import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { MirrorLinks } from '../../../ports/mirror-links.ts';
import { MirrorRecord } from '../dynamodb/records.ts';
import type { Table } from '../dynamodb/table.ts';
import { mirrorPlace, readManifest } from '../mirror/mirrors.ts';

/** The lifetime of a link. S3 finishes a download that started before. */
export const validSeconds = 15 * 60;

/** Presigned links to the objects of the mirror. All come from one manifest, so the heads match the bundles. */
export function s3MirrorLinks(table: Table, s3: S3Client, bucket: string): MirrorLinks {
  const linkTo = (key: string) => presignRead(s3, bucket, key);
  return {
    async of(project) {
      const pointer = await table.get(mirrorPlace(project), MirrorRecord);
      if (!pointer) return null;
      const { bundles } = await readManifest(s3, bucket, pointer.manifest);
      return {
        manifest: await linkTo(pointer.manifest),
        bundles: await Promise.all(
          bundles.map(async ({ key, bytes, created_at }) => ({
            key,
            bytes,
            created_at,
            href: await linkTo(key),
          })),
        ),
      };
    },
  };
}

/** A URL that reads one object without further credentials. */
export function presignRead(s3: S3Client, bucket: string, key: string): Promise<string> {
  return getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: validSeconds });
}
