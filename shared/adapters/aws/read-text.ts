import { GetObjectCommand, NoSuchKey, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { exists } from './s3-objects.ts';

/** A small object's text; null when there is none. */
export async function readText(s3: S3Client, bucket: string, key: string): Promise<string | null> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await object.Body?.transformToString()) ?? '';
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
    return { text, isCut: !/^bytes 0-/.test(ContentRange) };
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    // Nothing is what an empty object has of any range.
    if (error instanceof S3ServiceException && error.name === 'InvalidRange')
      return { text: '', isCut: false };
    throw error;
  }
}
