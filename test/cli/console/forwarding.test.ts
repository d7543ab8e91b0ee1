import { describe, expect, it } from 'vitest';
import { path } from '../../../cli/api/client.ts';
import { longestAnswer } from '../../../cli/console/forward.ts';
import { longestBody } from '../../../cli/console/request-body.ts';
import { aConsole } from '../../support/console.ts';
import { expectedSignature } from '../../support/expected-signature.ts';
import { startHttpServer } from '../../support/http-server.ts';

const temporary = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI',
  sessionToken: 'the-session-token',
};

/** A console whose API is in AWS, for the signature. */
async function aSigningConsole() {
  const api = await startHttpServer(() => ({ status: 200, body: {} }));
  const console = await aConsole({
    upstream: {
      address: { url: api.url, isLoopback: false, remedy: 'Check it.' },
      env: { AWS_REGION: 'eu-north-1' },
      credentials: { find: async () => temporary, forget: () => {} },
    },
  });
  return {
    ...console,
    api,
    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await api.stop();
    },
  };
}

describe('a signed request', () => {
  it.each([
    'main',
    'feature/cart',
    'feature/a%2Fb',
    'a/activities',
    '50%25-off',
    '50%-off',
    "größe it's(*)!",
    'fix/#12',
  ])('has the signature that AWS computes for the environment %s', async (environment) => {
    await using console = await aSigningConsole();

    await console.page(
      `/api${path`/projects/abc/environments/${environment}`}/activities?type=b&type=a.b&search=a+b`,
    );
    await console.write('POST', `/api${path`/projects/abc/environments/${environment}`}/branch`, {
      title: 'ü',
    });

    for (const { method, path: sent, query, headers, body } of console.api.requests) {
      const url = `${console.api.url}${sent}?${query}`;
      const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      const signature = expectedSignature({ method, url, body }, given, {
        secret: temporary.secretAccessKey,
        region: 'eu-north-1',
      });
      expect(headers.authorization).toContain(`Signature=${signature}`);
    }
    expect(console.api.requests).toHaveLength(2);
  });

  it('leaves nothing of the signature in the response', async () => {
    await using console = await aSigningConsole();

    const answer = await console.page('/api/projects');

    const sent = console.api.requests[0]?.headers ?? {};
    expect(sent['x-amz-security-token']).toBe(temporary.sessionToken);
    for (const secret of [
      ...Object.values(temporary),
      String(sent['authorization']),
      String(sent['x-amz-date']),
    ]) {
      expect(JSON.stringify(answer)).not.toContain(secret);
    }
  });
});

describe('the request to the API', () => {
  it('has no cookie, authorisation, token or other header of the page', async () => {
    await using console = await aConsole();

    await console.write(
      'POST',
      '/api/projects',
      { title: 'A' },
      {
        cookie: 'session=1',
        authorization: 'AWS4-HMAC-SHA256 Credential=other',
        'x-amz-security-token': 'other',
        'x-amz-date': '20000101T000000Z',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-host': 'attacker.example',
        'x-http-method-override': 'DELETE',
        'accept-encoding': 'br',
        referer: 'http://127.0.0.1/secret',
        'transfer-encoding-x': 'a',
        'if-none-match': '"1"',
      },
    );

    const { headers } = console.api.requests[0] ?? expect.unreachable('no request');
    const sent = Object.entries(headers).filter(
      ([name]) => name !== 'connection' && name !== 'content-length',
    );
    expect(Object.fromEntries(sent)).toEqual({
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'content-type': 'application/json',
      host: new URL(console.api.url).host,
      'if-none-match': '"1"',
      'user-agent': 'Bough',
    });
  });
});

describe('the address of the API', () => {
  it('may have a path, below which all requests stay', async () => {
    const api = await startHttpServer(() => ({ status: 200, body: {} }));
    await using console = await aConsole({
      upstream: { address: { url: `${api.url}/v1`, isLoopback: true, remedy: '' } },
    });

    const { status } = await console.page('/api/projects/abc/environments/a%2Fb?count=1');
    await api.stop();

    expect(status).toBe(200);
    expect(api.requests).toMatchObject([{ path: '/v1/projects/abc/environments/a%2Fb' }]);
  });
});

