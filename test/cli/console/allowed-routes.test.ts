import { describe, expect, it } from 'vitest';
import { allowedRoutes, isAllowed } from '../../../cli/console/allowed-routes.ts';
import { formsOf, readTarget } from '../../../cli/console/request-target.ts';
import { allRoutes } from '../../../functions/api/routes/all.ts';
import { hook } from '../../../functions/api/routes/hook.ts';
import { apiWorld } from '../../support/api-world.ts';
import { aConsole } from '../../support/console.ts';

/** Routes of the API that the page does not need, by id. */
const leftOut = new Set(['get-root', 'get-openapi', 'get-cli', 'issue-build-credentials']);

describe('the allowed routes', () => {
  it('are those of the API, except routes of builds, of webhooks, and without an identity', () => {
    const routes = allRoutes(apiWorld().ports)
      .filter(({ id, isOpen }) => !isOpen && !leftOut.has(id))
      .map(({ method, path }) => `${method} ${path}`);
    const allowed = Object.entries(allowedRoutes).flatMap(([method, paths]) =>
      paths.map((path) => `${method} ${path}`),
    );

    expect(routes.sort()).toEqual(allowed.sort());
  });

  it('do not contain the webhook', () => {
    const path = hook.path.replace(/\{\w+\}/g, 'abc');

    expect(isAllowed('POST', path)).toBe(false);
  });
});

const id = '/api/projects/abc/environments';

describe('an id of an environment', () => {
  it.each([
    ['with slashes', `${id}/feature/cart`],
    ['with an encoded slash', `${id}/feature%2Fcart`],
    ['with a literal escape', `${id}/feature/a%25252Fb`],
    ['with an escape that was encoded once', `${id}/feature/a%252Fb`],
    ['as a path of its own', `${id}/a/activities`],
    ['as another path of its own', `${id}/a/integrations/b/hook`],
    ['with a percent sign, encoded once', `${id}/50%25-off`],
    ['with a percent sign, encoded twice', `${id}/50%2525-off`],
    ['with a percent sign that is an escape', `${id}/100%252541`],
    ['with a number sign', `${id}/fix/%2312`],
    ['with unicode', `${id}/gr%C3%B6%C3%9Fe/%F0%9F%8C%B3`],
    ['with a plus sign', `${id}/c%2B%2B`],
    ['with dots', `${id}/release/v1..2/...`],
    ['with 250 bytes', `${id}/${'a'.repeat(250)}`],
  ])('passes unharmed: %s', async (_, path) => {
    await using console = await aConsole();

    for (const suffix of ['', '/activities', '/deployments/current']) {
      expect((await console.page(path + suffix)).status).toBe(200);
    }
    expect((await console.write('POST', `${path}/redeploy`)).status).toBe(200);
    expect(console.api.requests.map((request) => request.path)).toEqual(
      ['', '/activities', '/deployments/current', '/redeploy'].map(
        (suffix) => path.slice('/api'.length) + suffix,
      ),
    );
  });

  it('passes with characters that a signature could encode in two ways, which are encoded', async () => {
    await using console = await aConsole();

    await console.page(`${id}/it's(*)!&a=b+c,d;e:f@g`);

    expect(console.api.requests.map((request) => request.path)).toEqual([
      `${id.slice('/api'.length)}/it%27s%28%2A%29%21%26a%3Db%2Bc%2Cd%3Be%3Af%40g`,
    ]);
  });
});

