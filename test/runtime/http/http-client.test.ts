import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HttpUnreachable, http, jsonIn, ResponseTooLarge } from '../../../shared/runtime/http/http-client.ts';
import { type HttpResponse, type HttpServer, startHttpServer } from '../../support/http-server.ts';

let server: HttpServer;
const answers: Record<string, HttpResponse> = {
  '/fine': { status: 200, headers: { 'x-said': 'yes' }, body: { a: 1 } },
  '/gone': { status: 404, body: 'gone' },
  '/moved': { status: 302, headers: { location: '/fine' } },
  '/silence': 'silence',
  '/hang-up': 'hang-up',
};
beforeAll(async () => {
  server = await startHttpServer(({ path }) => answers[path] ?? { status: 500 });
});
afterAll(() => server.stop());

/** A server for one test; returns its URL. */
async function serving(answer: (response: ServerResponse) => void): Promise<string> {
  const one = createServer((_, response) => answer(response));
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  onTestFinished(() => {
    one.closeAllConnections();
    one.close();
  });
  const { port } = one.address() as AddressInfo;
  return `http://127.0.0.1:${port}/`;
}

function sendForEver(response: ServerResponse, chunk: Buffer): void {
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

describe('a call', () => {
  it('returns status, headers and text for any status', async () => {
    const fine = await http(`${server.url}/fine`);
    expect([fine.status, fine.headers.get('x-said'), fine.text]).toEqual([200, 'yes', '{"a":1}']);
    await expect(http(`${server.url}/gone`)).resolves.toMatchObject({ status: 404, text: 'gone' });
  });

  it('sends the method, the headers and the body', async () => {
    await http(`${server.url}/fine?q=1`, { method: 'PUT', headers: { 'x-said': 'hi' }, body: 'ü' });
    expect(server.requests.at(-1)).toMatchObject({ method: 'PUT', path: '/fine', body: 'ü' });
    expect(server.requests.at(-1)?.headers['x-said']).toBe('hi');
  });

  it('follows no redirect', async () => {
    await expect(http(`${server.url}/moved`)).resolves.toMatchObject({ status: 302 });
    expect(server.requests.at(-1)?.path).toBe('/moved');
  });

  it('times out without a response', async () => {
    const call = http(`${server.url}/silence`, { timeoutMs: 50 });
    await expect(call).rejects.toThrow(HttpUnreachable);
    await expect(call).rejects.toThrow('no answer in time');
  });

  it('times out when a response stalls', async () => {
    const url = await serving((response) => void response.writeHead(200).write('{'));
    const call = http(url, { timeoutMs: 50 });
    await expect(call).rejects.toThrow('no answer in time');
  });

  describe('with an endless response', () => {
    it.each([
      ['is endless', {}, (response: ServerResponse) => sendForEver(response, Buffer.alloc(65_536, 'x'))],
      [
        'is large only after decompression',
        { 'content-encoding': 'gzip' },
        (response: ServerResponse) => response.end(gzipSync(Buffer.alloc(8 * 1024 * 1024))),
      ],
    ])('%s ends at the limit', async (_, headers, send) => {
      const url = await serving((response) => send(response.writeHead(200, headers)));
      const call = http(url, { mostBytes: 1024 * 1024 });
      await expect(call).rejects.toThrow(ResponseTooLarge);
      await expect(call).rejects.toThrow('sent more than 1 MB');
    });

    it('times out although bytes keep arriving', async () => {
      const url = await serving((response) => {
        const trickle = setInterval(() => response.write('x'), 5);
        response.on('close', () => clearInterval(trickle));
      });
      await expect(http(url, { timeoutMs: 100 })).rejects.toThrow('no answer in time');
    });
  });

  it('reports the host and the reason of a failed connection, and no other part of the URL', async () => {
    const call = http(`${server.url}/hang-up?token=secret`);
    await expect(call).rejects.toThrow(HttpUnreachable);
    await expect(call).rejects.toThrow(new URL(server.url).host);
    await expect(call).rejects.not.toThrow('secret');
  });
});

describe('the JSON of a response', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['null', null],
    ['<html>', undefined],
    ['', undefined],
  ])('%s is %s', (text, json) => {
    expect(jsonIn({ text })).toEqual(json);
  });
});
