import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../infra/settings.ts';
import { compileViewerFunction } from '../../local/aws/cloudfront/viewer-function.ts';
import { type Json, resourcesOf, synthesised } from './synthesised.ts';

const sourceOf = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../infra/constructs', name), 'utf8');

const codeOf = (template: Json, name = 'SiteRequest'): string =>
  resourcesOf(template, 'AWS::CloudFront::Function')[`Sites/${name}`]!['FunctionCode'];

/** Runs the code in the template for a request. */
function visitor(settings: Partial<Settings>, rules: Record<string, string> = {}) {
  const run = compileViewerFunction(codeOf(synthesised(settings).json), new Map(Object.entries(rules)));
  return (
    uri: string,
    { host = 'd123.cloudfront.net', forwarded = '', authorization = '', ip = '192.0.2.7' } = {},
  ) => {
    const headers = {
      host: { value: host },
      ...(forwarded && { 'x-forwarded-host': { value: forwarded } }),
      ...(authorization && { authorization: { value: authorization } }),
    };
    return run({ request: { uri, headers }, viewer: { ip } });
  };
}

describe('a request', () => {
  const visit = visitor({});

  it.each([
    ['/pr-1-shop/', '/pr-1-shop/index.html'],
    ['/pr-1-shop/docs/', '/pr-1-shop/docs/index.html'],
    ['/', '/index.html'],
    ['/pr-1-shop', '/pr-1-shop'],
    ['/pr-1-shop/users/1', '/pr-1-shop/users/1'],
    ['/pr-1-shop/style.css', '/pr-1-shop/style.css'],
    ['/v1.2/app.min.js', '/v1.2/app.min.js'],
    ['//pr-1-shop/style.css', '/pr-1-shop/style.css'],
    ['/pr%2D1-shop/style.css', '/pr-1-shop/style.css'],
    ['/pr-1-shop/a..b/c...js', '/pr-1-shop/a..b/c...js'],
    // S3 would decode it as a space.
    ['/pr-1-shop/c++.html', '/pr-1-shop/c%2B%2B.html'],
  ])('for %s is served from %s', async (uri, object) => {
    expect(await visit(uri)).toMatchObject({ uri: object });
  });

  it.each([
    '/a/../b/x.js',
    '/..',
    '/../b/',
    '/a/%2e%2E/b/x.js',
    '/a/.%2e/b/x.js',
    '/a%2F..%2fb/x.js',
    '/a/..\\b/x.js',
    '/a/..%5Cb/x.js',
    '/a/%252e%252e/b/x.js',
    '/a/%25252e./b/x.js',
    '/./pr-1-shop/x.js',
    '/%2e/pr-1-shop/x.js',
    '/%2570r-1-shop/x.js',
    '/pr-1-shop%2Fx.js',
    '/\\\\pr-1-shop/x.js',
    '/%5Cpr-1-shop/x.js',
    '/%2Fpr-1-shop/x.js',
    '/%E0%A4%A/x.js',
  ])('cannot leave a site: %s', async (uri) => {
    expect(await visit(uri)).toMatchObject({ statusCode: 400 });
  });

  it('is served by path for any host without a domain', async () => {
    expect(await visit('/x.js', { host: 'pr-1-shop.preview.example.com' })).toMatchObject({ uri: '/x.js' });
    expect(await visit('/x.js', { host: 'a.' })).toMatchObject({ uri: '/x.js' });
  });
});

