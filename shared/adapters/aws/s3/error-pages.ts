import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { ErrorPages } from '../../../ports/error-pages.ts';

/** The largest `404.html`, in bytes: as JSON in a function's response of 6 MB some characters become two. */
export const longestPage = 2_000_000;

/** Reads `<site>/404.html`. */
export function s3ErrorPages(s3: S3Client, bucket: string): ErrorPages {
  return {
    async of(site) {
      try {
        const { Body, ContentLength = 0 } = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: `${site}/404.html` }),
        );
        if (ContentLength <= longestPage) return (await Body?.transformToString()) ?? null;
        if (Body instanceof Readable) Body.destroy();
        return null;
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
  };
}

/** Without the permission to list, S3 responds with "access denied" for missing objects. */
function isAbsent(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'AccessDenied');
}
