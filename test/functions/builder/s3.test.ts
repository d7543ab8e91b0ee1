import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { copyObject } from '../../../functions/builder/copy-object.ts';
import { s3Client } from '../../../shared/adapters/aws/s3/client.ts';
import { deleteObjects, emptyPrefix, listObjects } from '../../../shared/adapters/aws/s3/objects.ts';
import { type Buckets, startBuckets } from './builder-fixture.ts';

let buckets: Buckets;
beforeAll(async () => {
  buckets = await startBuckets();
});
beforeEach(() => buckets.clear());
afterAll(() => buckets.stop());

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const servers: Server[] = [];

/** A server that replaces S3, and a client for it. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const urls: string[] = [];
  const server = createServer(async (request, response) => {
    urls.push(request.url ?? '');
    answer(request, response, await text(request));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { s3: s3Client(), urls };
}

const oddNames = [
  'a b+c&d=e?f#g%20h',
  'a//b/../c/./d',
  'ümläut/日本語/🌳',
  "\"quoted\" <tag> 'it's'",
  'back\\slash|pipe^caret`tick{brace}[bracket]~',
  'new\nline\ttab',
  'control\u0001character',
  'folder/',
];

describe('objects with any name', () => {
  it.each(oddNames)('are listed, copied and deleted: %j', async (name) => {
    await buckets.put('data', { [`from/${name}`]: 'content' });

    for await (const object of listObjects(buckets.s3, 'data', 'from/')) {
      expect(object).toMatchObject({ key: `from/${name}`, bytes: 7 });
      await copyObject(buckets.s3, 'data', object, `to/${name}`);
    }

    expect(await buckets.content('data')).toEqual({
      [`from/${name}`]: 'content',
      [`to/${name}`]: 'content',
    });
    expect(await emptyPrefix(buckets.s3, 'data', 'from/')).toBe(1);
    expect(await buckets.content('data')).toEqual({ [`to/${name}`]: 'content' });
  });
});

describe('emptying a prefix', () => {
  it('deletes all objects below the prefix, in several requests, and nothing else', {
    timeout: 30_000,
  }, async () => {
    const many = Array.from({ length: 1001 }, (_, index) => [`shop/pr-1/${index}`, 'x']);
    await buckets.put('data', {
      ...Object.fromEntries(many),
      'shop/pr-10/a': 'kept',
      'shop/pr-1': 'kept',
    });

    expect(await emptyPrefix(buckets.s3, 'data', 'shop/pr-1/')).toBe(1001);
    expect(Object.keys(await buckets.content('data'))).toEqual(['shop/pr-1', 'shop/pr-10/a']);
  });

  it.each(['', '/', 'shop', 'shop/pr-1'])('refuses %j, which is too broad', async (prefix) => {
    await buckets.put('data', { 'shop/pr-1/a': 'kept' });

    await expect(emptyPrefix(buckets.s3, 'data', prefix)).rejects.toThrow('not the prefix of a folder');
    expect(await buckets.content('data')).toEqual({ 'shop/pr-1/a': 'kept' });
  });
});

describe('a response of S3', () => {
  const answering = (answer: string) =>
    serve((_request, response) => response.setHeader('content-type', 'application/xml').end(answer));
  const keysIn = async (s3: S3Client) => {
    const keys: string[] = [];
    for await (const { key } of listObjects(s3, 'data', 'from/')) keys.push(key);
    return keys;
  };

  it('is requested in an encoding that can express every name, and is decoded', async () => {
    const { s3, urls } = await answering(
      '<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>from/a+b%2Bc%25%01</Key></Contents></ListBucketResult>',
    );

    expect(await keysIn(s3)).toEqual(['from/a b+c%\u0001']);
    expect(urls[0]).toContain('encoding-type=url');
  });

  it('is read unchanged when it is not encoded', async () => {
    const { s3 } = await answering(
      '<ListBucketResult><Contents><Key>from/a+b%2Bc</Key></Contents></ListBucketResult>',
    );

    expect(await keysIn(s3)).toEqual(['from/a+b%2Bc']);
  });

  it('fails a deletion when it names an object that was not deleted', async () => {
    const { s3 } = await answering(
      '<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error></DeleteResult>',
    );

    await expect(deleteObjects(s3, 'data', ['a', 'b'])).rejects.toThrow(
      'S3 did not delete b: Access Denied.',
    );
  });
});

describe('copying an object that is too large for one request', () => {
  /** Responds as S3 and records the requests; one part can be refused. */
  const copy = async (failingPart?: string) => {
    const requests: string[] = [];
    const { s3 } = await serve((request, response, body) => {
      const { method, headers } = request;
      const url = new URL(request.url ?? '', 'http://s3');
      url.searchParams.delete('x-id');
      const source = [headers['x-amz-copy-source'], headers['x-amz-copy-source-range']]
        .filter(Boolean)
        .join(' ');
      requests.push(`${method} ${url.pathname}?${url.searchParams} ${source}`.trim());
      if (body) requests.push([...body.matchAll(/<PartNumber>\d+<\/PartNumber>|e-\d/g)].join(' '));
      const part = url.searchParams.get('partNumber');
      response.statusCode = part !== null && part === failingPart ? 403 : 200;
      response.setHeader('content-type', method === 'HEAD' ? 'text/x-dump' : 'application/xml');
      if (method === 'HEAD') return response.end();
      if (part) return response.end(`<CopyPartResult><ETag>e-${part}</ETag></CopyPartResult>`);
      if (!url.searchParams.has('uploads')) return response.end('<CompleteMultipartUploadResult/>');
      requests.push(`as ${headers['content-type']}`);
      return response.end(
        '<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>',
      );
    });
    const source = { key: 'from/a dump', bytes: 25, etag: '' };
    const copying = copyObject(s3, 'data', source, 'to/a dump', { largestCopy: 24, partBytes: 10 });
    return {
      requests,
      failed: await copying.then(
        () => false,
        () => true,
      ),
    };
  };

  it('copies it in parts, with its type', async () => {
    const { requests, failed } = await copy();

    expect(failed).toBe(false);
    expect(requests).toEqual([
      'HEAD /data/from/a%20dump?',
      'POST /data/to/a%20dump?uploads=',
      'as text/x-dump',
      'PUT /data/to/a%20dump?partNumber=1&uploadId=u1 data/from/a%20dump bytes=0-9',
      'PUT /data/to/a%20dump?partNumber=2&uploadId=u1 data/from/a%20dump bytes=10-19',
      'PUT /data/to/a%20dump?partNumber=3&uploadId=u1 data/from/a%20dump bytes=20-24',
      'POST /data/to/a%20dump?uploadId=u1',
      'e-1 <PartNumber>1</PartNumber> e-2 <PartNumber>2</PartNumber> e-3 <PartNumber>3</PartNumber>',
    ]);
  });

  it('aborts the upload when a part fails', async () => {
    const { requests, failed } = await copy('2');

    expect(failed).toBe(true);
    expect(requests.at(-1)).toBe('DELETE /data/to/a%20dump?uploadId=u1');
  });
});
