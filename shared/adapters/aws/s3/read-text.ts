import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { exists } from './objects.ts';

/** Reads a small object's text; null when the object does not exist. */
export async function readText(s3: S3Client, bucket: string, key: string): Promise<string | null> {
  return (await readDated(s3, bucket, key))?.text ?? null;
}

/** Reads a small object's text and the time of its last write; null when the object does not exist. */
export async function readDated(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<{ text: string; writtenAt: Date } | null> {
  try {
    const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { text: (await Body?.transformToString()) ?? '', writtenAt: LastModified ?? new Date(0) };
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}

/** Reads a small object's text; null when the object does not exist. For callers that may list only a part of the bucket. */
export async function readTextIfExists(s3: S3Client, bucket: string, key: string): Promise<string | null> {
  return (await exists(s3, bucket, key)) ? readText(s3, bucket, key) : null;
}

/** The end of an object's text. `isCut` is true when the text has an earlier part. */
export interface End {
  text: string;
  isCut: boolean;
}

/** Reads at most the last `most` bytes of an object; null when the object does not exist. */
export async function readTail(s3: S3Client, bucket: string, key: string, most: number): Promise<End | null> {
  try {
    const { Body, ContentRange = '' } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=-${most}` }),
    );
    const text = (await Body?.transformToString()) ?? '';
    // For a suffix range of an empty object S3 returns the whole object, without Content-Range.
    return { text, isCut: /^bytes [1-9]/.test(ContentRange) };
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}
