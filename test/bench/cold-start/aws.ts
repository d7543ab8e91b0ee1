import { once } from 'node:events';
import { createServer } from 'node:http';
import { marshall } from '@aws-sdk/util-dynamodb';
import { anIntegration } from '../../support/builders.ts';

/** The secret of the webhooks of all contenders. */
export const secret = 'bench';

const answers: Readonly<Record<string, object>> = {
  'DynamoDB_20120810.GetItem': { Item: marshall(anIntegration()) },
  'TrentService.Decrypt': { Plaintext: Buffer.from(secret).toString('base64') },
  'AmazonSQS.SendMessageBatch': { Successful: [], Failed: [] },
};

/** Starts a server on the loopback that answers the calls of a webhook to AWS at once. */
export async function startAws(): Promise<{ url: string; stop(): void }> {
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const answer = answers[String(request.headers['x-amz-target'])];
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    stop: () => void server.close(),
  };
}
