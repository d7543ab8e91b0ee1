import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { refusalOf } from '../../http/guard.ts';
import { localUrl } from '../../http/net.ts';
import { type Log, logProblem } from '../../log/log.ts';
import { ACCOUNT, REGION } from '../../template/resource-types.ts';
import type { Resource } from '../../template/resources.ts';
import type { QueueProperties } from '../../template/schemas.ts';
import { AccessDeniedError } from '../iam/access-denied.ts';
import { ADMINISTRATOR, type Allows, allowAll, requireAll } from '../iam/authorizer.ts';
import { readAccessKey, signedWith } from '../iam/caller.ts';
import { sqsCalls } from '../iam/sqs-calls.ts';
import { createQueueSnapshots, type QueueSnapshots } from './snapshots.ts';
import { readTrace, withTrace } from './traces.ts';

/** The running SQS emulator. */
export interface Sqs {
  readonly endpoint: string;
  /** Creates the queues and restores their saved messages. */
  createQueues(queues: readonly Resource<QueueProperties>[]): Promise<void>;
  /** Sends a JSON text. */
  send(queueArn: string, body: string): Promise<void>;
  /** Saves the messages and closes. */
  stop(): Promise<void>;
}

type App = ReturnType<typeof buildApp>;

/** Operations whose responses contain queue URLs. */
const URL_OPERATIONS = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues']);

const WithQueueUrl = z.looseObject({ QueueUrl: z.string() });

/**
 * Starts the emulator. The package accepts queue URLs with one host name only, which not every resolver finds. Queue URLs
 * are therefore translated from and to 127.0.0.1.
 * @param file stores the messages between two runs
 */
export async function startSqs(file: string, log: Log, allows: Allows = allowAll): Promise<Sqs> {
  const app = buildApp({ logger: false, defaultRegion: REGION });
  const port = { value: 0 };
  const innerOrigin = () => `http://sqs.${REGION}.localhost:${port.value}`;
  const outerOrigin = () => localUrl(port.value);
  const snapshots: QueueSnapshots = createQueueSnapshots(file, {
    read: async (name) => (await app.inject({ method: 'GET', url: `/_fauxqs/queues/${name}` })).json(),
    send: (name, message) => call(app, port.value, 'SendMessage', { QueueUrl: urlOf(name), ...message }),
  });
  const urlOf = (name: string) => `${outerOrigin()}/${ACCOUNT}/${name}`;

  app.addHook('onRequest', async (request, reply) => {
    // Requests of the stack itself are injected and have no connection.
    if (request.raw.socket.localPort === undefined) return;
    const refusal = refusalOf(request.raw);
    if (refusal !== undefined) await reply.code(refusal.status).send(refusal.message);
  });
  app.addHook('preHandler', async (request, reply) => {
    const operation = operationOf(request.headers);
    if (operation === '') return;
    try {
      requireAll(allows, readAccessKey(request), sqsCalls(operation, request.body));
    } catch (error) {
      if (!(error instanceof AccessDeniedError)) throw error;
      const body = { __type: 'com.amazon.coral.service#AccessDeniedException', message: error.message };
      await reply
        .code(403)
        .headers({
          'content-type': 'application/x-amz-json-1.0',
          'x-amzn-query-error': 'AccessDenied;Sender',
        })
        .send(JSON.stringify(body));
    }
  });
  app.addHook('preHandler', async (request) => {
    const body = WithQueueUrl.safeParse(request.body);
    if (!body.success) return;
    const name = body.data.QueueUrl.split('/').at(-1);
    request.body = { ...body.data, QueueUrl: `${innerOrigin()}/${ACCOUNT}/${name}` };
  });
  app.addHook('preHandler', async (request) => {
    const header = z.string().optional().parse(request.headers['x-amzn-trace-id']);
    request.body = withTrace(operationOf(request.headers), request.body, header);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const isAnswer = typeof payload === 'string' && reply.statusCode === 200;
    if (!isAnswer || operationOf(request.headers) !== 'ReceiveMessage') return payload;
    return JSON.stringify(readTrace(request.body, JSON.parse(payload)));
  });
  app.addHook('onSend', async (request, _reply, payload) => {
    if (typeof payload !== 'string' || !URL_OPERATIONS.has(operationOf(request.headers))) return payload;
    return payload.replaceAll(innerOrigin(), outerOrigin());
  });
  app.addHook('onResponse', async (request) => {
    if (operationOf(request.headers) !== '') {
      snapshots.touch((error) => logProblem(log, 'Queued messages could not be saved', error));
    }
  });
  port.value = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);

  return {
    endpoint: outerOrigin(),
    async createQueues(queues) {
      await Promise.all(queues.map((queue) => createQueue(app, port.value, queue)));
      await snapshots.restore(
        queues.map(({ ref, properties }) => ({
          name: ref.split('/').at(-1) ?? ref,
          retentionSeconds: properties.MessageRetentionPeriod ?? 345_600,
        })),
      );
    },
    async send(queueArn, body) {
      await call(app, port.value, 'SendMessage', {
        QueueUrl: urlOf(queueArn.split(':').at(-1) ?? ''),
        MessageBody: escaped(body),
      });
    },
    async stop() {
      await snapshots.save();
      await app.close();
    },
  };
}

/** Escapes characters in a JSON text that SQS accepts and the emulator refuses: those outside the basic plane. */
function escaped(json: string): string {
  return json.replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

async function createQueue(
  app: App,
  port: number,
  { ref, properties }: Resource<QueueProperties>,
): Promise<void> {
  const { RedrivePolicy, ...rest } = properties;
  const attributes = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  if (RedrivePolicy !== undefined) attributes.push(['RedrivePolicy', JSON.stringify(RedrivePolicy)]);
  await call(app, port, 'CreateQueue', {
    QueueName: ref.split('/').at(-1),
    Attributes: Object.fromEntries(attributes),
  });
}

async function call(app: App, port: number, operation: string, input: object): Promise<void> {
  const response = await app.inject({
    method: 'POST',
    url: '/',
    headers: {
      ...signedWith(ADMINISTRATOR),
      host: `127.0.0.1:${port}`,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
    },
    payload: JSON.stringify(input),
  });
  if (response.statusCode !== 200) throw new Error(`SQS ${operation} failed: ${response.payload}`);
}

function operationOf(headers: Readonly<Record<string, unknown>>): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith('AmazonSQS.')
    ? target.slice('AmazonSQS.'.length)
    : '';
}
