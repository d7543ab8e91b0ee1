import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { inParallel } from '../../../runtime/in-parallel.ts';

/** The number of concurrent requests to S3. */
export const s3Concurrency = 16;

const largestDeletion = 1000;
// The request for many deletions is XML, and XML 1.0 cannot express these characters.
const unnameable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** An object in a listing. */
export interface StoredObject {
  key: string;
  bytes: number;
  /** The content's MD5 in hexadecimal, except after a multipart upload or with a KMS key. */
  etag: string;
}

/** Lists all objects below a prefix, in the order of their keys. */
export async function* listObjects(
  s3: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<StoredObject> {
  const pages = paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix, EncodingType: 'url' },
  );
  for await (const page of pages) {
    const decode = page.EncodingType === 'url' ? decodeKey : (key: string) => key;
    for (const { Key: key, Size: bytes = 0, ETag: etag = '' } of page.Contents ?? []) {
      if (key !== undefined) yield { key: decode(key), bytes, etag: etag.replaceAll('"', '') };
    }
  }
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

/** Deletes all objects below a prefix, which must name a folder, and returns their number. */
export async function emptyPrefix(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  if (!/^[^/].*\/$/s.test(prefix)) throw new Error(`'${prefix}' is not the prefix of a folder.`);
  const keys: string[] = [];
  for await (const { key } of listObjects(s3, bucket, prefix)) keys.push(key);
  await deleteObjects(s3, bucket, keys);
  return keys.length;
}

/** Deletes objects; missing objects are ignored. */
export async function deleteObjects(s3: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const many = keys.filter((key) => !unnameable.test(key));
  for (let start = 0; start < many.length; start += largestDeletion) {
    const Objects = many.slice(start, start + largestDeletion).map((Key) => ({ Key }));
    const response = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [refused] = response.Errors ?? [];
    if (refused) throw new Error(`S3 did not delete ${refused.Key}: ${refused.Message ?? refused.Code}.`);
  }
  await inParallel(
    keys.filter((key) => unnameable.test(key)),
    s3Concurrency,
    async (Key) => {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
  );
}

/**
 * True when an object exists. Uses a listing, because S3 responds "access denied" for a missing object to callers that
 * may list only a part of the bucket.
 */
export async function exists(s3: S3Client, bucket: string, key: string): Promise<boolean> {
  const { Contents } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1, EncodingType: 'url' }),
  );
  return Contents?.some(({ Key }) => Key !== undefined && decodeKey(Key) === key) ?? false;
}

/** True when a read failed because the object does not exist. */
export async function failedBecauseMissing(
  s3: S3Client,
  bucket: string,
  key: string,
  error: unknown,
): Promise<boolean> {
  return isMissing(error) || (isDenied(error) && !(await exists(s3, bucket, key)));
}

function isDenied(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}
