import { createHash, randomBytes } from 'node:crypto';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ActivityLog } from '../../shared/adapters/aws/activity-log.ts';
import { activityKeys } from '../../shared/adapters/aws/build-result.ts';
import { s3BuildResults } from '../../shared/adapters/aws/build-results.ts';
import { kmsSecrets } from '../../shared/adapters/aws/kms-secrets.ts';
import { QueuedEventMessage } from '../../shared/adapters/aws/messages.ts';
import { s3Mirrors } from '../../shared/adapters/aws/mirrors.ts';
import { sqsEvents } from '../../shared/adapters/aws/sqs-queues.ts';
import { dynamoTable, type Table } from '../../shared/adapters/aws/table.ts';
import { type MirrorState, type QueuedEvent, StoreConflict } from '../../shared/ports.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { type AwsStandIns, startAwsStandIns } from '../support/aws-stand-ins.ts';
import { startHttpServer } from '../support/http-server.ts';
import { aws } from './support.ts';

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

const keysBelow = async (prefix: string) => {
  const { Contents = [] } = await local.s3.send(
    new ListObjectsV2Command({ Bucket: local.bucket, Prefix: `${prefix}/` }),
  );
  return Contents.map(({ Key = '' }) => Key.slice(prefix.length + 1));
};
const contentOf = async (key: string): Promise<Buffer> => {
  const { Body } = await local.s3.send(new GetObjectCommand({ Bucket: local.bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

describe('a secret', () => {
  const integration = { project: 'p1', id: 'i1' };
  const sealing = (key = 0) => kmsSecrets(local.kms, local.keyIds[key] ?? '');

  it.each(['a secret', 'ünï🌱', 'with\nlines\0and zeros', 'x'.repeat(4096)])(
    'comes back as it was sealed',
    async (text) => {
      const sealed = await sealing().seal('webhook', integration, text);
      expect(sealed).not.toContain(text);
      expect(await sealing().open('webhook', integration, sealed)).toBe(text);
    },
  );

  it('is sealed differently each time', async () => {
    const seal = () => sealing().seal('webhook', integration, 'same');
    expect(await seal()).not.toBe(await seal());
  });

  it.each([
    ['another purpose', 'credentials' as const, integration],
    ['another integration', 'webhook' as const, { project: 'p1', id: 'i2' }],
    ['another project', 'webhook' as const, { project: 'p2', id: 'i1' }],
  ])('cannot be opened for %s', async (_, purpose, other) => {
    const sealed = await sealing().seal('webhook', integration, 'text');
    await expect(sealing().open(purpose, other, sealed)).rejects.toThrow();
  });

  it('cannot be opened under another key, or when it was changed', async () => {
    const sealed = await sealing().seal('webhook', integration, 'text');
    await expect(sealing(1).open('webhook', integration, sealed)).rejects.toThrow();
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await expect(sealing().open('webhook', integration, bytes.toString('base64'))).rejects.toThrow();
  });

  it('is opened once for all who ask, and a failure is not remembered', async () => {
    const secrets = sealing();
    const sealed = await secrets.seal('webhook', integration, 'text');
    const before = local.calls.kms;
    const open = () => secrets.open('webhook', integration, sealed);
    expect(await Promise.all([open(), open(), open()])).toEqual(['text', 'text', 'text']);
    expect(await open()).toBe('text');
    expect(local.calls.kms - before).toBe(1);

    const wrong = () => secrets.open('credentials', integration, sealed);
    await expect(wrong()).rejects.toThrow();
    await expect(wrong()).rejects.toThrow();
    expect(local.calls.kms - before).toBe(3);
  });
});

describe('the events queue', () => {
  const pushed = (branch: string): QueuedEvent => ({
    project: 'p1',
    integration: 'i1',
    event: { type: 'branch.pushed', branch, commit: 'a'.repeat(40) },
    origin: 'a test',
  });
  /** The size of every batch that was sent, in messages and in bytes. */
  const watched = () => {
    const batches: { messages: number; bytes: number; body: string }[] = [];
    const { config } = local.sqs;
    const client = new SQSClient({
      ...aws,
      endpoint: config.endpoint,
      useQueueUrlAsEndpoint: false,
    } as never);
    client.middlewareStack.add(
      (next) => (args) => {
        const { Entries = [] } = args.input as { Entries?: { MessageBody?: string }[] };
        const bodies = Entries.map(({ MessageBody = '' }) => MessageBody);
        const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
        batches.push({ messages: Entries.length, bytes, body: bodies.join('') });
        return next(args);
      },
      { step: 'initialize' },
    );
    return { batches, events: sqsEvents(client, local.queueUrl) };
  };
  const receiveAll = async (): Promise<QueuedEvent[]> => {
    const received: QueuedEvent[] = [];
    for (;;) {
      const { Messages = [] } = await local.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: local.queueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return received;
      received.push(...Messages.map(({ Body = '' }) => QueuedEventMessage.parse(JSON.parse(Body))));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await local.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: local.queueUrl, Entries }));
    }
  };
  const branchesOf = (events: QueuedEvent[]) =>
    events.map(({ event }) => ('branch' in event ? event.branch : '')).sort();

  it('takes any number of events, ten at a time', async () => {
    const { batches, events } = watched();
    const sent = Array.from({ length: 25 }, (_, index) => pushed(`branch-${String(index).padStart(2, '0')}`));
    await events.send(sent);
    expect(batches.map(({ messages }) => messages)).toEqual([10, 10, 5]);
    expect(branchesOf(await receiveAll())).toEqual(branchesOf(sent));
  });

  it('takes nothing without a call', async () => {
    const { batches, events } = watched();
    await events.send([]);
    expect(batches).toEqual([]);
  });

  it('takes no more than 256 KiB at a time, counted in bytes', async () => {
    const { batches, events } = watched();
    const sent = Array.from({ length: 9 }, (_, index) => pushed(`${index}${'ü'.repeat(40_000)}`));
    await events.send(sent);
    for (const { bytes } of batches) expect(bytes).toBeLessThanOrEqual(256 * 1024);
    expect(batches.map(({ messages }) => messages)).toEqual([3, 3, 3]);
    expect(branchesOf(await receiveAll())).toEqual(branchesOf(sent));
  });

  it('takes a large event by itself, without holding up the others', async () => {
    const { batches, events } = watched();
    const sent = [pushed('a'), pushed('x'.repeat(250_000)), pushed('b')];
    await events.send(sent);
    expect(batches.map(({ messages }) => messages)).toEqual([1, 1, 1]);
    expect(branchesOf(await receiveAll())).toEqual(branchesOf(sent));
  });

  it('takes every character, though SQS refuses a message with some of them', async () => {
    const { batches, events } = watched();
    const names = ['\u0000', '\u0008', '\uffff', '\ufffe', '\ud800', '🌱', '\u007f', '\u2028', '"\\'];
    await events.send(names.map(pushed));
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    const allowed = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
    for (const { body } of batches) expect(body).toMatch(allowed);
    expect(branchesOf(await receiveAll())).toEqual([...names].sort());
  });

  it('says so when some of the messages were refused', async () => {
    const Failed = [{ Id: '1', SenderFault: false, Code: 'InternalError', Message: 'Try again' }];
    const server = await startHttpServer(() => ({ status: 200, body: { Successful: [], Failed } }));
    const client = new SQSClient({ ...aws, endpoint: server.url, useQueueUrlAsEndpoint: false });
    try {
      await expect(sqsEvents(client, `${server.url}/1/queue`).send([pushed('a')])).rejects.toThrow(
        'Try again',
      );
    } finally {
      client.destroy();
      await server.stop();
    }
  });
});

describe('a mirror', () => {
  const table = () => dynamoTable(local.dynamodb, local.tableName);
  const mirrors = (over: Table = table()) => s3Mirrors(over, local.s3, local.bucket);
  const state = (version: number, commit = 'a'): MirrorState => ({
    heads: new Map([['refs/heads/main', commit.repeat(40)]]),
    bundles: [{ key: 'p/bundles/1.bundle', bytes: 7, created_at: '2026-11-22T10:00:00Z' }],
    version,
  });

  it('is empty before its first commit', async () => {
    expect(await mirrors().read(newId())).toEqual({ heads: new Map(), bundles: [], version: 0 });
  });

  it('is what was committed last', async () => {
    const project = newId();
    await mirrors().commit(project, state(1));
    await mirrors().commit(project, state(2, 'b'));
    expect(await mirrors().read(project)).toEqual(state(2, 'b'));
  });

  it('may have more references than an item of the table may have bytes', async () => {
    const project = newId();
    const heads = new Map(
      Array.from({ length: 20_000 }, (_, index) => [`refs/heads/branch/${index}`, 'a'.repeat(40)]),
    );
    await mirrors().commit(project, { ...state(1), heads });
    expect((await mirrors().read(project)).heads).toEqual(heads);
  });

  it('refuses a commit on a version that is not the last, of which nothing is left', async () => {
    const project = newId();
    await mirrors().commit(project, state(1));
    await mirrors().commit(project, state(2, 'b'));
    const manifests = await keysBelow(project);
    await expect(mirrors().commit(project, state(2, 'c'))).rejects.toThrow(StoreConflict);
    await expect(mirrors().commit(project, state(4, 'c'))).rejects.toThrow(StoreConflict);
    expect(await mirrors().read(project)).toEqual(state(2, 'b'));
    expect(await keysBelow(project)).toEqual(manifests);
  });

  it('takes one of several commits that are made at once', async () => {
    const project = newId();
    const commits = ['a', 'b', 'c', 'd'].map((name) => state(1, name));
    const results = await Promise.allSettled(commits.map((each) => mirrors().commit(project, each)));
    const taken = commits.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    expect(await mirrors().read(project)).toEqual(taken[0]);
    expect(await keysBelow(project)).toHaveLength(1);
  });

  it('can be read when a commit got through and its answer did not', async () => {
    const project = newId();
    const unsure: Table = {
      ...table(),
      async save(place, item) {
        await table().save(place, item);
        throw new Error('socket hang up');
      },
    };
    await expect(mirrors(unsure).commit(project, state(1))).rejects.toThrow('socket hang up');
    expect(await mirrors().read(project)).toEqual(state(1));
  });
});

describe('a bundle', () => {
  const mirrors = (s3 = local.s3, bucket = local.bucket) =>
    s3Mirrors(dynamoTable(local.dynamodb, local.tableName), s3, bucket);
  const uploads = async () => {
    const { Uploads = [] } = await local.s3.send(new ListMultipartUploadsCommand({ Bucket: local.bucket }));
    return Uploads.length;
  };
  const MiB = 1024 * 1024;

  async function* chunked(content: Buffer, size: number, end?: Error): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size);
    if (end) throw end;
  }

  it.each([
    ['nothing', 0, 1],
    ['a few bytes', 10, 3],
    ['less than a part', 3 * MiB, 65_536],
    ['exactly one part', 8 * MiB, 65_537],
    ['several parts, in odd chunks', 20 * MiB + 1, 77_777],
    ['several parts, in one chunk', 17 * MiB, 64 * MiB],
  ])('of %s is stored as it came', async (_, length, size) => {
    const project = newId();
    const content = randomBytes(length);
    const written = await mirrors().writeBundle(project, '01', chunked(content, size));
    expect(written).toEqual({ key: `${project}/bundles/01.bundle`, bytes: length });
    const stored = await contentOf(written.key);
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect([stored.length, digest(stored)]).toEqual([length, digest(content)]);
    expect(await uploads()).toBe(0);
  });

  it('may come with empty chunks in it', async () => {
    const project = newId();
    async function* holey() {
      for (const text of ['', 'a', '', '', 'b', '']) yield Buffer.from(text);
    }
    const { key } = await mirrors().writeBundle(project, '01', holey());
    expect((await contentOf(key)).toString()).toBe('ab');
  });

  it.each([
    ['at once', 0],
    ['in the first part', MiB],
    ['after two parts', 17 * MiB],
  ])('whose stream fails %s leaves nothing', async (_, length) => {
    const project = newId();
    const failure = new Error('the stream failed');
    const stream = chunked(randomBytes(length), 65_536, failure);
    await expect(mirrors().writeBundle(project, '01', stream)).rejects.toThrow(failure);
    expect(await keysBelow(project)).toEqual([]);
    expect(await uploads()).toBe(0);
  });

  it.each([
    ['small', 10],
    ['large', 20 * MiB],
  ])('that is %s and that S3 refuses is not read any further', async (_, length) => {
    const server = await startHttpServer(() => ({ status: 403, body: '' }));
    const refusing = new S3Client({ ...aws, forcePathStyle: true, endpoint: server.url, maxAttempts: 1 });
    let isClosed = false;
    async function* source() {
      try {
        yield* chunked(randomBytes(length), 65_536);
        // What git still sends when the upload has failed: without an end of its own.
        while (length > MiB) yield randomBytes(65_536);
      } finally {
        isClosed = true;
      }
    }
    try {
      await expect(mirrors(refusing).writeBundle(newId(), '01', source())).rejects.toThrow();
      await expect.poll(() => isClosed).toBe(true);
    } finally {
      refusing.destroy();
      await server.stop();
    }
  });
});

