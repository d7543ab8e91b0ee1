import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

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
