import { S3Client } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished } from 'vitest';
import { createObject } from '../../../shared/adapters/aws/s3/create-object.ts';
import { type HttpResponse, startHttpServer } from '../../support/http-server.ts';

const refusal = (status: number, code: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No</Message></Error>`,
});
const conflict = refusal(409, 'ConditionalRequestConflict');
const exists = refusal(412, 'PreconditionFailed');
const written: HttpResponse = { status: 200 };

/** S3 that gives these answers in turn, the last one from there on. */
async function anS3(...answers: HttpResponse[]) {
  const server = await startHttpServer(() => (answers.length > 1 ? answers.shift() : answers[0]) ?? written);
  const s3 = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    s3.destroy();
    await server.stop();
  });
  return {
    requests: server.requests,
    create: () => createObject(s3, { Bucket: 'bucket', Key: 'p/a.build.json', Body: '{}' }),
  };
}

it.each([
  ['at once', [written], true, 1],
  ['not when the object exists', [exists], false, 1],
  ['after a concurrent write has failed', [conflict, conflict, written], true, 3],
  ['not after a concurrent write has succeeded', [conflict, exists], false, 2],
])('creating an object succeeds %s', async (_, answers, created, requests) => {
  const s3 = await anS3(...answers);

  expect(await s3.create()).toBe(created);

  expect(s3.requests).toHaveLength(requests);
  for (const { headers } of s3.requests) expect(headers['if-none-match']).toBe('*');
});

it('creating an object fails with a temporary error when concurrent writes continue', async () => {
  const s3 = await anS3(conflict);

  await expect(s3.create()).rejects.toMatchObject({ code: 'conflict', disposition: 'retry' });

  expect(s3.requests.length).toBeLessThanOrEqual(10);
});

it('creating an object fails with every other error', async () => {
  const s3 = await anS3(refusal(403, 'AccessDenied'));

  await expect(s3.create()).rejects.toMatchObject({ name: 'AccessDenied' });

  expect(s3.requests).toHaveLength(1);
});