describe('a request by host name', () => {
  const visit = visitor({ sitesDomain: 'preview.example.com', sitesHostedZoneId: 'Z0123456789' });
  const host = 'pr-1-shop.preview.example.com';

  it.each([
    ['/', '/pr-1-shop/index.html'],
    ['/docs/', '/pr-1-shop/docs/index.html'],
    ['/style.css', '/pr-1-shop/style.css'],
    ['//other-shop/x.js', '/pr-1-shop//other-shop/x.js'],
  ])('for %s is served from the site of that name: %s', async (uri, object) => {
    expect(await visit(uri, { host })).toMatchObject({ uri: object });
  });

  it('cannot leave its site', async () => {
    expect(await visit('/../main-shop/x.js', { host })).toMatchObject({ statusCode: 400 });
  });

  it.each([
    ['PR-1-Shop.Preview.Example.Com', '/pr-1-shop/x.js'],
    ['pr-1-shop.preview.example.com:443', '/pr-1-shop/x.js'],
    ['d123.cloudfront.net', '/x.js'],
    ['preview.example.com', '/x.js'],
    ['pr-1-shop.preview.example.com.evil.example', '/x.js'],
    ['pr-1-shop.preview-example.com', '/x.js'],
    ['www.pr-1-shop.preview.example.com', '/x.js'],
  ])('to %s is served from %s', async (name, object) => {
    expect(await visit('/x.js', { host: name })).toMatchObject({ uri: object });
  });

  it('may come through a proxy that forwards the host name', async () => {
    const proxied = visitor({ sitesUrl: 'https://*.preview.example.com' });

    expect(await proxied('/x.js', { forwarded: host })).toMatchObject({ uri: '/pr-1-shop/x.js' });
    expect(await proxied('/x.js', { forwarded: 'a/../b.preview.example.com' })).toMatchObject({
      uri: '/x.js',
    });
    expect(await visit('/x.js', { host, forwarded: 'main-shop.preview.example.com' })).toMatchObject({
      uri: '/pr-1-shop/x.js',
    });
  });
});

type Values = Record<string, { value: string; multiValue?: { value: string }[] }>;

describe('a response', () => {
  const code = codeOf(synthesised().json, 'SiteResponse');
  const complete = (headers: Values, { statusCode = 200, querystring = {} as Values } = {}) =>
    runInNewContext(`${code}; handler(event)`, {
      event: { request: { querystring }, response: { statusCode, headers } },
    }).headers;

  it('has the headers in the metadata of its object', () => {
    const stored = JSON.stringify({
      'content-security-policy': "default-src 'self'",
      'x-robots-tag': 'noindex',
    });

    expect(complete({ etag: { value: '"1"' }, 'x-amz-meta-headers': { value: stored } })).toEqual({
      etag: { value: '"1"' },
      'content-security-policy': { value: "default-src 'self'" },
      'x-robots-tag': { value: 'noindex' },
    });
    expect(complete({ etag: { value: '"1"' } })).toEqual({ etag: { value: '"1"' } });
  });

  it('has no header by which a site controls the others of its host, whoever wrote the metadata', () => {
    const stored = {
      'Service-Worker-Allowed': '/',
      'clear-site-data': '"*"',
      'set-cookie': 'a=b',
      NEL: '{}',
      'x-own': 'yes',
    };
    const headers = { 'x-amz-meta-headers': { value: JSON.stringify(stored) } };

    expect(complete(headers)).toEqual({ 'x-own': { value: 'yes' } });
  });

  it('keeps the query in a redirect to a directory', () => {
    const location = { value: './docs/' };
    const querystring = {
      page: { value: '2' },
      tag: { value: 'a', multiValue: [{ value: 'a' }, { value: 'b%20c' }] },
    };

    expect(complete({ location }, { statusCode: 302, querystring })).toEqual({
      location: { value: './docs/?page=2&tag=a&tag=b%20c' },
    });
    expect(complete({ location }, { statusCode: 302 })).toEqual({ location });
    expect(complete({}, { querystring })).toEqual({});
  });
});

describe('the CloudFront functions', () => {
  it.each(['site-request.js', 'site-response.js'])(
    'use the language of CloudFront’s runtime: %s',
    async (name) => {
      const source = sourceOf(name);
      const supported = {
        'const-and-let': true,
        arrow: true,
        'template-literal': true,
        'async-await': true,
      };
      const lowered = await transform(source, { target: 'es5', supported });
      const untouched = await transform(source, { target: 'esnext' });

      expect(lowered.code).toBe(untouched.code);
    },
  );

  it('are within CloudFront’s size limit', () => {
    const longest = synthesised({ sitesUrl: `https://*.${'a'.repeat(60)}.${'b'.repeat(60)}.example.com` });

    for (const name of ['SiteRequest', 'SiteResponse'])
      expect(Buffer.byteLength(codeOf(longest.json, name))).toBeLessThan(10_240);
  });
});