describe('a path outside the allowed routes', () => {
  it.each([
    ['credentials of a build', 'POST', '/api/builds/abc/def/credentials'],
    ['the webhook', 'POST', '/api/projects/abc/integrations/def/hook'],
    ['the webhook, encoded', 'POST', '/api/projects/abc/integrations/def/%68ook'],
    ['the webhook, encoded twice', 'POST', '/api/projects/abc/integrations/def/%2568ook'],
    ['the webhook, encoded thrice', 'POST', '/api/projects/abc/integrations/def/%252568ook'],
    ['the webhook with a final slash', 'POST', '/api/projects/abc/integrations/def/hook/'],
    ['the webhook with a query', 'POST', '/api/projects/abc/integrations/def/hook?x=/validate'],
    [
      'the webhook, cut at an encoded question mark',
      'POST',
      '/api/projects/abc/integrations/def/hook%3F/validate',
    ],
    ['the same for API Gateway', 'POST', '/api/projects/abc/integrations/def/hook%253F/validate'],
    ['a log behind a link', 'GET', '/api/logs/abc/def/signature'],
    ['an error page', 'GET', '/api/not-found/abc'],
    ['the root of the API', 'GET', '/api/'],
    ['the root without a slash', 'GET', '/api'],
    ['the root of the API, doubled', 'GET', '/api//'],
    ['a method that the route does not have', 'DELETE', '/api/projects'],
    ['another method that the route does not have', 'POST', '/api/doctor'],
    ['dots', 'POST', '/api/projects/abc/environments/../../../builds/abc/def/credentials'],
    ['dots within an id', 'GET', '/api/projects/abc/environments/a/../b'],
    ['a dot', 'GET', '/api/projects/abc/environments/./a'],
    ['encoded dots', 'GET', '/api/projects/abc/environments/%2e%2e/mirror'],
    ['half-encoded dots', 'GET', '/api/projects/abc/environments/.%2E/mirror'],
    ['dots, encoded twice', 'GET', '/api/projects/abc/environments/%252e%252e/mirror'],
    ['dots, encoded thrice', 'GET', '/api/projects/abc/environments/%25252e%25252e/mirror'],
    [
      'dots, encoded too often',
      'GET',
      `/api/projects/abc/environments/${'%25'.repeat(9)}2e.`.replace('%25'.repeat(9), `%${'25'.repeat(9)}`),
    ],
    [
      'dots between encoded slashes',
      'POST',
      '/api/projects/abc/environments/x%2F..%2F..%2F..%2Fbuilds%2Fa%2Fb%2Fcredentials',
    ],
    ['dots out of the prefix', 'GET', '/api/../session'],
    ['encoded dots out of the prefix', 'GET', '/api/%2e%2e/session'],
    ['another host after two slashes', 'GET', '//attacker.example/api/projects'],
    ['another host after the prefix', 'GET', '/api//attacker.example/projects'],
    ['another host, encoded', 'GET', '/api/%2F%2Fattacker.example/projects'],
    ['another host as a user', 'GET', '/api/@attacker.example/projects'],
    ['an empty segment', 'GET', '/api/projects//abc'],
    ['an encoded empty segment', 'GET', '/api/projects/abc/environments/a%2F%2Fb'],
    ['a final slash', 'GET', '/api/projects/'],
    ['an encoded final slash', 'GET', '/api/projects/abc/environments/a%2F'],
    ['a backslash', 'GET', '/api/projects/abc/environments\\..\\mirror'],
    ['an encoded backslash', 'GET', '/api/projects/abc/environments/..%5Cmirror'],
    ['a backslash, encoded twice', 'GET', '/api/projects/abc/environments/a%255Cb'],
    ['an encoded NUL', 'GET', '/api/projects/abc%00'],
    ['a NUL, encoded twice', 'GET', '/api/projects/abc%2500'],
    ['an encoded line end', 'GET', '/api/projects/abc%0D%0AX-A:%20b'],
    ['an encoded tab', 'GET', '/api/projects/ab%09c'],
    ['half an escape', 'GET', '/api/projects/abc%2'],
    ['an escape that is none', 'GET', '/api/projects/abc%zz'],
    ['bytes that are no UTF-8, as the API would see them', 'GET', '/api/projects/abc/environments/a\u00ffb'],
    ['a fragment', 'GET', '/api/projects#/builds'],
    ['parameters of a signature', 'GET', '/api/projects?X-Amz-Signature=abc'],
    ['the same in lower case', 'GET', '/api/projects?count=1&x-amz-security-token=abc'],
    ['the same, encoded', 'GET', '/api/projects?%58-Amz-Date=1'],
    ['an absolute address', 'GET', 'http://attacker.example/api/projects'],
    ['an absolute address of this server', 'GET', 'http://HOST/api/projects'],
    ['an asterisk', 'GET', '*'],
  ])('reaches no API: %s', async (_, method, path) => {
    await using console = await aConsole();
    const headers = [
      `Host: ${console.host}`,
      'Sec-Fetch-Site: same-origin',
      `X-Bough-Token: ${console.token}`,
      'Connection: close',
      ...(method === 'POST' ? ['Content-Type: application/json', 'Content-Length: 2'] : []),
    ];

    const answer = await console.raw(
      `${method} ${path.replace('HOST', console.host)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${method === 'POST' ? '{}' : ''}`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 (404|400) /);
    expect(console.api.requests).toEqual([]);
  });

  it('is not reached with a raw NUL or space either', async () => {
    await using console = await aConsole();
    const headers = `Host: ${console.host}\r\nSec-Fetch-Site: same-origin\r\nX-Bough-Token: ${console.token}\r\n`;

    for (const path of ['/api/projects\0', '/api/projects /x', '/api/projects\t']) {
      expect(await console.raw(`GET ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 4/,
      );
    }
    expect(console.api.requests).toEqual([]);
  });

  it('is not reached by a second request within a body', async () => {
    await using console = await aConsole();
    const hidden = `GET /api/projects HTTP/1.1\r\nHost: ${console.host}\r\n\r\n`;
    const headers = [
      `Host: ${console.host}`,
      'Sec-Fetch-Site: same-origin',
      `X-Bough-Token: ${console.token}`,
      'Content-Type: application/json',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
    ];

    const answer = await console.raw(
      `POST /api/projects HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n0\r\n\r\n${hidden}`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(console.api.requests).toEqual([]);
  });
});

describe('a query', () => {
  it('arrives with the same meaning, in one spelling', async () => {
    await using console = await aConsole();

    await console.page(
      "/api/projects/abc/environments?view=row&status=active,dirty&search=a+b%20c'%26%3D%2B&count",
    );

    expect([...(console.api.requests[0]?.query ?? [])]).toEqual([
      ['view', 'row'],
      ['status', 'active,dirty'],
      ['search', "a b c'&=+"],
      ['count', ''],
    ]);
  });
});

describe('the forms of a path', () => {
  it('are all that up to five decodings give', () => {
    expect(formsOf('/a%25252Fb')).toEqual(['/a%25252Fb', '/a%252Fb', '/a%2Fb', '/a/b']);
    expect(formsOf('/50%2525-off')).toEqual(['/50%2525-off', '/50%25-off', '/50%-off']);
    expect(formsOf('/a%2525252525252Fb')).toBeNull();
  });

  it('keep an escape that is no UTF-8', () => {
    expect(formsOf('/a%FFb')).toEqual(['/a%FFb']);
  });

  it('begin with a target of visible characters', () => {
    expect(readTarget('/a?b=c?d')).toEqual({ path: '/a', query: 'b=c?d' });
    for (const target of ['', '*', 'a', 'http://a/', '/ö', '/a b', '/a"b', '/a?b=<c>', '/a%']) {
      expect(readTarget(target)).toBeNull();
    }
  });
});
