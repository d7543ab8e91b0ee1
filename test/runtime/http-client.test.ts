import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HttpUnreachable, http, jsonIn } from '../../shared/runtime/http-client.ts';
import { type HttpAnswer, type HttpServer, startHttpServer } from '../support/http-server.ts';

let server: HttpServer;
const answers: Record<string, HttpAnswer> = {
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

describe('a call', () => {
  it('answers with status, headers and text, whatever the status', async () => {
    const fine = await http(`${server.url}/fine`);
    expect([fine.status, fine.headers.get('x-said'), fine.text]).toEqual([200, 'yes', '{"a":1}']);
    await expect(http(`${server.url}/gone`)).resolves.toMatchObject({ status: 404, text: 'gone' });
  });

  it('sends what it is given', async () => {
    await http(`${server.url}/fine?q=1`, { method: 'PUT', headers: { 'x-said': 'hi' }, body: 'ü' });
    expect(server.requests.at(-1)).toMatchObject({ method: 'PUT', path: '/fine', body: 'ü' });
    expect(server.requests.at(-1)?.headers['x-said']).toBe('hi');
  });

  it('follows no redirect', async () => {
    await expect(http(`${server.url}/moved`)).resolves.toMatchObject({ status: 302 });
    expect(server.requests.at(-1)?.path).toBe('/moved');
  });

  it('ends when no answer comes in time', async () => {
    const call = http(`${server.url}/silence`, { timeoutMs: 50 });
    await expect(call).rejects.toThrow(HttpUnreachable);
    await expect(call).rejects.toThrow('no answer in time');
  });

  it('ends when an answer begins in time and then stalls', async () => {
    const stalling = createServer((_, response) => void response.writeHead(200).write('{'));
    stalling.listen(0, '127.0.0.1');
    await once(stalling, 'listening');
    onTestFinished(() => {
      stalling.closeAllConnections();
      stalling.close();
    });
    const { port } = stalling.address() as AddressInfo;
    const call = http(`http://127.0.0.1:${port}/`, { timeoutMs: 50 });
    await expect(call).rejects.toThrow('no answer in time');
  });

  it('that finds nobody tells the host and the reason, and nothing else of the URL', async () => {
    const call = http(`${server.url}/hang-up?token=secret`);
    await expect(call).rejects.toThrow(HttpUnreachable);
    await expect(call).rejects.toThrow(new URL(server.url).host);
    await expect(call).rejects.not.toThrow('secret');
  });
});

describe('the JSON in an answer', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['null', null],
    ['<html>', undefined],
    ['', undefined],
  ])('%s is %s', (text, json) => {
    expect(jsonIn({ status: 200, headers: new Headers(), text })).toEqual(json);
  });
});
