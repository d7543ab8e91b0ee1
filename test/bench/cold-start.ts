/**
 * `npm run bench:cold-start`: measures import and first invocation of the webhook function in a new process. The
 * baseline is a function that only sends one message with the official SQS client. Both run alternately against the
 * same loopback server. The result is the ratio of the medians.
 */
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import { build } from 'esbuild';
import { bundleIfChanged } from '../../infra/sources.ts';
import { anIntegration } from '../support/builders.ts';

const runs = 15;
const secret = 'bench';
const root = join(import.meta.dirname, '../..');
const exec = promisify(execFile);

const answers: Record<string, (body: string) => object> = {
  'DynamoDB_20120810.GetItem': () => ({ Item: marshall(anIntegration()) }),
  'TrentService.Decrypt': () => ({ Plaintext: Buffer.from(secret).toString('base64') }),
  'AmazonSQS.SendMessageBatch': () => ({ Successful: [], Failed: [] }),
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const answer = answers[String(request.headers['x-amz-target'])];
  response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(answer?.(body) ?? {}));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

const body = JSON.stringify({
  push: { changes: [{ old: null, new: { type: 'branch', name: 'main', target: { hash: 'a'.repeat(40) } } }] },
  repository: { uuid: anIntegration().repository_uuid, full_name: anIntegration().repository },
});
const event = {
  requestContext: { requestId: 'request' },
  headers: {
    'x-event-key': 'repo:push',
    'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  },
  pathParameters: { project: anIntegration().project, integration: anIntegration().id },
  body,
  isBase64Encoded: false,
};

const baseline = `
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
export const handler = async () => {
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: process.env.EVENTS_QUEUE_URL, Entries: [{ Id: '0', MessageBody: '{}' }] }));
  return { statusCode: 202 };
};`;

async function measure(file: string): Promise<number> {
  const program = `
    const since = performance.now();
    const { handler } = await import(${JSON.stringify(file)});
    const answer = await handler(${JSON.stringify(event)}, {});
    const took = performance.now() - since;
    if (answer.statusCode !== 202) throw new Error(JSON.stringify(answer));
    console.error(took);`;
  const { stderr } = await exec(
    process.execPath,
    ['--input-type=module', '--no-warnings', '--eval', program],
    {
      env: {
        ...process.env,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_ENDPOINT_URL: endpoint,
        TABLE_NAME: 'table',
        EVENTS_QUEUE_URL: `${endpoint}/1/queue`,
        KEY_ARN: 'arn:aws:kms:eu-west-1:1:key/k',
      },
      timeout: 20_000,
    },
  );
  return Number(stderr.trim());
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const directory = await mkdtemp(join(tmpdir(), 'bough-bench-'));
try {
  await bundleIfChanged();
  const sqsOnly = join(directory, 'baseline.mjs');
  await build({
    stdin: { contents: baseline, resolveDir: root },
    outfile: sqsOnly,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const webhook = join(root, 'dist/functions/webhook/index.mjs');
  const times: { webhook: number[]; sqsOnly: number[] } = { webhook: [], sqsOnly: [] };
  for (let run = 0; run <= runs; run += 1) {
    const pair = { webhook: await measure(webhook), sqsOnly: await measure(sqsOnly) };
    if (run === 0) continue;
    times.webhook.push(pair.webhook);
    times.sqsOnly.push(pair.sqsOnly);
  }
  const ratio = median(times.webhook) / median(times.sqsOnly);
  const size = async (file: string) => Math.round((await stat(file)).size / 1024);
  process.stdout.write(
    [
      `webhook    ${median(times.webhook).toFixed(1)} ms  ${await size(webhook)} KB`,
      `SQS alone  ${median(times.sqsOnly).toFixed(1)} ms  ${await size(sqsOnly)} KB`,
      `ratio      ${ratio.toFixed(2)} (${runs} pairs, medians)`,
      '',
    ].join('\n'),
  );
} finally {
  server.close();
  await rm(directory, { recursive: true, force: true });
}
