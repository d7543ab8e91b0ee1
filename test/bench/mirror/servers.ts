/** The servers of the mirror benchmark, in a separate process: `git http-backend` over a directory, a table and a bucket. */
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { startDynamoDb } from '../../../local/aws/dynamodb/dynamodb.ts';
import { createS3Server } from '../../../local/aws/s3/server.ts';
import { openStorage } from '../../../local/aws/s3/storage.ts';
import { serveGitBackend } from '../../../local/bitbucket/git/http-backend.ts';
import { LOCAL_CLIENT, serve } from '../../../local/stack/emulators.ts';
import { createLifetime } from '../../../local/stack/lifetime.ts';
import { gitEnvironment } from './repositories.ts';

const [repositories, state] = z.tuple([z.string(), z.string()]).parse(process.argv.slice(2));
const table = 'mirrors';
const bucket = 'mirrors';
const lifetime = createLifetime();
let requests = 0;

function gitServer(signal: AbortSignal): Server {
  return createServer(async (request, response) => {
    requests += 1;
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    const env = { ...gitEnvironment, GIT_PROJECT_ROOT: repositories, PATH_INFO: path };
    const problem = await serveGitBackend({ request, response, env, signal });
    if (problem !== '') process.stderr.write(`${path}: ${problem}\n`);
  });
}

async function startGit(): Promise<string> {
  const ending = new AbortController();
  const url = await serve(gitServer(ending.signal), lifetime);
  lifetime.own(() => ending.abort());
  return url;
}

async function startTable(): Promise<string> {
  const { endpoint, stop } = await startDynamoDb({
    directory: join(state, 'dynamodb'),
    log: () => undefined,
  });
  lifetime.own(stop);
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint });
  const keys = [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ] as const;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [...keys],
      AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
  client.destroy();
  return endpoint;
}

async function startBucket(): Promise<string> {
  const storage = await openStorage(join(state, 's3'));
  lifetime.own(() => storage.close());
  await storage.create(bucket);
  return serve(
    createS3Server(storage, () => undefined),
    lifetime,
  );
}

process.on('message', () => {
  process.send?.({ requests });
  requests = 0;
});
// The disconnect is also emitted when the benchmark is killed.
process.once('disconnect', () => void lifetime.end());
mkdirSync(state);
const [git, dynamodb, s3] = await Promise.all([startGit(), startTable(), startBucket()]);
process.send?.({ git, table, bucket, endpoints: { dynamodb, s3 } });
