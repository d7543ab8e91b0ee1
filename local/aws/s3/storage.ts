import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bucket, openBucket } from './bucket.ts';
import { noSuchBucket, S3Error } from './errors.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** All buckets, one directory each. */
export interface ObjectStorage {
  /** Names of the buckets, sorted. */
  list(): readonly string[];
  /** Throws S3Error `NoSuchBucket`. */
  bucket(name: string): Bucket;
  /** Creates the bucket unless it exists. Throws S3Error `InvalidBucketName`. */
  create(name: string): Promise<Bucket>;
  close(): Promise<void>;
}

/** Opens the buckets below the directory. */
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

  return {
    create,
    list: () => [...opened.keys()].sort(),
    bucket(name) {
      const found = opened.get(name);
      if (found === undefined) throw noSuchBucket();
      return found;
    },
    async close() {
      await Promise.all([...opened.values()].map((open) => open.close()));
    },
  };
}
