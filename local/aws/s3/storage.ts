import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bucket, openBucket } from './bucket.ts';
import { noSuchBucket, S3Error } from './errors.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** All buckets, one directory each. */
export interface ObjectStorage {
  list(): readonly string[];
  has(name: string): boolean;
  /** Throws NoSuchBucket. */
  bucket(name: string): Bucket;
  /** Creates the bucket unless it exists. Throws InvalidBucketName. */
  create(name: string): Promise<Bucket>;
  /** Throws BucketNotEmpty. */
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStorage(directory: string): Promise<ObjectStorage> {
  await mkdir(directory, { recursive: true });
  const buckets = new Map<string, Promise<Bucket>>();
  const opened = new Map<string, Bucket>();

  async function create(name: string): Promise<Bucket> {
    if (!BUCKET_NAME.test(name)) {
      throw new S3Error(400, 'InvalidBucketName', `${name} is not a valid bucket name.`);
    }
    const opening = buckets.get(name) ?? openBucket(name, join(directory, name));
    buckets.set(name, opening);
    const bucket = await opening;
    opened.set(name, bucket);
    return bucket;
  }

  const existing = (await readdir(directory)).filter((name) => BUCKET_NAME.test(name));
  await Promise.all(existing.map(create));

  function bucket(name: string): Bucket {
    const found = opened.get(name);
    if (found === undefined) throw noSuchBucket();
    return found;
  }

  return {
    bucket,
    create,
    list: () => [...opened.keys()].sort(),
    has: (name) => opened.has(name),
    async remove(name) {
      const found = bucket(name);
      if (found.size > 0)
        throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
      buckets.delete(name);
      opened.delete(name);
      await found.close();
      await rm(found.directory, { recursive: true });
    },
    async close() {
      await Promise.all([...opened.values()].map((open) => open.close()));
    },
  };
}
