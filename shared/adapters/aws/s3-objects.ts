import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { inParallel } from '../../runtime/in-parallel.ts';

/** How many requests to S3 are under way at a time. */
export const s3Concurrency = 16;

const largestDeletion = 1000;
// XML 1.0 cannot name these characters, and a request for many deletions is XML.
const unnameable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export interface StoredObject {
  key: string;
  bytes: number;
  /** In hexadecimal the MD5 of the content, unless it came in parts or is encrypted with a key of KMS. */
  etag: string;
}

/** Everything below a prefix, in the order of the keys. */
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

/** Deletes everything below a prefix, and tells how many objects that were. */
export async function emptyPrefix(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  if (!/^[^/].*\/$/s.test(prefix)) throw new Error(`'${prefix}' is not the prefix of a folder.`);
  const keys: string[] = [];
  for await (const { key } of listObjects(s3, bucket, prefix)) keys.push(key);
  await deleteObjects(s3, bucket, keys);
  return keys.length;
}

export async function deleteObjects(s3: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const many = keys.filter((key) => !unnameable.test(key));
  for (let start = 0; start < many.length; start += largestDeletion) {
    const Objects = many.slice(start, start + largestDeletion).map((Key) => ({ Key }));
    const answer = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [refused] = answer.Errors ?? [];
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
 * Whether there is an object. A listing tells it also to those who may list only a part of the bucket: when they
 * ask for an object that is missing, S3 says that access is denied.
 */
export async function exists(s3: S3Client, bucket: string, key: string): Promise<boolean> {
  const { Contents } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1, EncodingType: 'url' }),
  );
  return Contents?.some(({ Key }) => Key !== undefined && decodeKey(Key) === key) ?? false;
}

/** Whether an attempt to read an object failed because there is none. */
export async function failedForAbsence(
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

/** True when S3 said that there is no such object. */
function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}
