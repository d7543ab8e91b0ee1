import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { MirrorChain } from '../../../domain/mirror/mirror.ts';
import { deleteObjects } from '../s3/objects.ts';

interface Current {
  chain: Pick<MirrorChain, 'bundles' | 'superseded'>;
  /** The keys of the other objects that the mirror has, or had until recently. */
  others: readonly string[];
  before: string;
}

/**
 * Deletes a mirror's objects that have been unreferenced since `before`, and returns their number. Newer objects may
 * belong to a commit in progress.
 */
export async function sweepMirror(
  s3: S3Client,
  bucket: string,
  project: string,
  { chain, others, before }: Current,
): Promise<number> {
  const kept = new Set([
    ...others,
    ...chain.bundles.map(({ key }) => key),
    ...chain.superseded.filter(({ at }) => at >= before).map(({ key }) => key),
  ]);
  const list = async (folder: string) =>
    (await listOld(s3, bucket, `${project}/${folder}/`, before)).filter((key) => !kept.has(key));
  const removable = withoutLast(await list('manifests'));
  for (const folder of ['bundles', 'heads', 'changes']) removable.push(...(await list(folder)));
  await deleteObjects(s3, bucket, removable);
  return removable.length;
}

/** All but the manifest with the highest version, which may have been superseded just now and may still be read. */
function withoutLast(manifests: readonly string[]): string[] {
  const version = (key: string) => Number.parseInt(key.slice(key.lastIndexOf('/') + 1), 10);
  return manifests.toSorted((one, other) => version(one) - version(other)).slice(0, -1);
}

async function listOld(s3: S3Client, bucket: string, prefix: string, before: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, LastModified } of page.Contents ?? []) {
      if (Key !== undefined && LastModified && LastModified.toISOString() < before) keys.push(Key);
    }
  }
  return keys;
}
