import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toWaitError, withWaitErrors } from '../../shared/adapters/aws/wait-errors.ts';
import { isWait } from '../../shared/errors.ts';
import { type HttpResponse, startHttpServer } from '../support/http-server.ts';

const calls = {
  CodeBuild: (options: object) =>
    new CodeBuildClient(options).send(new StartBuildCommand({ projectName: 'builder' })),
  DynamoDB: (options: object) =>
    new DynamoDBClient(options).send(new PutItemCommand({ TableName: 'table', Item: {} })),
  KMS: (options: object) =>
    new KMSClient(options).send(new DecryptCommand({ CiphertextBlob: Buffer.from('x') })),
  S3: (options: object) =>
    new S3Client({ ...options, forcePathStyle: true }).send(
      new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }),
    ),
  SQS: (options: object) =>
    new SQSClient(options).send(
      new SendMessageCommand({ QueueUrl: 'https://sqs.example.org/q', MessageBody: 'x' }),
    ),
};
type Service = keyof typeof calls;

const json = (status: number, __type: string, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: { __type, message },
});
const xml = (status: number, code: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Please reduce your request rate.</Message></Error>`,
});

/** The error that a service's client raises for an answer, once it has stopped retrying. */
async function errorOf(service: Service, answer: HttpResponse): Promise<unknown> {
  const server = await startHttpServer(() => answer);
  onTestFinished(() => server.stop());
  const options = {
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
    useQueueUrlAsEndpoint: false,
  };
  return calls[service](options).then(
    () => expect.fail('The call succeeded.'),
    (error: unknown) => error,
  );
}

describe('an AWS error', () => {
  it('of the build limit is a temporary error that names the limit', async () => {
    const message = 'Cannot have more than 1 builds in queue for the account';
    const error = toWaitError(
      await errorOf('CodeBuild', json(400, 'AccountLimitExceededException', message)),
    );

    expect(error).toMatchObject({ code: 'account_limit', disposition: 'wait' });
    expect(error?.message).toBe(
      `CodeBuild starts no further build in this AWS account and region (AccountLimitExceededException: ${message}).`,
    );
    expect(error?.remedy).toContain('raise the quota of CodeBuild for concurrently running builds');
  });

  const throttled: [Service, HttpResponse][] = [
    ['CodeBuild', json(400, 'ThrottlingException', 'Rate exceeded')],
    ['CodeBuild', json(400, 'TooManyRequestsException', 'Rate exceeded')],
    ['CodeBuild', json(400, 'RequestLimitExceeded', 'Request limit exceeded.')],
    ['DynamoDB', json(400, 'ProvisionedThroughputExceededException', 'The level of throughput was exceeded')],
    ['DynamoDB', json(400, 'ThrottlingException', 'Throughput exceeds the current capacity of your table')],
    ['DynamoDB', json(400, 'RequestLimitExceeded', 'Throughput exceeds the current limit')],
    ['KMS', json(400, 'ThrottlingException', 'You have exceeded the rate')],
    ['S3', xml(503, 'SlowDown')],
    ['S3', { status: 429 }],
    ['SQS', json(400, 'RequestThrottled', 'Request is throttled.')],
  ];
  it.each(throttled)('of throttling by %s is temporary: %j', async (service, answer) => {
    const error = toWaitError(await errorOf(service, answer));

    expect(error).toMatchObject({ code: 'account_limit', disposition: 'wait' });
    expect(error?.message).toMatch(/^AWS takes no further calls for now \(\w+: /);
  });

  const down: [Service, HttpResponse][] = [
    ['CodeBuild', json(500, 'InternalFailure', 'Try again')],
    ['DynamoDB', json(500, 'InternalServerError', 'Internal server error')],
    ['KMS', json(500, 'KMSInternalException', 'Try again')],
    ['S3', xml(503, 'ServiceUnavailable')],
    ['SQS', json(503, 'ServiceUnavailable', 'Try again')],
  ];
  it.each(down)('of an outage of %s is temporary: %j', async (service, answer) => {
    expect(toWaitError(await errorOf(service, answer))).toMatchObject({
      code: 'aws_unavailable',
      disposition: 'wait',
    });
  });

  const others: [Service, HttpResponse][] = [
    ['CodeBuild', json(400, 'ResourceNotFoundException', 'Project cannot be found')],
    [
      'CodeBuild',
      json(400, 'InvalidInputException', 'The idempotency token was used with other parameters.'),
    ],
    ['DynamoDB', json(400, 'ConditionalCheckFailedException', 'The conditional request failed')],
    ['KMS', json(400, 'AccessDeniedException', 'No')],
    ['S3', xml(404, 'NoSuchKey')],
    ['S3', xml(409, 'ConditionalRequestConflict')],
  ];
  it.each(others)('of another kind from %s is not temporary: %j', async (service, answer) => {
    const error = await errorOf(service, answer);

    expect(toWaitError(error)).toBeNull();
    await expect(withWaitErrors(() => Promise.reject(error))).rejects.toBe(error);
  });

  it.each([[new Error('x')], [new TypeError('fetch failed')], ['text'], [null], [undefined]])(
    'does not include %s',
    (error) => {
      expect(toWaitError(error)).toBeNull();
    },
  );

  it('is rethrown as a temporary error with the original as its cause', async () => {
    const original = await errorOf('S3', xml(503, 'SlowDown'));
    const thrown = await withWaitErrors(() => Promise.reject(original)).catch((error: unknown) => error);

    expect(isWait(thrown)).toBe(true);
    expect(thrown).toMatchObject({ cause: original });
  });
});
