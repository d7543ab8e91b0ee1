import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Download, downloadAll } from '../../../cli/git/download.ts';

const content = Buffer.from(Array.from({ length: 50_000 }, (_, line) => `line ${line}\n`).join(''));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bough-download-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The content, or the requested range of it, as S3 sends it. */
const send: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.writeHead(headers.range ? 206 : 200, { 'content-length': content.length - from });
  response.end(content.subarray(from));
};
const cut: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': content.length });
  response.write(content.subarray(0, 100_000), () => response.destroy());
};
const hangUp: Answer = ({ socket }) => void socket.destroy();
const refuse =
  (status: number): Answer =>
  (_, response) =>
    void response.writeHead(status).end('<Error/>');

/** A server with one response per request; the last response is always correct. */
async function serve(...answers: Answer[]) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    (answers.shift() ?? send)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    ranges,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function aFile(url: string, changes: Partial<Download> = {}): Download {
  return { path: join(directory, 'file'), bytes: content.length, link: async () => url, ...changes };
}

/** Downloads, and resolves to the reported progress. */
async function download(files: Download[], options: { signal?: AbortSignal; stallMs?: number } = {}) {
  const said: [number, number][] = [];
  const progress = (bytes: number, complete: number) => void said.push([bytes, complete]);
  await downloadAll(files, { signal: new AbortController().signal, progress, ...options });
  return said;
}

const downloaded = () => readFileSync(join(directory, 'file'));

describe('a download', () => {
  it('writes the file and reports the progress', async () => {
    await using server = await serve();

    const said = await download([aFile(server.url)]);

    expect(downloaded().equals(content)).toBe(true);
    expect(said.at(-1)).toEqual([content.length, 1]);
  });

  it('works for many files and for none', async () => {
    await using server = await serve();
    const files = Array.from({ length: 9 }, (_, index) =>
      aFile(server.url, { path: join(directory, `${index}`) }),
    );

    expect((await download(files)).at(-1)).toEqual([9 * content.length, 9]);

    for (const { path } of files) expect(readFileSync(path).equals(content)).toBe(true);
    expect(await download([])).toEqual([]);
  });

  it.each<[string, Answer[]]>([
    ['breaks off', [cut]],
    ['is not answered', [hangUp]],
    ['is refused by a server in trouble', [refuse(503), refuse(500)]],
  ])('that %s resumes', async (_, answers) => {
    await using server = await serve(...answers);

    await download([aFile(server.url)]);

    expect(downloaded().equals(content)).toBe(true);
  });

  it('resumes where it was interrupted', async () => {
    await using server = await serve(cut);

    await download([aFile(server.url)]);

    expect(server.ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it('resumes when no data arrives', async () => {
    await using server = await serve((_, response) => void response.writeHead(200).write('l'));

    await download([aFile(server.url)], { stallMs: 500 });

    expect(downloaded().equals(content)).toBe(true);
  });

  it('requests a new link when one has expired', async () => {
    await using expired = await serve(refuse(403));
    await using server = await serve();

    await download([aFile('', { link: async (isExpired) => (isExpired ? server.url : expired.url) })]);

    expect([expired.ranges, server.ranges]).toEqual([[undefined], [undefined]]);
    expect(downloaded().equals(content)).toBe(true);
  });

  it.each<[string, Answer, RegExp, number]>([
    ['always breaks off', hangUp, /The download from 127\.0\.0\.1:\d+ was interrupted: .+\. Try again\.$/, 4],
    ['is never allowed', refuse(403), /^127\.0\.0\.1:\d+ responded with status 403\. Try again\.$/, 4],
    ['is of what is gone', refuse(404), /^The mirror has changed during the download/, 1],
    ['leads elsewhere', refuse(302), /responded with status 302/, 1],
    ['is of another file', (_, response) => void response.end('other'), /sent a file of another size/, 1],
  ])('that %s fails', async (_, answer, message, requests) => {
    await using server = await serve(answer, answer, answer, answer);

    await expect(download([aFile(server.url)])).rejects.toMatchObject({
      name: 'CliError',
      message: expect.stringMatching(message),
    });
    expect(server.ranges).toHaveLength(requests);
  });

  it('fails with the path when the file cannot be written', async () => {
    await using server = await serve();
    const path = join(directory, 'no-such-directory', 'file');

    await expect(download([aFile(server.url, { path })])).rejects.toThrow(
      `${path} cannot be written: ENOENT`,
    );
  });

  it('fails with the first failed file, after all downloads have stopped', async () => {
    const silence: Answer = () => undefined;
    await using server = await serve(silence, silence, silence, refuse(404));
    const files = Array.from({ length: 9 }, (_, index) =>
      aFile(server.url, { path: join(directory, `${index}`) }),
    );

    await expect(download(files)).rejects.toThrow('has changed during the download');

    expect(server.ranges).toHaveLength(4);
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    await using server = await serve(() => stop.abort(new Error('enough')));

    await expect(download([aFile(server.url)], { signal: stop.signal })).rejects.toThrow('enough');
    expect(server.ranges).toHaveLength(1);
  });
});
