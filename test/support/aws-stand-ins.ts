import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createTables, startDynamoDb } from '../../local/aws/dynamodb/dynamodb.ts';
import { createKeyStore, createKmsServer } from '../../local/aws/kms.ts';
import { createS3Server } from '../../local/aws/s3/server.ts';
import { openStorage } from '../../local/aws/s3/storage.ts';
import { startSqs } from '../../local/aws/sqs/sqs.ts';
import { closeServer, listen, localUrl } from '../../local/http/net.ts';
import { createLifetime } from '../../local/stack/lifetime.ts';
import { stackResources } from './stack-resources.ts';

const account = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** Starts the AWS services that the adapters use, with a table, a bucket, a queue and two keys. */
export async function startAwsStandIns() {
  const lifetime = createLifetime();
  const log = () => undefined;
  const directory = await mkdtemp(join(tmpdir(), 'bough-aws-'));
  lifetime.own(() => rm(directory, { recursive: true }));
  const serve = async (server: Server) => {
    const url = localUrl(await listen(server, 0));
    lifetime.own(() => closeServer(server));
    return url;
  };

  const dynamodb = await startDynamoDb({ directory: join(directory, 'dynamodb'), log });
  lifetime.own(dynamodb.stop);
  const { tables } = await stackResources();
  const tableName = tables[0]?.ref ?? '';
  const dynamoDbClient = new DynamoDBClient({ ...account, endpoint: dynamodb.endpoint });
  await createTables(dynamoDbClient, tables, directory);

  const storage = await openStorage(join(directory, 's3'));
  lifetime.own(storage.close);
  const bucket = 'bucket';
  await storage.create(bucket);
  const s3 = new S3Client({
    ...account,
    forcePathStyle: true,
    endpoint: await serve(createS3Server(storage, log)),
  });

  const sqs = await startSqs(join(directory, 'sqs.json'), log);
  lifetime.own(sqs.stop);
  const queueUrl = `${sqs.endpoint}/000000000000/queue`;
  await sqs.createQueues([{ id: 'Queue', ref: queueUrl, arn: '', properties: {} }]);
  const sqsClient = new SQSClient({ ...account, endpoint: sqs.endpoint, useQueueUrlAsEndpoint: false });

  const keys = createKeyStore(join(directory, 'kms'));
  const keyIds = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
  for (const id of keyIds) await keys.create(id);
  const kmsServer = createKmsServer(keys);
  const calls = { kms: 0 };
  kmsServer.on('request', () => {
    calls.kms += 1;
  });
  const kms = new KMSClient({ ...account, endpoint: await serve(kmsServer) });

  for (const client of [dynamoDbClient, s3, sqsClient, kms]) lifetime.own(() => client.destroy());
  return {
    dynamodb: dynamoDbClient,
    tableName,
    s3,
    bucket,
    sqs: sqsClient,
    queueUrl,
    kms,
    keyIds,
    calls,
    stop: lifetime.end,
  };
}

/** The running stand-ins with clients for them. */
export type AwsStandIns = Awaited<ReturnType<typeof startAwsStandIns>>;

/** The keys of a project's objects, without the project. */
export async function keysOf({ s3, bucket }: AwsStandIns, project: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `${project}/` }),
  );
  return Contents.map(({ Key = '' }) => Key.slice(project.length + 1));
}

/** The content of an object in the bucket. */
export async function contentOf({ s3, bucket }: AwsStandIns, key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
