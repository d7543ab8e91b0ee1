import { S3Client } from '@aws-sdk/client-s3';

/** Path style works for every bucket name and every endpoint. */
export function s3Client(): S3Client {
  return new S3Client({
    forcePathStyle: true,
    // Parts of an upload are large, so only silence ends them early.
    requestHandler: { connectionTimeout: 3_000, socketTimeout: 60_000 },
  });
}
