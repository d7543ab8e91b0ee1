import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { HttpRequest } from '@smithy/core/protocols';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSqs } from '../../../local/aws/sqs/sqs.ts';
import { readFileIfExists } from '../../../local/state/files.ts';
import { readResources } from '../../../local/template/resources.ts';
import { template } from '../small-stack.ts';
import { aws, eventually, recordLog, temporaryDirectory } from '../support.ts';

async function start(file: string) {
  const sqs = await startSqs(file, recordLog().log);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= sqs.stop();
    return stopped;
  };
  const addresses = { sqs: sqs.endpoint, api: 'http://api', sitesHost: 'sites' };
  await sqs.createQueues(readResources(template, addresses).queues);
  const client = new SQSClient({ ...aws, endpoint: sqs.endpoint });
  onTestFinished(async () => {
    client.destroy();
    await stop();
  });
  const url = (name: string) => `${sqs.endpoint}/000000000000/${name}`;
  return {
    sqs,
    stop,
    client,
    url,
    send: (queue: string, MessageBody: string, rest: object = {}) =>
      client.send(new SendMessageCommand({ QueueUrl: url(queue), MessageBody, ...rest })),
    receive: async (queue: string, rest: object = {}) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: url(queue),
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        ...rest,
      });
      return (await client.send(command)).Messages ?? [];
    },
  };
}

const stateFile = async () => join(await temporaryDirectory(), 'queues.json');

describe("the sender's trace", () => {
  const header = 'Root=1-6af1e2d0-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1';
  const asked = { MessageSystemAttributeNames: ['AWSTraceHeader'] };
  /** Creates a client that sends the header, like the SDK in a function. */
  const traced = (endpoint: string) => {
    const client = new SQSClient({ ...aws, endpoint });
    client.middlewareStack.add(
      (next) => (args) => {
        if (HttpRequest.isInstance(args.request)) args.request.headers['X-Amzn-Trace-Id'] = header;
        return next(args);
      },
      { step: 'build' },
    );
    onTestFinished(() => client.destroy());
    return client;
  };

  it('is stored with each message, and returned on request', async () => {
    const { sqs, url, receive } = await start(await stateFile());
    const client = traced(sqs.endpoint);
    const Entries = ['a', 'b'].map((MessageBody) => ({ Id: MessageBody, MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: url('Idle'), Entries }));
    await client.send(new SendMessageCommand({ QueueUrl: url('Idle'), MessageBody: 'c' }));

    const silent = await receive('Idle', { VisibilityTimeout: 0 });
    const told = await receive('Idle', asked);

    expect(silent.map(({ Attributes, MessageAttributes }) => [Attributes, MessageAttributes])).toEqual(
      Array(3).fill([undefined, undefined]),
    );
    expect(told.map(({ Body, Attributes }) => [Body, Attributes])).toEqual(
      ['a', 'b', 'c'].map((body) => [body, { AWSTraceHeader: header }]),
    );
  });

  it('is absent without a header, and a message’s own attribute has precedence', async () => {
    const { sqs, url, send, receive } = await start(await stateFile());
    const own = header.replace('Root=1-6', 'Root=1-7');
    await send('Idle', 'untraced', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } });
    await traced(sqs.endpoint).send(
      new SendMessageCommand({
        QueueUrl: url('Idle'),
        MessageBody: 'own',
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: own } },
      }),
    );

    const received = await receive('Idle', { MessageSystemAttributeNames: ['All'] });

    expect(received).toMatchObject([
      { Body: 'untraced', MessageAttributes: { kind: { StringValue: 'x' } } },
      { Body: 'own', Attributes: { AWSTraceHeader: own } },
    ]);
    expect(received[0]?.Attributes).not.toHaveProperty('AWSTraceHeader');
  });

  it('survives a restart', async () => {
    const file = await stateFile();
    const first = await start(file);
    await traced(first.sqs.endpoint).send(
      new SendMessageCommand({ QueueUrl: first.url('Idle'), MessageBody: 'kept' }),
    );
    await first.stop();

    const { receive } = await start(file);

    expect(await receive('Idle', asked)).toMatchObject([{ Attributes: { AWSTraceHeader: header } }]);
  });
});

