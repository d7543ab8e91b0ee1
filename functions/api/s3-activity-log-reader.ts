import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type { ActivityLogReader } from './ports.ts';

/** Reads `<project>/<activity>.log`, one object of JSON lines. */
export function s3ActivityLogReader(s3: S3Client, bucket: string): ActivityLogReader {
  return {
    async read(project, activity) {
      try {
        const object = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: `${project}/${activity}.log` }),
        );
        const text = (await object.Body?.transformToString()) ?? '';
        return text.split('\n').filter((line) => line !== '');
      } catch (error) {
        if (error instanceof NoSuchKey) return [];
        throw error;
      }
    },
  };
}