describe('the answer of the API', () => {
  it('arrives with its status, type, version and next page, and with no other header', async () => {
    await using console = await aConsole({
      answer: () => ({
        status: 201,
        headers: {
          etag: '"7"',
          link: '<https://api.example/projects?after=a>; rel="next"',
          'set-cookie': 'session=1',
          location: 'https://attacker.example/',
          'access-control-allow-origin': '*',
          'content-security-policy': 'default-src *',
          'cache-control': 'public',
          'apigw-requestid': 'abc',
          'x-amz-security-token': 'secret',
          refresh: '0; url=https://attacker.example/',
          'service-worker-allowed': '/',
          'clear-site-data': '"*"',
          'proxy-authenticate': 'Basic',
        },
        body: { id: 'a' },
      }),
    });

    const { status, headers, text } = await console.page('/api/projects');

    expect([status, text]).toEqual([201, '{"id":"a"}']);
    const ofConnection = ['connection', 'date', 'keep-alive', 'content-length'];
    expect(
      Object.keys(headers)
        .filter((name) => !ofConnection.includes(name))
        .sort(),
    ).toEqual([
      'cache-control',
      'content-security-policy',
      'content-type',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
      'etag',
      'link',
      'referrer-policy',
      'x-content-type-options',
      'x-frame-options',
    ]);
    expect(headers).toMatchObject({
      etag: '"7"',
      'cache-control': 'no-store',
      'content-type': 'application/json',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('can be that nothing changed', async () => {
    await using console = await aConsole({
      answer: ({ headers }) =>
        headers['if-none-match'] === '"7"'
          ? { status: 304, headers: { etag: '"7"' } }
          : { status: 200, body: {} },
    });

    const answer = await console.page('/api/projects', { headers: { 'if-none-match': '"7"' } });

    expect(answer).toMatchObject({ status: 304, text: '', headers: { etag: '"7"' } });
  });

  it('can be an error, or the lines of a log', async () => {
    const error = {
      code: 404,
      message: 'There is none.',
      detail: { error: 'not_found', remedy: 'Check it.' },
    };
    await using console = await aConsole({
      answer: (request) =>
        request.path.endsWith('/log')
          ? { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: '{"seal":true}\n' }
          : { status: 404, body: error },
    });

    const refused = await console.page('/api/projects/abc');
    const log = await console.page('/api/projects/abc/activities/def/log?start_at=10');

    expect([refused.status, JSON.parse(refused.text)]).toEqual([404, error]);
    expect(log).toMatchObject({
      text: '{"seal":true}\n',
      headers: { 'content-type': 'application/x-ndjson' },
    });
  });

  it.each([301, 302, 303, 307, 308])('is not followed to another address: %i', async (status) => {
    const other = await startHttpServer(() => ({ status: 200, body: {} }));
    await using console = await aConsole({
      answer: () => ({ status, headers: { location: other.url }, body: {} }),
    });

    const answer = await console.page('/api/projects');
    await other.stop();

    expect(answer).toMatchObject({ status: 502, error: 'api_answer_invalid' });
    expect(other.requests).toEqual([]);
    expect(JSON.stringify(answer)).not.toContain(other.url);
  });

  it.each(['text/html', 'text/plain', 'application/javascript', 'image/svg+xml', 'application/json+x'])(
    'is data, not a page of the type %s',
    async (type) => {
      await using console = await aConsole({
        answer: () => ({ status: 200, headers: { 'content-type': type }, body: '<script>alert(1)</script>' }),
      });

      const answer = await console.page('/api/projects');

      expect(answer).toMatchObject({ status: 502, error: 'api_answer_invalid' });
      expect(answer.text).not.toContain('<script>');
    },
  );

  it('has a limit', async () => {
    await using console = await aConsole({
      answer: () => ({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: `"${'a'.repeat(longestAnswer)}"`,
      }),
    });

    expect(await console.page('/api/projects')).toMatchObject({ status: 502, error: 'api_answer_invalid' });
  });
});

describe('an API that does not answer', () => {
  it('is reported with its remedy when it closes the connection', async () => {
    await using console = await aConsole({ answer: () => 'hang-up' });

    const answer = await console.page('/api/projects');

    expect(answer).toMatchObject({ status: 502, error: 'api_unreachable' });
    expect(JSON.parse(answer.text)).toMatchObject({ code: 502, detail: { remedy: 'Start it.' } });
  });

  it('is reported when it is not there, and is called again by the next request', async () => {
    await using console = await aConsole();
    const { port } = new URL(console.api.url);
    await console.api.stop();

    expect(await console.page('/api/projects')).toMatchObject({ status: 502, error: 'api_unreachable' });
    expect(JSON.parse((await console.page('/api/projects')).text).message).toContain(`127.0.0.1:${port}`);
  });

  it('is given up after a time', async () => {
    await using console = await aConsole({ answer: () => 'silence', upstream: { timeout: 100 } });

    expect(await console.page('/api/projects')).toMatchObject({ status: 504, error: 'api_timeout' });
  });
});

describe('a request of the page', () => {
  it.each([
    ['announced', false],
    ['in parts', true],
  ])('has a limit for its body: %s', async (_, isChunked) => {
    await using console = await aConsole();
    const headers = {
      'content-type': 'application/json',
      ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}),
    };
    const body = JSON.stringify('a'.repeat(longestBody));

    const answer = await console.page('/api/projects', { method: 'POST', headers, body });

    expect(answer).toMatchObject({ status: 413, error: 'body_too_large' });
    expect(console.api.requests).toEqual([]);
  });

  it('may have the longest body', async () => {
    await using console = await aConsole();

    const { status } = await console.write('POST', '/api/projects', 'a'.repeat(longestBody - 2));

    expect(status).toBe(200);
  });

  it('has a body in UTF-8', async () => {
    await using console = await aConsole();
    const headers = { 'content-type': 'application/json' };

    const answer = await console.page('/api/projects', {
      method: 'POST',
      headers,
      body: Buffer.from([0x22, 0xff, 0x22]),
    });

    expect(answer).toMatchObject({ status: 400, error: 'malformed_body' });
    expect(console.api.requests).toEqual([]);
  });

  it('has limits for its headers and for the time that they take', async () => {
    await using console = await aConsole({ limits: { headersMs: 100, requestMs: 100 } });

    expect(await console.page('/', { headers: { 'x-long': 'a'.repeat(20_000) } })).toMatchObject({
      status: 431,
    });
    expect(await console.raw('GET / HTTP/1.1\r\nHost: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect(
      await console.raw(
        `POST /api/projects HTTP/1.1\r\nHost: ${console.host}\r\nSec-Fetch-Site: same-origin\r\nX-Bough-Token: ${console.token}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
      ),
    ).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that fails unexpectedly shows nothing of the reason, which the terminal shows', async () => {
    const find = () => Promise.reject(new Error('a reason with a secret'));
    await using console = await aConsole({
      upstream: {
        address: { url: 'http://127.0.0.1:9', isLoopback: false, remedy: '' },
        env: { AWS_REGION: 'eu-north-1' },
        credentials: { find, forget: () => {} },
      },
    });

    const answer = await console.page('/api/projects');

    expect(answer).toMatchObject({ status: 500, error: 'internal' });
    expect(answer.text).not.toContain('secret');
    expect(console.problems).toEqual([expect.stringContaining('a reason with a secret')]);
  });
});

describe('the session', () => {
  it('says which API the page acts on', async () => {
    const session = {
      api_url: 'https://a1b2.execute-api.eu-north-1.amazonaws.com',
      region: 'eu-north-1',
      stack: 'bough',
      read_only: false,
      version: '1.2.3',
    };
    await using console = await aConsole({ session });

    expect(JSON.parse((await console.page('/session')).text)).toEqual(session);
    expect((await console.write('POST', '/session')).status).toBe(405);
  });
});
