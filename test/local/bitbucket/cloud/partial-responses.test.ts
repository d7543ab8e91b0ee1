import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectFields } from '../../../../local/bitbucket/cloud/partial-responses.ts';

const page = {
  next: 'n',
  values: [
    { name: 'a', target: { hash: '1', author: { raw: 'x' } } },
    { name: 'b', target: { hash: '2', author: { raw: 'y' } } },
  ],
};

describe('partial responses', () => {
  it.each([
    ['values.name', { values: [{ name: 'a' }, { name: 'b' }] }],
    [
      'next,values.target.hash',
      { next: 'n', values: [{ target: { hash: '1' } }, { target: { hash: '2' } }] },
    ],
    [
      'values.name,values.target.hash,next',
      {
        next: 'n',
        values: [
          { name: 'a', target: { hash: '1' } },
          { name: 'b', target: { hash: '2' } },
        ],
      },
    ],
    ['-values.target', { next: 'n', values: [{ name: 'a' }, { name: 'b' }] }],
    [
      'values,-values.target.author,-values.name',
      { values: [{ target: { hash: '1' } }, { target: { hash: '2' } }] },
    ],
    ['+values.other', page],
    ['*', page],
    ['nothing', {}],
    ['', page],
  ])('for fields=%s', (fields, expected) => {
    expect(selectFields(page, fields)).toEqual(expected);
  });

  it('are never larger than the complete response', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, fields) => {
        const size = (part: unknown) => (JSON.stringify(part) ?? '').length;
        expect(size(selectFields(value, fields))).toBeLessThanOrEqual(size(value));
      }),
    );
  });
});
