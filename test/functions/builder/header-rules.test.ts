import { expect, it } from 'vitest';
import { HeaderRules, headersOf } from '../../../functions/builder/header-rules.ts';

const named = (pattern: string) => HeaderRules.parse([{ for: pattern, set: { 'X-Own': 'yes' } }]);

it.each([
  ['/*', 'index.html'],
  ['/*', 'assets/deep/app.js'],
  ['/assets/*', 'assets/deep/app.js'],
  ['/assets/app-*', 'assets/app-1.js'],
  ['/assets/app-*', 'assets/app-1/x.js'],
  ['/index.html', 'index.html'],
  ['/*/index.html', 'docs/index.html'],
  ['/a/*/c/*', 'a/b/c/d/e'],
])('the rule for %s applies to %s', (pattern, file) => {
  expect(headersOf(file, named(pattern))).toEqual({ 'x-own': 'yes' });
});

it.each([
  ['/assets/*', 'assets'],
  ['/assets/*', 'other/assets/app.js'],
  ['/*/index.html', 'index.html'],
  ['/*/index.html', 'a/b/index.html'],
  ['/a.c', 'abc'],
  ['/Index.html', 'index.html'],
])('the rule for %s does not apply to %s', (pattern, file) => {
  expect(headersOf(file, named(pattern))).toEqual({});
});

it('a later rule replaces a header of an earlier one, whatever its case', () => {
  const rules = HeaderRules.parse([
    { for: '/*', set: { 'x-a': '1', 'X-B': '1' } },
    { for: '/a.js', set: { 'X-A': '2' } },
  ]);

  expect(headersOf('a.js', rules)).toEqual({ 'x-a': '2', 'x-b': '1' });
});
