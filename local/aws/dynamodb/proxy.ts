import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import { readBody } from '../../http/body.ts';
import { guarded } from '../../http/guard.ts';
import { AccessDeniedError } from '../iam/access-denied.ts';
import { type Allows, requireAll } from '../iam/authorizer.ts';
import { readAccessKey } from '../iam/caller.ts';
import { dynamoDbCalls } from '../iam/dynamodb-calls.ts';

/** DynamoDB's limit of a request. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Creates a proxy in front of the DynamoDB emulator that forwards the requests that policies allow. */
export function createDynamoDbProxy(emulator: string, allows: Allows): Server {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(
    guarded((incoming, outgoing) => {
      forward(incoming, outgoing, { emulator, allows, agent }).catch((error: unknown) => {
        if (!(error instanceof AccessDeniedError)) {
          // SDKs retry after a lost connection.
          outgoing.destroy();
          return;
        }
        const body = { __type: 'com.amazon.coral.service#AccessDeniedException', Message: error.message };
        outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
      });
    }),
  );
  return server.once('close', () => agent.destroy());
}

interface Target {
  readonly emulator: string;
  readonly allows: Allows;
  readonly agent: Agent;
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { emulator, allows, agent }: Target,
): Promise<void> {
  const body = await readBody(incoming, MAX_REQUEST_BYTES);
  const operation = String(incoming.headers['x-amz-target']).replace(/^DynamoDB_\d+\./, '');
  requireAll(allows, readAccessKey(incoming), dynamoDbCalls(operation, parse(body)));
  const { method, url } = incoming;
  // The emulator refuses other host names.
  const headers = { ...incoming.headers, host: new URL(emulator).host };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(new URL(url ?? '/', emulator), { method, headers, agent })
      .once('response', resolve)
      .once('error', reject)
      .end(body);
  });
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  await pipeline(answer, outgoing);
}

/** Returns undefined for invalid JSON, which the emulator then refuses. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
