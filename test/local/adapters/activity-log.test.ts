import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { longestKeptLog, s3ActivityLog } from '../../../shared/adapters/aws/builds/activity-log.ts';
import { activityKeys } from '../../../shared/adapters/aws/builds/build-documents.ts';
import { s3ActivityLogReader } from '../../../shared/adapters/aws/s3/activity-log-reader.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { type AwsStandIns, contentOf, keysOf, startAwsStandIns } from '../../support/aws-stand-ins.ts';
import { aLog } from '../../support/doubles.ts';

let local: AwsStandIns;
/** The requests to S3, those of the tests included. */
const calls: string[] = [];
let isDown = false;
beforeAll(async () => {
  local = await startAwsStandIns();
  const record = { step: 'initialize' as const };
  local.s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      (input) => {
        calls.push(commandName);
        if (isDown) throw new Error('S3 is down');
        return next(input);
      },
    record,
  );
});
afterAll(() => local.stop());

describe('the log of an activity', () => {
  const { log, lines: warnings } = aLog();
  /** The log of a process, whose timers fire when the test says so. */
  const aProcess = () => {
    const waiting: { seconds: number; call: () => void }[] = [];
    const activityLog = s3ActivityLog(local.s3, local.bucket, log, (seconds, call) => {
      const timer = { seconds, call };
      waiting.push(timer);
      return () => void waiting.splice(waiting.indexOf(timer), 1);
    });
    return { activityLog, waiting };
  };
  /** Writes lines as a process of its own. */
  const append = async (project: string, activity: string, lines: string[]) => {
    const { activityLog } = aProcess();
    activityLog.append(project, activity, lines);
    await activityLog.flush(project, activity);
  };
  const linesOf = async (project: string, activity: string) => {
    const text = (await contentOf(local, activityKeys(project, activity).log)).toString();
    expect(text.endsWith('\n')).toBe(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { data: { timestamp: string; message: string } });
  };

  it('grows by appended entries, one line of JSON each', async () => {
    const project = newId();
    await append(project, 'a1', ['Reading refs/heads/main']);
    await append(project, 'a1', ['ünï 🌱', 'two\nlines', '']);
    const lines = await linesOf(project, 'a1');
    expect(lines.map(({ data }) => data.message)).toEqual([
      '==> Reading refs/heads/main\n',
      '==> ünï 🌱\n',
      '==> two\n==> lines\n',
      '==> \n',
    ]);
    for (const { data } of lines) expect(new Date(data.timestamp).toISOString()).toBe(data.timestamp);
  });

  it('does not exist before its first line', async () => {
    const project = newId();
    await append(project, 'a1', []);
    expect(await keysOf(local, project)).toEqual([]);
  });

  it.each([
    ['of lines', '{"data":{"timestamp":"2026-11-22T10:00:00.000Z","message":"noise\\n"}}\n'],
    ['of one line', 'x'],
  ])('is cut at its beginning, with a note, when a script has made it endless %s', async (_, noise) => {
    const project = newId();
    const Key = activityKeys(project, 'a1').log;
    const Body = noise.repeat(6_000_000 / noise.length);
    await local.s3.send(new PutObjectCommand({ Bucket: local.bucket, Key, Body }));

    for (const line of ['E: it has failed', 'Trying again']) await append(project, 'a1', [line]);

    const messages = (await linesOf(project, 'a1')).map(({ data }) => data.message);
    expect(messages[0]).toBe('==> The beginning is left out: the log is too long.\n');
    expect(messages.slice(-2)).toEqual(['==> E: it has failed\n', '==> Trying again\n']);
    expect((await contentOf(local, Key)).length).toBeLessThan(5.5 * 2 ** 20);
    expect(messages.filter((message) => message.startsWith('==> The beginning'))).toHaveLength(1);
    expect(messages.length > 1000).toBe(noise.length > 1);
  });

  it('continues after a script’s last line, and after an empty log', async () => {
    for (const [written, before] of [
      ['{"data":{}}', [undefined]],
      ['', []],
    ] as const) {
      const project = newId();
      const Key = activityKeys(project, 'a1').log;
      await local.s3.send(new PutObjectCommand({ Bucket: local.bucket, Key, Body: written }));
      await append(project, 'a1', ['one']);
      expect((await linesOf(project, 'a1')).map(({ data }) => data.message)).toEqual([
        ...before,
        '==> one\n',
      ]);
    }
  });

  it('is read line by line, without invalid lines of a script', async () => {
    const project = newId();
    const written = [
      'not JSON',
      '{"data": 7}',
      '{"data":{"message":"of no time"}}',
      '{"data":{"timestamp":"soon","message":"x"}}',
      '{"seal":true}',
      '{"data":{"timestamp":"2026-11-22T10:00:00.000Z","message":"sealed"},"seal":true}',
      '{"data":{"timestamp":"2026-11-22T10:00:00.000Z","message":"printed\\n","more":1}}',
      '',
      '{"data":{"timestamp":"2026',
    ];
    const Key = activityKeys(project, 'a1').log;
    await local.s3.send(new PutObjectCommand({ Bucket: local.bucket, Key, Body: written.join('\n') }));
    await append(project, 'a1', ['one']);

    const lines = await s3ActivityLogReader(local.s3, local.bucket).read(project, 'a1');

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { data: { timestamp: '2026-11-22T10:00:00.000Z', message: 'printed\n' } },
      { data: { timestamp: expect.any(String), message: '==> one\n' } },
    ]);
  });

  it('takes no request when the activity ends soon: its lines are for the record', async () => {
    const project = newId();
    calls.length = 0;
    const { activityLog, waiting } = aProcess();
    activityLog.append(project, 'a1', ['one', 'two']);
    activityLog.append(project, 'a1', ['three']);

    const kept = await activityLog.take(project, 'a1');
    await activityLog.flush(project, 'a1');

    expect(kept.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(calls).toEqual([]);
    expect(waiting).toEqual([]);
    expect(await activityLog.take(project, 'a1')).toEqual([]);
  });

  it('is written once with its end when the record cannot have it', async () => {
    const project = newId();
    calls.length = 0;
    const { activityLog } = aProcess();
    activityLog.append(project, 'a1', ['x'.repeat(longestKeptLog), 'end']);
    expect(await activityLog.take(project, 'a1')).toEqual([]);
    expect(calls).toEqual(['PutObjectCommand']);
    expect((await linesOf(project, 'a1')).at(-1)?.data.message).toBe('==> end\n');
  });

  it('is written within a second, and then in growing intervals, without a read', async () => {
    const project = newId();
    calls.length = 0;
    const { activityLog, waiting } = aProcess();
    const pauses: number[] = [];
    for (const line of ['1', '2', '3', '4', '5']) {
      activityLog.append(project, 'a1', [line]);
      activityLog.append(project, 'a1', [`${line} again`]);
      expect(waiting).toHaveLength(1);
      const timer = waiting.shift();
      pauses.push(timer?.seconds ?? 0);
      timer?.call();
      await vi.waitFor(async () =>
        expect((await linesOf(project, 'a1')).at(-1)?.data.message).toBe(`==> ${line} again\n`),
      );
    }
    expect(pauses).toEqual([1, 2, 4, 8, 8]);
    activityLog.append(project, 'a1', ['end']);
    expect((await activityLog.take(project, 'a1')).map(({ text }) => text)).toEqual(['end']);
    expect(await linesOf(project, 'a1')).toHaveLength(10);
    expect(calls.filter((name) => name === 'PutObjectCommand')).toHaveLength(5);
  });

  it('has the lines of a write that failed after the next one', async () => {
    const project = newId();
    const { activityLog, waiting } = aProcess();
    activityLog.append(project, 'a1', ['one']);
    isDown = true;
    waiting.shift()?.call();
    await vi.waitFor(() => expect(warnings).toMatchObject([{ message: 'log not stored' }]));
    isDown = false;
    activityLog.append(project, 'a1', ['two']);
    await activityLog.flush(project, 'a1');
    expect((await linesOf(project, 'a1')).map(({ data }) => data.message)).toEqual([
      '==> one\n',
      '==> two\n',
    ]);
  });

  it('is empty before its first line', async () => {
    expect(await s3ActivityLogReader(local.s3, local.bucket).read(newId(), 'a1')).toEqual([]);
  });

  it('is separate for each activity', async () => {
    const project = newId();
    await append(project, 'a1', ['one']);
    await append(project, 'a2', ['two']);
    expect((await linesOf(project, 'a1')).map(({ data }) => data.message)).toEqual(['==> one\n']);
  });
});
