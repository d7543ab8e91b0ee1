import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createHttpApi, type RouteTarget } from '../../../../local/aws/api-gateway/http-api.ts';
import type { Invoke } from '../../../../local/runtime/function-pool.ts';
import { failure } from '../../../../local/runtime/invocation.ts';
import { recordLog, serve } from '../../support.ts';

const ECHO: Invoke = async (payload) => ({
  ok: true,
  payload: JSON.stringify({ statusCode: 200, body: payload }),
});

const answering =
  (value: unknown): Invoke =>
  async () => ({ ok: true, payload: JSON.stringify(value) });

async function startApi(invoke: Invoke = ECHO, rest: Partial<RouteTarget> = {}) {
  const target = { invoke, apiId: 'abc', iam: false, timeoutMs: 30_000, ...rest };
  const routes = ['POST /projects/{project}/hook', 'ANY /files/{path+}'].map((key) => ({ key, target }));
  return serve(createHttpApi(Promise.resolve(routes), recordLog().log));
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: Buffer | string;
}

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

/** Sends exactly these bytes. */
function send(url: string, { method = 'POST', path = '/files/x', headers = {}, body }: Sent = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const outgoing = request(url, { method, path, headers, agent }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    },
  );
}

const event = async (url: string, sent: Sent) => JSON.parse((await send(url, sent)).text);

describe('the HTTP API', () => {
  it('invokes a function with payload format 2.0', async () => {
    const url = await startApi();
    const got = await event(url, {
      path: '/projects/a%20b/hook?b=2&a=1&b=3&plus=a+b&encoded=a%2Bb&empty=',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'X-Event-Key': 'repo:push',
        'X-Twice': ['one', 'two'],
        Cookie: 'session=1; theme=dark',
        'User-Agent': 'Bitbucket-Webhooks/2.0',
      },
      body: '{"a":"é"}',
    });
    expect(got).toMatchObject({
      version: '2.0',
      routeKey: 'POST /projects/{project}/hook',
      rawPath: '/projects/a b/hook',
      rawQueryString: 'b=2&a=1&b=3&plus=a+b&encoded=a%2Bb&empty=',
      queryStringParameters: { b: '2,3', a: '1', plus: 'a b', encoded: 'a+b', empty: '' },
      pathParameters: { project: 'a b' },
      cookies: ['session=1', 'theme=dark'],
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-event-key': 'repo:push',
        'x-twice': 'one,two',
        'content-length': '10',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': new URL(url).port,
      },
      body: '{"a":"é"}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: 'abc',
        routeKey: 'POST /projects/{project}/hook',
        stage: '$default',
        http: {
          method: 'POST',
          path: '/projects/a b/hook',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'Bitbucket-Webhooks/2.0',
        },
      },
    });
    expect(got.headers.cookie).toBeUndefined();
    expect(got.requestContext.authorizer).toBeUndefined();
    expect(got.requestContext.time).toMatch(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(got.headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it('omits fields that the request does not have', async () => {
    const got = await event(await startApi(), { method: 'GET' });
    expect(got).not.toHaveProperty('body');
    expect(got).not.toHaveProperty('queryStringParameters');
    expect(got).not.toHaveProperty('cookies');
    expect(got).toMatchObject({ isBase64Encoded: false, rawQueryString: '', pathParameters: { path: 'x' } });
  });

  it('has a local caller for a route with IAM authorisation', async () => {
    const got = await event(await startApi(ECHO, { iam: true }), {});
    expect(got.requestContext.authorizer.iam.userArn).toBe('arn:aws:iam::000000000000:user/local');
  });

  // Observed on AWS.
  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/vnd.api+json', true],
    ['application/octet-stream', true],
    [undefined, true],
  ])('delivers a body of type %s, base64: %s', async (type, isBase64Encoded) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(await event(await startApi(), { headers, body: 'a=1' })).toMatchObject({ isBase64Encoded });
  });

  it('preserves every byte of a body, so that its signature can be verified', async () => {
    const url = await startApi();
    const types = fc.constantFrom('application/json', 'text/plain; charset=latin1', 'image/png');
    const text = fc.string({ unit: 'binary' }).map((value) => Buffer.from(value));
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1 }).map((value) => Buffer.from(value)),
      text,
      fc.constant(Buffer.from('\ufeff{}')),
    );
    const digest = (value: Buffer) => createHash('sha256').update(value).digest('hex');
    await fc.assert(
      fc.asyncProperty(types, bytes, async (type, body) => {
        const got = await event(url, { headers: { 'content-type': type }, body });
        const received = Buffer.from(got.body ?? '', got.isBase64Encoded ? 'base64' : 'utf8');
        expect(digest(received)).toBe(digest(body));
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['an object', { a: 1 }, 200, 'application/json', '{"a":1}'],
    ['a string', 'hello', 200, 'application/json', 'hello'],
    ['nothing', null, 200, 'application/json', 'null'],
    ['a status', { statusCode: 202 }, 202, undefined, ''],
    ['a body', { statusCode: 201, body: 'made' }, 201, 'text/plain;charset=UTF-8', 'made'],
    [
      'a type',
      { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
      200,
      'text/html',
      '<p>',
    ],
    [
      'base64',
      { statusCode: 200, body: 'w6k=', isBase64Encoded: true },
      200,
      'text/plain;charset=UTF-8',
      'é',
    ],
    [
      'a body that is no string',
      { statusCode: 200, body: { a: 1 } },
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
    [
      'an impossible header',
      { statusCode: 200, headers: { a: 'b\nc' } },
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
    [
      'an invalid status',
      { statusCode: 'fine' },
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
  ])('converts %s to a response', async (_, value, status, type, text) => {
    const answer = await send(await startApi(answering(value)));
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers['content-type']).toBe(type);
  });

  it('sets every cookie', async () => {
    const answer = await send(
      await startApi(answering({ statusCode: 200, cookies: ['a=1; Path=/', 'b=2'] })),
    );
    expect(answer.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2']);
  });

  it('answers itself without a route, or without a result of the function', async () => {
    expect(await send(await startApi(), { path: '/nowhere' })).toMatchObject({
      status: 404,
      text: '{"message":"Not Found"}',
    });
    expect(await send(await startApi(), { path: '/files/%25x' })).toMatchObject({ status: 400 });
    const failing = await startApi(async () => failure('Error', 'secret reason'));
    expect(await send(failing)).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
    const slow = await startApi(() => new Promise(() => undefined), { timeoutMs: 20 });
    expect(await send(slow)).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
  });

  it.each([
    ['over 10 MiB', 'application/octet-stream', 'x'.repeat(10 * 1024 * 1024 + 1)],
    ['that makes an event over 6 MiB', 'application/json', '"'.repeat(3.5 * 1024 * 1024)],
  ])('refuses a body %s', async (_, type, body) => {
    const answer = await send(await startApi(), { headers: { 'content-type': type }, body });
    expect(answer).toMatchObject({ status: 413, text: '{"message":"Request Entity Too Large"}' });
  });

  it('answers HEAD without a body', async () => {
    const answer = await send(await startApi(answering({ statusCode: 200, body: 'content' })), {
      method: 'HEAD',
    });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['content-length']).toBe('7');
  });
});
