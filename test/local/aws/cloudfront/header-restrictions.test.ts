import { expect, it } from 'vitest';
import { headersOfFunction } from '../../../../local/aws/cloudfront/header-restrictions.ts';
import { createRequestFunction } from '../../../../local/aws/cloudfront/viewer-function.ts';

const given = { 'content-length': '3', 'x-cache': 'Hit', etag: '"1"' };

it('a function may add, change and remove headers', () => {
  const returned = { 'content-length': '3', 'x-cache': 'Hit', 'x-own': '1' };

  expect(headersOfFunction(returned, given)).toEqual(returned);
});

it.each([
  [{ ...given, 'X-Own': '1' }, 'returned the header X-Own, which is not in lower case'],
  [{ ...given, connection: 'close' }, 'may not set the header connection'],
  [{ ...given, 'x-edge-own': '1' }, 'may not set the header x-edge-own'],
  [{ ...given, 'content-length': '4' }, 'may not change the header content-length'],
  [{ ...given, 'content-encoding': 'gzip' }, 'may not change the header content-encoding'],
  [{ etag: '"1"' }, 'may not change the header content-length'],
])('a function is refused what CloudFront refuses: %j', (returned, problem) => {
  expect(() => headersOfFunction(returned, given)).toThrow(problem);
});

it('a function longer than CloudFront accepts is refused', () => {
  const code = `function handler(event) { return event.request; } // ${'x'.repeat(10_240)}`;

  expect(() => createRequestFunction(code)).toThrow('CloudFront accepts 10240');
});
