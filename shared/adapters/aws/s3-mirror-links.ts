import type { S3Client } from '@aws-sdk/client-s3';
import type { MirrorLinks } from '../../ports/mirror-links.ts';
import { mirrorPlace, readManifest } from './mirrors.ts';
import { presignRead } from './presign.ts';
import { MirrorRecord } from './records.ts';
import type { Table } from './table.ts';

/** How long a link to a part of the mirror can be opened; a download that has begun may take longer. */
export const validSeconds = 15 * 60;

/** Links to what `Mirrors.commit` has made the mirror, all from one manifest: its heads fit its bundles. */
export function s3MirrorLinks(table: Table, s3: S3Client, bucket: string): MirrorLinks {
  const linkTo = (key: string) => presignRead(s3, { bucket, key }, validSeconds);
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
