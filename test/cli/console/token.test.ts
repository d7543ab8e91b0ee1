import { describe, expect, it } from 'vitest';
import { aConsole } from '../../support/console.ts';

describe('the token', () => {
  it('has 256 random bits and is another one in each run', async () => {
    await using one = await aConsole();
    await using other = await aConsole();

    expect(Buffer.from(one.token, 'base64url')).toHaveLength(32);
    expect(one.token).not.toBe(other.token);
    expect(one.url).toBe(`http://127.0.0.1:${one.port}/#t=${one.token}`);
  });

  it.each<[string, (token: string) => Record<string, string | string[]>]>([
    ['none', () => ({})],
    ['an empty one', () => ({ 'x-bough-token': '' })],
    ['another one', () => ({ 'x-bough-token': Buffer.alloc(32).toString('base64url') })],
    ['its beginning', (token) => ({ 'x-bough-token': token.slice(0, -1) })],
    ['a longer one', (token) => ({ 'x-bough-token': `${token}A` })],
    [
      'another spelling',
      (token) => ({ 'x-bough-token': token.toUpperCase() === token ? 'A' : token.toUpperCase() }),
    ],
    ['it twice', (token) => ({ 'x-bough-token': [token, token] })],
    [
      'it in a cookie, which other ports receive too',
      (token) => ({ cookie: `x-bough-token=${token}; t=${token}` }),
    ],
    ['it as Authorization', (token) => ({ authorization: `Bearer ${token}` })],
    ['it in the referrer', (token) => ({ referer: `http://127.0.0.1/#t=${token}` })],
  ])('is required in its header: %s', async (_, headersOf) => {
    await using console = await aConsole();
    const headers = { ...console.own, ...headersOf(console.token) };

    for (const path of [
      '/session',
      '/api/projects',
      `/session?t=${console.token}`,
      `/api/projects?t=${console.token}`,
    ]) {
      expect(await console.bare(path, { headers })).toMatchObject({ status: 401, error: 'wrong_token' });
    }
    const write = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' };
    expect(await console.bare('/api/projects', write)).toMatchObject({ status: 401, error: 'wrong_token' });
    expect(console.api.requests).toEqual([]);
  });

  it('is neither needed for the page nor contained in it', async () => {
    await using console = await aConsole();

    for (const path of ['/', '/assets/index-1a2b.js', '/assets/index-1a2b.css', '/favicon.svg']) {
      const { status, text, headers } = await console.bare(path, { headers: console.own });
      expect(status).toBe(200);
      expect(text + JSON.stringify(headers)).not.toContain(console.token);
    }
  });

  it('does not reach the API, and comes back in no response', async () => {
    await using console = await aConsole();

    const answer = await console.page('/api/projects');

    expect(JSON.stringify(console.api.requests)).not.toContain(console.token);
    expect(JSON.stringify(answer)).not.toContain(console.token);
  });
});

describe('a write', () => {
  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'title=A'],
    ['a form with files', 'multipart/form-data; boundary=x', '--x--'],
    ['a form as text', 'text/plain', '{"title":"A","x":"="}'],
    ['JSON in disguise', 'text/plain; application/json', '{}'],
    ['JSON in a parameter', 'application/jsonp', '{}'],
    ['no content type', undefined, '{}'],
    ['no content type and no body', undefined, ''],
  ])('has JSON: %s is refused', async (_, type, body) => {
    await using console = await aConsole();
    const headers = type === undefined ? {} : { 'content-type': type };

    for (const method of ['POST', 'PATCH']) {
      const path = method === 'POST' ? '/api/projects' : '/api/projects/abc';
      expect(await console.page(path, { method, headers, body })).toMatchObject({
        status: 415,
        error: 'unsupported_media_type',
      });
    }
    if (body !== '') {
      expect((await console.page('/api/projects/abc', { method: 'DELETE', headers, body })).status).toBe(415);
    }
    expect(console.api.requests).toEqual([]);
  });

  it('may delete without a body', async () => {
    await using console = await aConsole();

    expect((await console.page('/api/projects/abc', { method: 'DELETE' })).status).toBe(200);
    expect(console.api.requests).toMatchObject([{ method: 'DELETE', path: '/projects/abc', body: '' }]);
  });

  it('is not disguised as a read', async () => {
    await using console = await aConsole();
    const headers = { 'content-type': 'application/json', 'x-http-method-override': 'DELETE' };

    const answer = await console.page('/api/projects/abc', { headers, body: '{"a":1}' });

    expect(answer).toMatchObject({ status: 400, error: 'malformed_body' });
    expect(
      (await console.page('/api/projects/abc', { headers: { 'x-http-method-override': 'DELETE' } })).status,
    ).toBe(200);
    expect(console.api.requests).toMatchObject([{ method: 'GET' }]);
    expect(console.api.requests[0]?.headers).not.toHaveProperty('x-http-method-override');
  });
});

describe('a read-only console', () => {
  it('reads, with GET and HEAD', async () => {
    await using console = await aConsole({ readOnly: true });

    expect(await console.page('/api/projects')).toMatchObject({ status: 200, text: '{"ok":true}' });
    expect(await console.page('/api/projects', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(JSON.parse((await console.page('/session')).text)).toMatchObject({ read_only: true });
    expect(console.api.requests).toMatchObject([{ method: 'GET' }, { method: 'GET' }]);
  });

  it.each([
    ['POST', '/projects'],
    ['POST', '/projects/abc/environments/main/redeploy'],
    ['POST', '/projects/abc/integrations/def/hook-secret'],
    ['PATCH', '/projects/abc'],
    ['DELETE', '/projects/abc'],
  ])('refuses to change anything: %s %s', async (method, path) => {
    await using console = await aConsole({ readOnly: true });

    expect(await console.write(method, `/api${path}`)).toMatchObject({ status: 403, error: 'read_only' });
    expect(console.api.requests).toEqual([]);
  });
});
