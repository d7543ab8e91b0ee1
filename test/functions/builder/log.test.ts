import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LogOptions, openLog } from '../../../functions/builder/log.ts';
import { type Buckets, messages, startBuckets } from './builder-fixture.ts';

const key = 'shop/a1.log';

let buckets: Buckets;
beforeAll(async () => {
  buckets = await startBuckets();
});
beforeEach(() => buckets.clear());
afterAll(() => buckets.stop());

async function open(options: Partial<LogOptions> = {}) {
  const echoed: string[] = [];
  const log = await openLog({
    s3: buckets.s3,
    bucket: 'activities',
    key,
    echo: (line) => echoed.push(line),
    ...options,
  });
  return { log, echoed };
}
const stored = async () => messages((await buckets.text('activities', key)) ?? '');

describe('the log of a build', () => {
  it('is one JSON line per line, with its time', async () => {
    const { log, echoed } = await open();
    log.line('Running .bough/deploy');
    log.output('"quotes" and ümlauts');
    await log.close();

    const text = (await buckets.text('activities', key)) ?? '';
    expect(text.endsWith('\n')).toBe(true);
    const [first, second, ...rest] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toEqual({
      data: {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        message: '==> Running .bough/deploy\n',
      },
    });
    expect(second.data.message).toBe('"quotes" and ümlauts\n');
    expect(rest).toEqual([]);
    expect(echoed).toEqual(['==> Running .bough/deploy', '"quotes" and ümlauts']);
  });

  it.each([
    ['with its end', '{"data":{"timestamp":"2026-01-01T00:00:00.000Z","message":"Fetching\\n"}}\n'],
    ['without its end', '{"data":{"timestamp":"2026-01-01T00:00:00.000Z","message":"Fetching\\n"}}'],
  ])('appends to the lines of earlier steps, %s', async (_what, earlier) => {
    await buckets.put('activities', { [key]: earlier });
    const { log } = await open();
    log.line('Restoring');
    await log.close();

    expect(await stored()).toEqual(['Fetching', '==> Restoring']);
  });

  it('is stored while the build runs', async () => {
    const { log } = await open({ flushMilliseconds: 1 });
    log.line('one');
    await expect.poll(stored).toEqual(['==> one']);
    log.line('two');
    await expect.poll(stored).toEqual(['==> one', '==> two']);
    await log.close();
  });

  it('is not stored again without new lines', async () => {
    const { log } = await open();
    log.line('one');
    await log.close();
    await buckets.put('activities', { [key]: '' });
    await log.close();

    expect(await stored()).toEqual([]);
  });

  it('leaves out the output of scripts beyond its limit, and says so, but no line of the builder', async () => {
    const { log, echoed } = await open({ capBytes: 1000 });
    for (let number = 1; number <= 100; number += 1) log.output(`output ${number}`);
    log.line('Ready');
    await log.close();

    const lines = await stored();
    expect(lines.slice(-2)).toEqual([
      '==> The rest of this output is left out: a log holds 1000 bytes.',
      '==> Ready',
    ]);
    expect(lines.slice(0, -2)).toEqual(lines.slice(0, -2).map((_, index) => `output ${index + 1}`));
    const bytes = (await buckets.text('activities', key))?.length ?? 0;
    expect(bytes).toBeGreaterThan(800);
    expect(bytes).toBeLessThan(1400);
    expect(echoed.length).toBe(101);
  });

  it('counts the lines of earlier steps towards its limit', async () => {
    const line = '{"data":{"timestamp":"2026-01-01T00:00:00.000Z","message":"Fetching\\n"}}\n';
    await buckets.put('activities', { [key]: line.repeat(20) });
    const { log } = await open({ capBytes: 1000 });
    log.output('output');
    await log.close();

    expect((await stored()).slice(20)).toEqual([
      '==> The rest of this output is left out: a log holds 1000 bytes.',
    ]);
  });

  it('has the last 20 lines for the result, cut to a reasonable length', async () => {
    const { log } = await open({ capBytes: 100 });
    for (let number = 1; number <= 30; number += 1) log.output(`output ${number}`);
    log.line('x'.repeat(5000));
    await log.close();

    expect(log.tail().length).toBe(20);
    expect(log.tail()[0]).toBe('output 12');
    expect(log.tail().at(-1)).toBe(`==> ${'x'.repeat(996)}`);
  });

  it('reports a failed write, continues, and fails when it is closed', async () => {
    const s3 = buckets.watched((request) => request.startsWith('PutObject'));
    const { log, echoed } = await open({ s3, flushMilliseconds: 1 });
    log.line('one');
    await expect.poll(() => echoed.at(-1)).toBe('The log could not be stored: refused');
    log.line('two');

    await expect(log.close()).rejects.toThrow('refused');
    expect(log.tail()).toEqual(['==> one', '==> two']);
  });
});