describe('the queues', () => {
  it('have URLs on loopback, whether or not the SDK uses them as endpoints', async () => {
    const { client, url, sqs } = await start(await stateFile());
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'Work' }));
    expect(QueueUrl).toBe(url('Work'));
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toContain(url('Dead'));
    for (const useQueueUrlAsEndpoint of [true, false]) {
      const other = new SQSClient({ ...aws, endpoint: sqs.endpoint, useQueueUrlAsEndpoint });
      const { Attributes } = await other.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      expect(Attributes).toMatchObject({
        QueueArn: 'arn:aws:sqs:us-east-1:000000000000:Work',
        VisibilityTimeout: '4',
        RedrivePolicy:
          '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:Dead","maxReceiveCount":2}',
      });
      other.destroy();
    }
  });

  it('accept an event with an emoji in a branch name', async () => {
    const { sqs, receive } = await start(await stateFile());
    const event = { environment: 'feature/🌳' };
    await sqs.send('arn:aws:sqs:us-east-1:000000000000:Idle', JSON.stringify(event));
    const [message] = await receive('Idle');
    expect(JSON.parse(message?.Body ?? '')).toEqual(event);
  });

  it('deliver a message to a waiting consumer', async () => {
    const { send, receive } = await start(await stateFile());
    const waiting = receive('Idle', { WaitTimeSeconds: 20 });
    await send('Idle', 'hello');
    expect((await waiting).map(({ Body }) => Body)).toEqual(['hello']);
  });

  it('deliver a message until it is deleted, and move it to the dead-letter queue after the maximum', async () => {
    const { client, send, receive, url } = await start(await stateFile());
    await send('Work', 'poison');
    for (let attempt = 0; attempt < 2; attempt++) {
      const [message] = await receive('Work');
      expect(message?.Body).toBe('poison');
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url('Work'),
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    }
    expect(await receive('Work')).toEqual([]);
    const [dead] = await receive('Dead');
    expect(dead?.Body).toBe('poison');
    await client.send(
      new DeleteMessageCommand({ QueueUrl: url('Dead'), ReceiptHandle: dead?.ReceiptHandle }),
    );
  });

  it('keep their messages over a restart: visible, delayed, in flight and dead', async () => {
    const file = await stateFile();
    const first = await start(file);
    await first.send('Work', 'held', {
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    });
    expect(await first.receive('Work')).toHaveLength(1);
    await first.send('Work', 'waiting');
    await first.send('Dead', 'dead');
    await first.send('Idle', 'delayed', { DelaySeconds: 1 });
    await first.stop();

    const second = await start(file);
    const work = await second.receive('Work');
    expect(work.map(({ Body }) => Body).sort()).toEqual(['held', 'waiting']);
    expect(work.find(({ Body }) => Body === 'held')?.MessageAttributes).toMatchObject({
      kind: { StringValue: 'x' },
    });
    expect((await second.receive('Dead')).map(({ Body }) => Body)).toEqual(['dead']);
    const delayed = await second.receive('Idle', { WaitTimeSeconds: 5 });
    expect(delayed.map(({ Body }) => Body)).toEqual(['delayed']);
  });

  it('are saved soon after every change, in case the stack is killed', async () => {
    const file = await stateFile();
    const { send, receive, client, url } = await start(file);
    const saved = async () => JSON.parse((await readFileIfExists(file)) ?? '{}').Idle ?? [];
    await send('Idle', 'kept');
    await eventually(async () => ((await saved()).length === 1 ? true : undefined));
    const [message] = await receive('Idle');
    await client.send(
      new DeleteMessageCommand({ QueueUrl: url('Idle'), ReceiptHandle: message?.ReceiptHandle }),
    );
    await eventually(async () => ((await saved()).length === 0 ? true : undefined));
  });
});
