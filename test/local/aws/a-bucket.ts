import { S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { createS3Server } from '../../../local/aws/s3/server.ts';
import { openStorage } from '../../../local/aws/s3/storage.ts';
import { aws, recordLog, serve, temporaryDirectory } from '../support.ts';

/** An S3 with one empty bucket, until the end of the test. */
export async function aBucket() {
  const storage = await openStorage(await temporaryDirectory());
  onTestFinished(() => storage.close());
  const bucket = 'bucket';
  await storage.create(bucket);
  const endpoint = await serve(createS3Server(storage, recordLog().log));
  const s3 = new S3Client({ ...aws, endpoint, forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  return { s3, bucket, endpoint };
}
