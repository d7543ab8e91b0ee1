import { randomUUID } from 'node:crypto';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { descendantsOf, isAlive } from '../processes.ts';
import { MAX_RECEIVE_COUNT, type SmallStack, startSmallStack, template } from '../small-stack.ts';
import { aws, eventually } from '../support.ts';

async function act(stack: SmallStack, order: object) {
  const response = await fetch(`${stack.apiUrl}/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

function queueClient(stack: SmallStack): SQSClient {
  const client = new SQSClient({ ...aws, endpoint: stack.endpoints.sqs });
  onTestFinished(() => client.destroy());
  return client;
}

const url = (stack: SmallStack, queue: string) => stack.resources[queue] ?? '';

const withMapping = (properties: object, queue: object = {}) => ({
  Resources: {
    ...template.Resources,
    Work: { ...template.Resources.Work, Properties: { ...template.Resources.Work.Properties, ...queue } },
    Mapping: {
      ...template.Resources.Mapping,
      Properties: { ...template.Resources.Mapping.Properties, ...properties },
    },
  },
});

interface Record {
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

/** Batches that the worker function received. */
const batches = (stack: SmallStack): Record[][] =>
  stack.lines.filter(({ line }) => line.startsWith('batch ')).map(({ line }) => JSON.parse(line.slice(6)));

async function deadLetters(client: SQSClient, queue: string, count: number): Promise<string[]> {
  const bodies: string[] = [];
  while (bodies.length < count) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
    });
    const { Messages = [] } = await client.send(command);
    bodies.push(...Messages.map(({ Body }) => Body ?? ''));
  }
  return bodies.sort();
}

describe("a function's process", () => {
  it("has the template's variables, Lambda's variables and the emulators' endpoints", async () => {
    const stack = await startSmallStack();
    const { body } = await act(stack, { do: 'environment' });
    expect(body).toMatchObject({
      TABLE_NAME: stack.resources['Table'],
      QUEUE_URL: stack.resources['Work'],
      API_URL: stack.apiUrl,
      SITES_URL: stack.sitesUrl,
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Http',
      AWS_ACCESS_KEY_ID: 'local-Http',
      AWS_ENDPOINT_URL_DYNAMODB: stack.endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: stack.endpoints.sqs,
      AWS_ENDPOINT_URL_S3: stack.endpoints.s3,
      AWS_ENDPOINT_URL_KMS: stack.endpoints.kms,
      AWS_ENDPOINT_URL_CODEBUILD: stack.endpoints.codebuild,
      NODE_NO_WARNINGS: '1',
    });
    expect(Object.keys(body as object)).not.toContain('HOME');
  });

  it('is reused, and a concurrent invocation gets another process', async () => {
    const stack = await startSmallStack();
    const first = await act(stack, {});
    expect((await act(stack, {})).body).toEqual({ ...(first.body as object), invocations: 2 });
    const together = await Promise.all([1, 2].map(() => act(stack, { do: 'wait', milliseconds: 300 })));
    const pids = together.map(({ body }) => (body as { pid: number }).pid);
    expect(new Set(pids).size).toBe(2);
  });

  it('queues invocations over the maximum number of processes', async () => {
    const stack = await startSmallStack();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => act(stack, { do: 'wait', milliseconds: 20 })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => (body as { pid: number }).pid)).size).toBeLessThanOrEqual(5);
  });

  it.each([
    ['throws', { do: 'throw' }, 'TypeError: as told'],
    ['exits', { do: 'exit' }, 'Runtime.ExitError: The process ended with exit status 3.'],
    [
      'leaves a rejection unhandled',
      { do: 'reject' },
      'Runtime.UnhandledPromiseRejection: nobody waits for this',
    ],
    ['waits for too long', { do: 'hang' }, 'Sandbox.Timedout'],
    ['computes for too long', { do: 'block' }, 'Sandbox.Timedout'],
    ['answers too much', { do: 'big' }, 'Function.ResponseSizeTooLarge'],
  ])('that %s fails its invocation; the next one succeeds', async (_, order, reason) => {
    const stack = await startSmallStack();
    expect(await act(stack, order)).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    const { line } = await stack.line(({ source, line }) => source === 'Http' && line.includes(reason));
    expect(line).toContain(reason);
    expect((await act(stack, {})).status).toBe(200);
  });

  it('ends with its children at the timeout', async () => {
    const stack = await startSmallStack();
    await act(stack, { do: 'spawn' });
    const { line } = await stack.line(({ line }) => line.startsWith('spawned '));
    await eventually(async () => ((await isAlive(Number(line.slice(8)))) ? undefined : true));
  });

  it.each([
    ['no such file', 'absent.http', /Cannot find module/],
    ['no such function', 'index.absent', /index exports no function absent/],
  ])('that cannot load its code (%s) fails every invocation', async (_, Handler, reason) => {
    const { Http } = template.Resources;
    const changed = { ...Http, Properties: { ...Http.Properties, Handler } };
    const stack = await startSmallStack({
      template: { Resources: { ...template.Resources, Http: changed } },
    });
    expect((await act(stack, {})).status).toBe(500);
    expect((await act(stack, {})).status).toBe(500);
    const reported = () => stack.lines.filter(({ line }) => reason.test(line)).length;
    await eventually(async () => reported() >= 2 || undefined);
  });
});

describe('an event source mapping', () => {
  it('delivers messages as Lambda does, at once', async () => {
    const stack = await startSmallStack();
    const sqs = queueClient(stack);
    const { MessageId, MD5OfMessageBody } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: url(stack, 'Work'),
        MessageBody: '{"text":"é"}',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'test' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
        },
      }),
    );
    await stack.line(({ line }) => line === 'did {"text":"é"}');
    expect(batches(stack)).toEqual([
      [
        {
          messageId: MessageId,
          receiptHandle: expect.any(String),
          body: '{"text":"é"}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
            raw: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
          },
          md5OfBody: MD5OfMessageBody,
          md5OfMessageAttributes: expect.any(String),
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Work',
          awsRegion: 'us-east-1',
        },
      ],
    ]);
    await eventually(async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url(stack, 'Work'), AttributeNames: ['All'] }),
      );
      return Attributes?.['ApproximateNumberOfMessagesNotVisible'] === '0' || undefined;
    });
  });

  it('retries a message when the function throws, crashes or times out, and moves it to the dead letters', async () => {
    const stack = await startSmallStack({ template: withMapping({ BatchSize: 1 }) });
    const sqs = queueClient(stack);
    const orders = ['throw', 'exit', 'reject', 'hang'].map((what) => JSON.stringify({ do: what }));
    const Entries = ['{"fine":true}', ...orders].map((MessageBody, index) => ({
      Id: String(index),
      MessageBody,
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url(stack, 'Work'), Entries }));
    expect(await deadLetters(sqs, url(stack, 'Dead'), orders.length)).toEqual([...orders].sort());
    const attempts = batches(stack)
      .flat()
      .map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount]);
    for (const order of orders) {
      const counts = attempts.filter(([body]) => body === order).map(([, count]) => Number(count));
      expect(counts).toEqual(Array.from({ length: MAX_RECEIVE_COUNT }, (_, index) => index + 1));
    }
    expect(attempts.filter(([body]) => body === '{"fine":true}')).toHaveLength(1);
  });

  it('retries only the messages that the function reports as failed', async () => {
    const stack = await startSmallStack();
    const sqs = queueClient(stack);
    const bodies = ['{"n":1}', '{"do":"fail"}', '{"n":2}'];
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url(stack, 'Work'), Entries }));
    expect(await deadLetters(sqs, url(stack, 'Dead'), 1)).toEqual(['{"do":"fail"}']);
    const seen = batches(stack)
      .flat()
      .map(({ body }) => body);
    expect(seen.sort()).toEqual(['{"do":"fail"}', '{"do":"fail"}', '{"n":1}', '{"n":2}']);
  });

  it('respects the maximum concurrency', async () => {
    const stack = await startSmallStack({
      template: withMapping(
        { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
        { VisibilityTimeout: 30 },
      ),
    });
    const sqs = queueClient(stack);
    const Entries = Array.from({ length: 6 }, (_, index) => ({
      Id: String(index),
      MessageBody: '{"do":"wait","milliseconds":300}',
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url(stack, 'Work'), Entries }));
    const said = (start: string) => stack.lines.filter(({ line }) => line.startsWith(start)).length;
    await eventually(async () => said('did ') === 6 || undefined);
    let running = 0;
    const counts = stack.lines.map(({ line }) => {
      if (line.startsWith('batch ')) running += 1;
      if (line.startsWith('did ')) running -= 1;
      return running;
    });
    expect(Math.max(...counts)).toBe(2);
  });
});

describe('a schedule', () => {
  it('invokes its function on demand, and reports a failure', async () => {
    const stack = await startSmallStack();
    await stack.runSchedules();
    // The output of a function comes through a pipe, and may come after its response.
    await stack.line(({ line }) => line === 'tick {"because":"schedule"}');
    const Target = { ...template.Resources.Schedule.Properties.Target, Input: '{"fail":true}' };
    const Schedule = {
      ...template.Resources.Schedule,
      Properties: { ...template.Resources.Schedule.Properties, Target },
    };
    const failing = await startSmallStack({ template: { Resources: { ...template.Resources, Schedule } } });
    await expect(failing.runSchedules()).rejects.toThrow('a failed tick');
  });

  it('runs by the clock', async () => {
    const stack = await startSmallStack({ scheduleSeconds: 1 });
    await stack.line(({ line }) => line === 'tick {"because":"schedule"}');
  });
});

describe('the end of the stack', () => {
  it('waits briefly for running invocations, and leaves no process', async () => {
    const before = await descendantsOf(process.pid);
    const stack = await startSmallStack({
      template: { Resources: { ...template.Resources, Http: withTimeout(template.Resources.Http, 60) } },
    });
    const quick = act(stack, { do: 'wait', milliseconds: 500, id: randomUUID() });
    const endless = act(stack, { do: 'hang' }).catch(() => 'dropped');
    await eventually(
      async () => stack.lines.filter(({ line }) => line.startsWith('loaded')).length >= 2 || undefined,
    );
    const during = (await descendantsOf(process.pid)).filter((pid) => !before.includes(pid));
    expect(during.length).toBeGreaterThanOrEqual(3);
    await stack.stop();
    expect((await quick).status).toBe(200);
    await endless;
    const left = await Promise.all(during.map(isAlive));
    expect(left).not.toContain(true);
    await expect(fetch(stack.apiUrl)).rejects.toThrow();
  });
});

function withTimeout<T extends { Properties: object }>(resource: T, Timeout: number) {
  return { ...resource, Properties: { ...resource.Properties, Timeout } };
}
