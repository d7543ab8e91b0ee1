import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { warmUp } from '../../../functions/webhook/warm-up.ts';

/** Clients of a server that answers as `answer` does, and the requests that it received. */
async function clientsOf(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: { method: string | undefined; path: string | undefined; headers: string[] }[] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method, path: request.url, headers: Object.keys(request.headers) });
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const settings = {
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  };
  const clients = {
    dynamodb: new DynamoDBClient(settings),
    kms: new KMSClient(settings),
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
  };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { clients, seen, endpoint };
}

const configOf = (endpoint: string) => ({
  TABLE_NAME: 'table',
  KEY_ARN: 'arn:aws:kms:eu-west-1:1:key/k',
  EVENTS_QUEUE_URL: `${endpoint}/1/events`,
});

describe('the preparation of the clients', () => {
  it('sends each service one request without a name, a body or a signature', async () => {
    const { clients, seen, endpoint } = await clientsOf((_, response) => void response.writeHead(404).end());

    await warmUp(clients, configOf(endpoint));

    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(3).fill('GET /'));
    const headers = seen.flatMap((request) => request.headers);
    expect(headers).not.toContain('authorization');
    expect(headers).not.toContain('x-amz-target');
  });

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void]>([
    ['answers with an error', (_, response) => void response.writeHead(500).end('{}')],
    ['answers with no JSON', (_, response) => void response.end('healthy')],
    ['breaks the connection', (request) => void request.socket.destroy()],
    ['never answers', () => {}],
  ])('ends without an error when AWS %s', async (_, answer) => {
    const { clients, endpoint } = await clientsOf(answer);

    await expect(warmUp(clients, configOf(endpoint))).resolves.toBeUndefined();
  });
});
