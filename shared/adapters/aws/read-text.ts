import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { exists } from './s3-objects.ts';

/** A small object's text; null when there is none. */
export async function readText(s3: S3Client, bucket: string, key: string): Promise<string | null> {
  return (await readDated(s3, bucket, key))?.text ?? null;
}

/** A small object's text, and when it was written; null when there is none. */
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

/** The same for those who may not list the whole bucket. */
export async function readIfThere(s3: S3Client, bucket: string, key: string): Promise<string | null> {
  return (await exists(s3, bucket, key)) ? readText(s3, bucket, key) : null;
}

/** The end of an object's text; `isCut` when that is not all of it. */
export interface End {
  text: string;
  isCut: boolean;
}

/** No more than the last so many bytes of what may have any size; null when there is no such object. */
export async function readEnd(s3: S3Client, bucket: string, key: string, most: number): Promise<End | null> {
  try {
    const { Body, ContentRange = '' } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=-${most}` }),
    );
    const text = (await Body?.transformToString()) ?? '';
    // S3 answers a suffix of an empty object with the whole object, without Content-Range.
    return { text, isCut: /^bytes [1-9]/.test(ContentRange) };
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}
