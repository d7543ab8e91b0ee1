import { createHmac, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';
import { anIntegration } from '../../support/builders.ts';
import { peersDirectory } from '../peers.ts';
import { secret } from './aws.ts';

/** A function that is started: its module, an event and its environment. */
export interface Contender {
  file: string;
  event: object;
  env: Readonly<Record<string, string>>;
  /** The status of a successful response. */
  status: number;
}

const root = join(import.meta.dirname, '../../..');
const sign = (body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const bitbucketPush = JSON.stringify({
  push: { changes: [{ old: null, new: { type: 'branch', name: 'main', target: { hash: 'a'.repeat(40) } } }] },
  repository: { uuid: anIntegration().repository_uuid, full_name: anIntegration().repository },
});
const bitbucketEvent = {
  requestContext: { requestId: 'request' },
  headers: { 'x-event-key': 'repo:push', 'x-hub-signature': sign(bitbucketPush) },
  pathParameters: { project: anIntegration().project, integration: anIntegration().id },
  body: bitbucketPush,
  isBase64Encoded: false,
};

const githubPush = JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'acme/website' } });
const githubEvent = {
  headers: {
    'x-github-event': 'push',
    'x-github-delivery': 'request',
    'x-hub-signature-256': sign(githubPush),
    'content-type': 'application/json',
  },
  body: githubPush,
};

const empty = `export const handler = async () => ({ statusCode: 202 });`;

const sqsAlone = `
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
export const handler = async () => {
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: process.env.EVENTS_QUEUE_URL, Entries: [{ Id: '0', MessageBody: '{}' }] }));
  return { statusCode: 202 };
};`;

/** Verifies the signature and sends the body to SQS with Node's own modules. */
const withoutDependencies = `
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { request } from 'node:http';
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const post = (target, body) => new Promise((resolve, reject) => {
  const now = new Date().toISOString().replace(/[-:]|\\.\\d+/g, '');
  const scope = now.slice(0, 8) + '/' + process.env.AWS_REGION + '/sqs/aws4_request';
  const names = 'content-type;host;x-amz-date;x-amz-target';
  const url = new URL(process.env.EVENTS_QUEUE_URL);
  const head = 'content-type:application/x-amz-json-1.0\\nhost:' + url.host + '\\nx-amz-date:' + now + '\\nx-amz-target:' + target + '\\n';
  const canonical = ['POST', '/', '', head, names, sha256(body)].join('\\n');
  const key = [process.env.AWS_REGION, 'sqs', 'aws4_request'].reduce(hmac, hmac('AWS4' + process.env.AWS_SECRET_ACCESS_KEY, now.slice(0, 8)));
  const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', now, scope, sha256(canonical)].join('\\n')).digest('hex');
  const authorization = 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/' + scope + ', SignedHeaders=' + names + ', Signature=' + signature;
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': now, 'x-amz-target': target, authorization };
  request({ host: url.hostname, port: url.port, method: 'POST', path: '/', headers }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode));
  }).on('error', reject).end(body);
});
export const handler = async ({ headers, body }) => {
  const expected = Buffer.from('sha256=' + createHmac('sha256', ${JSON.stringify(secret)}).update(body).digest('hex'));
  if (!timingSafeEqual(expected, Buffer.from(headers['x-hub-signature']))) return { statusCode: 401 };
  const status = await post('AmazonSQS.SendMessageBatch', JSON.stringify({ QueueUrl: process.env.EVENTS_QUEUE_URL, Entries: [{ Id: '0', MessageBody: body }] }));
  return { statusCode: status === 200 ? 202 : 500 };
};`;

const probot = `
import { createLambdaFunction, createProbot } from '@probot/adapter-aws-lambda-serverless';
const app = (robot) => { robot.on('push', async () => {}); };
export const handler = createLambdaFunction(app, { probot: createProbot() });`;

async function bundled(
  directory: string,
  name: string,
  contents: string,
  resolveDir: string,
): Promise<string> {
  const outfile = join(directory, `${name}.mjs`);
  await build({
    stdin: { contents, resolveDir },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __filename = import.meta.filename; const __dirname = import.meta.dirname;",
    },
  });
  return outfile;
}

/** Bundles all contenders into a directory. Bough's webhook is the file that is deployed. */
export async function prepareContenders(directory: string, aws: string) {
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: aws,
    TABLE_NAME: 'table',
    EVENTS_QUEUE_URL: `${aws}/1/queue`,
    KEY_ARN: 'arn:aws:kms:eu-west-1:1:key/k',
  };
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const own = { event: bitbucketEvent, env, status: 202 };
  return {
    'Bough’s webhook': { ...own, file: join(root, 'dist/functions/webhook/index.mjs') },
    'an empty handler': { ...own, file: await bundled(directory, 'empty', empty, root) },
    'the same work without dependencies': {
      ...own,
      file: await bundled(directory, 'bare', withoutDependencies, root),
    },
    'the SQS client alone': { ...own, file: await bundled(directory, 'sqs', sqsAlone, root) },
    'Probot’s Lambda adapter': {
      file: await bundled(directory, 'probot', probot, peersDirectory),
      event: githubEvent,
      env: { ...env, APP_ID: '1', PRIVATE_KEY: privateKey, WEBHOOK_SECRET: secret, LOG_LEVEL: 'fatal' },
      status: 200,
    },
  } satisfies Record<string, Contender>;
}