describe('the log of an activity', () => {
  const activityLog = () => s3ActivityLog(local.s3, local.bucket);
  const linesOf = async (project: string, activity: string) => {
    const text = (await contentOf(activityKeys(project, activity).log)).toString();
    expect(text.endsWith('\n')).toBe(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { data: { timestamp: string; message: string } });
  };

  it('grows by what is appended, a line of JSON each', async () => {
    const project = newId();
    await activityLog().append(project, 'a1', ['Reading refs/heads/main']);
    await activityLog().append(project, 'a1', ['ünï 🌱', 'two\nlines', '']);
    const lines = await linesOf(project, 'a1');
    expect(lines.map(({ data }) => data.message)).toEqual([
      'Reading refs/heads/main\n',
      'ünï 🌱\n',
      'two\nlines\n',
      '\n',
    ]);
    for (const { data } of lines) expect(new Date(data.timestamp).toISOString()).toBe(data.timestamp);
  });

  it('does not exist before its first line', async () => {
    const project = newId();
    await activityLog().append(project, 'a1', []);
    expect(await keysBelow(project)).toEqual([]);
  });

  it('is one for each activity', async () => {
    const project = newId();
    await activityLog().append(project, 'a1', ['one']);
    await activityLog().append(project, 'a2', ['two']);
    expect((await linesOf(project, 'a1')).map(({ data }) => data.message)).toEqual(['one\n']);
  });
});

describe('the result of a build', () => {
  const results = () => s3BuildResults(local.s3, local.bucket);
  const put = (project: string, body: string) =>
    local.s3.send(
      new PutObjectCommand({ Bucket: local.bucket, Key: activityKeys(project, 'a1').result, Body: body }),
    );
  const result = {
    result: 'success',
    because: 'Deployed',
    commit: 'a'.repeat(40),
    routes: [{ url: 'https://example.org/', type: 'upstream', primary: true }],
    log_tail: ['done'],
    timings: { restore: 1, data: 0, deploy: 2.5, publish: 0.1 },
  };

  it('is what the builder wrote', async () => {
    const project = newId();
    await put(project, JSON.stringify(result));
    expect(await results().read(project, 'a1')).toEqual(result);
  });

  it('is null when the builder wrote none', async () => {
    expect(await results().read(newId(), 'a1')).toBeNull();
  });

  it.each([
    ['half a document', '{"result": "succ'],
    ['another document', '{"result": "maybe"}'],
    ['nothing', ''],
  ])('that is %s is an error, not a success', async (_, body) => {
    const project = newId();
    await put(project, body);
    await expect(results().read(project, 'a1')).rejects.toThrow();
  });
});
