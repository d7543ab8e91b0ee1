import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { longestList, pack } from '../../../../functions/api/framework/compress.ts';
import { json } from '../../../../functions/api/framework/http.ts';
import { listResponse } from '../../../../functions/api/framework/pages.ts';

const url = 'https://api.example.org/list';
const items = ['a', 'b', 'c'].map((id) => ({ id, text: 'x'.repeat(100) }));
const sizeOf = (count: number) => Buffer.byteLength(JSON.stringify(items.slice(0, count)));

describe('a list', () => {
  it.each([
    ['all of it, as long as it fits', sizeOf(3), 3, undefined],
    ['as much as fits, and where the rest is', sizeOf(3) - 1, 2, 'b'],
    ['half of it', sizeOf(2), 2, 'b'],
    ['one at least, however long that is', 1, 1, 'a'],
  ])('contains %s', (_, longest, count, last) => {
    const { body, headers } = listResponse({ items, after: null }, { url, query: {}, longest: longest + 1 });

    expect(JSON.parse(`${body}`)).toEqual(items.slice(0, count));
    expect(headers?.['link']).toBe(last && `<${url}?after=${last}>; rel="next"`);
  });

  it('links to the next page with all parameters of its query', () => {
    const query = {
      count: 3,
      state: ['pending', 'complete'],
      starts_at: '2026-11-22T10:00:00+01:00',
      after: 'A',
    };

    const { headers } = listResponse({ items, after: 'feature/50% ü&x' }, { url, query, longest: 10_000 });

    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(`${headers?.['link']}`) ?? [];
    expect(
      Object.fromEntries(
        [...new URL(next).searchParams.keys()].map((name) => [name, new URL(next).searchParams.getAll(name)]),
      ),
    ).toEqual({
      count: ['3'],
      state: ['pending', 'complete'],
      starts_at: ['2026-11-22T10:00:00+01:00'],
      after: ['feature/50% ü&x'],
    });
  });
});

describe('a response', () => {
  const long = json(
    200,
    Array.from({ length: 2000 }, () => ({ name: 'größe' })),
  );

  it.each(['gzip', 'gzip, deflate', 'br;q=1.0, GZIP;q=0.8', '*', 'deflate, gzip;q=1.0'])(
    'is packed for who takes that: %s',
    (encoding) => {
      const packed = pack(long, encoding);

      expect(packed).toMatchObject({
        statusCode: 200,
        isBase64Encoded: true,
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', vary: 'accept-encoding' },
      });
      expect(gunzipSync(Buffer.from(`${packed.body}`, 'base64')).toString()).toBe(long.body);
    },
  );

  it.each([undefined, '', 'identity', 'deflate, br', 'gzip;q=0', 'gzip;q=0.0, br', 'x-gzipped'])(
    'is sent as it is to who does not: %s',
    (encoding) => {
      expect(pack(long, encoding)).toEqual(long);
    },
  );

  it('fits into the 6 MB of Lambda when a list of the largest size hardly compresses', () => {
    const noise = json(200, randomBytes(longestList * 0.75).toString('base64'));

    const packed = pack(noise, 'gzip');

    expect(`${packed.body}`.length).toBeGreaterThan(longestList);
    expect(`${packed.body}`.length).toBeLessThan(5_900_000);
  });

  it('is not compressed when it is short', () => {
    const short = json(200, { id: 'x' });
    expect(pack(short, 'gzip')).toEqual(short);
  });
});
