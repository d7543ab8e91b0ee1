import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectFields } from '../../../../local/bitbucket/cloud/partial-responses.ts';
import { matchPath } from '../../../../local/bitbucket/http/router.ts';
import { parsePushReport } from '../../../../local/bitbucket/http/smart-http.ts';

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

describe('a path', () => {
  it('has the decoded parameters that were encoded into it', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (one, rest) => {
        const path = `/a/${encodeURIComponent(one)}/b/${encodeURIComponent(rest)}`;
        expect(matchPath('/a/{one}/b/{rest+}', path)).toEqual({ one, rest });
      }),
    );
  });

  it.each([
    ['/a/{one}', '/a'],
    ['/a/{one}', '/a/b/c'],
    ['/a/{rest+}', '/a/'],
    ['/a', '/b'],
  ])('does not match: %s, %s', (pattern, path) => {
    expect(matchPath(pattern, path)).toBeUndefined();
  });
});

describe("the report of git's post-receive hook", () => {
  it('contains created, moved and deleted refs', () => {
    const [none, one, two] = ['0'.repeat(40), '1'.repeat(40), '2'.repeat(40)];
    const report = `${none} ${one} refs/heads/new\n${one} ${two} refs/heads/moved\n${two} ${none} refs/tags/gone\n`;

    expect(parsePushReport(report)).toEqual([
      { ref: 'refs/heads/new', old: null, new: one },
      { ref: 'refs/heads/moved', old: one, new: two },
      { ref: 'refs/tags/gone', old: two, new: null },
    ]);
  });

  it('can be empty', () => {
    expect(parsePushReport('')).toEqual([]);
  });
});
