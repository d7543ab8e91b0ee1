import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPath } from '../../../../local/bitbucket/http/router.ts';

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
