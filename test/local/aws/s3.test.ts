import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createS3Server } from '../../../local/aws/s3/server.ts';
import { openStorage } from '../../../local/aws/s3/storage.ts';
import { aws, recordLog, serve, temporaryDirectory } from '../support.ts';

const MIB = 1024 * 1024;
const md5 = (data: Buffer | string) => createHash('md5').update(data).digest('hex');

async function startS3(given?: string) {
  const directory = given ?? (await temporaryDirectory());
  const storage = await openStorage(directory);
  const endpoint = await serve(createS3Server(storage, recordLog().log));
  const client = new S3Client({ ...aws, endpoint, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return { client, directory, endpoint, storage };
}

async function startWithBucket() {
  const started = await startS3();
  await started.storage.create('bucket');
  const { client } = started;
  const at = (Key: string) => ({ Bucket: 'bucket', Key });
  return {
    ...started,
    at,
    put: (key: string, Body: string | Buffer | Readable, rest: object = {}) =>
      client.send(new PutObjectCommand({ ...at(key), Body, ...rest })),
    text: async (key: string) => (await client.send(new GetObjectCommand(at(key)))).Body?.transformToString(),
    list: (rest: object = {}) => client.send(new ListObjectsV2Command({ Bucket: 'bucket', ...rest })),
  };
}

describe('the S3 emulator', () => {
  it('refuses bucket names that lead out of its directory', async () => {
    const { storage } = await startS3();
    await expect(storage.create('../etc')).rejects.toMatchObject({ code: 'InvalidBucketName' });
  });

  it('returns content, type and metadata as stored', async () => {
    const { client, put, at } = await startWithBucket();
    const body = randomBytes(100_000);
    const answer = await put('a/b.bin', body, {
      ContentType: 'application/x-git',
      CacheControl: 'no-cache',
      Metadata: { commit: 'abc' },
    });
    expect(answer.ETag).toBe(`"${md5(body)}"`);
    const got = await client.send(new GetObjectCommand(at('a/b.bin')));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(body);
    const expected = {
      ContentType: 'application/x-git',
      CacheControl: 'no-cache',
      Metadata: { commit: 'abc' },
      ContentLength: 100_000,
      ETag: answer.ETag,
    };
    expect(got).toMatchObject(expected);
    expect(await client.send(new HeadObjectCommand(at('a/b.bin')))).toMatchObject(expected);
  });

  it('accepts streams, which the SDK sends in chunks with a trailing checksum', async () => {
    const { put, text } = await startWithBucket();
    const pieces = Array.from({ length: 50 }, (_, index) => `${index}: ${'x'.repeat(3_000)}\n`);
    await put('stream', Readable.from(pieces), { ContentLength: Buffer.byteLength(pieces.join('')) });
    expect(await text('stream')).toBe(pieces.join(''));
  });

  it.each(['CRC32', 'SHA1', 'SHA256', 'CRC32C', 'CRC64NVME'] as const)(
    'stores a %s checksum, which the client verifies on reading',
    async (ChecksumAlgorithm) => {
      const { client, put, at } = await startWithBucket();
      await put('sum', 'content', { ChecksumAlgorithm });
      const got = await client.send(new GetObjectCommand({ ...at('sum'), ChecksumMode: 'ENABLED' }));
      expect(got[`Checksum${ChecksumAlgorithm}`]).toBeTruthy();
      expect(await got.Body?.transformToString()).toBe('content');
    },
  );

  it.each([
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['content-md5', Buffer.from(md5('other'), 'hex').toString('base64')],
  ])('refuses content that does not match its %s', async (header, value) => {
    const { endpoint, list } = await startWithBucket();
    const response = await fetch(`${endpoint}/bucket/bad`, {
      method: 'PUT',
      body: 'content',
      headers: { [header]: value },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>BadDigest</Code>');
    expect((await list()).KeyCount).toBe(0);
  });

  it('refuses a chunked body that ends early', async () => {
    const { endpoint, list } = await startWithBucket();
    const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    const response = await fetch(`${endpoint}/bucket/short`, { method: 'PUT', body: 'a\r\n0123', headers });
    expect(await response.text()).toContain('<Code>IncompleteBody</Code>');
    expect((await list()).KeyCount).toBe(0);
  });

  it('distinguishes keys with any characters', async () => {
    const { client, put, text, at, list } = await startWithBucket();
    const keys = [
      'a',
      'a/',
      'a/../b',
      'a//b',
      'a b+c%20d',
      'ä/日本/🌳',
      'q?x=1&y=2#\'"<>',
      'a\nb',
      '.',
      'x'.repeat(1024),
    ];
    for (const key of keys) await put(key, `content of ${key}`);
    for (const key of keys) expect(await text(key)).toBe(`content of ${key}`);
    const listed = (await list()).Contents?.map(({ Key }) => Key);
    expect(listed).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    await client.send(new DeleteObjectCommand(at('a/../b')));
    expect((await list()).KeyCount).toBe(keys.length - 1);
    await expect(put('x'.repeat(1025), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('answers the range %s', async (Range, content, contentRange) => {
    const { client, put, at } = await startWithBucket();
    await put('digits', '0123456789');
    const got = await client.send(new GetObjectCommand({ ...at('digits'), Range }));
    expect(await got.Body?.transformToString()).toBe(content);
    expect(got.ContentRange).toBe(contentRange);
    expect(got.ContentLength).toBe(content.length);
  });

  it('returns all of an empty object for a suffix range', async () => {
    const { client, put, at } = await startWithBucket();
    await put('empty', '');
    const got = await client.send(new GetObjectCommand({ ...at('empty'), Range: 'bytes=-100' }));
    expect(await got.Body?.transformToString()).toBe('');
    expect(got).toMatchObject({ ContentLength: 0, $metadata: { httpStatusCode: 200 } });
    expect(got.ContentRange).toBeUndefined();
  });

  it('refuses a range outside of the object', async () => {
    const { client, put, at } = await startWithBucket();
    await put('digits', '0123456789');
    await expect(
      client.send(new GetObjectCommand({ ...at('digits'), Range: 'bytes=10-' })),
    ).rejects.toMatchObject({
      name: 'InvalidRange',
    });
  });

  it('answers a conditional read', async () => {
    const { client, put, at } = await startWithBucket();
    const { ETag } = await put('cached', 'content');
    await expect(
      client.send(new GetObjectCommand({ ...at('cached'), IfNoneMatch: ETag })),
    ).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(
      client.send(new GetObjectCommand({ ...at('cached'), IfMatch: '"other"' })),
    ).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  it('writes only when the condition holds', async () => {
    const { put, text } = await startWithBucket();
    const { ETag } = await put('once', 'first', { IfNoneMatch: '*' });
    await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put('once', 'third', { IfMatch: '"0"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put('absent', 'fourth', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await text('once')).toBe('first');
    await put('once', 'fifth', { IfMatch: ETag });
    expect(await text('once')).toBe('fifth');
  });

  it('accepts exactly one of many concurrent conditional writes', async () => {
    const { put, text, directory } = await startWithBucket();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => put('race', `writer ${index}`, { IfNoneMatch: '*' })),
    );
    const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(await text('race')).toBe(`writer ${winners[0]}`);
    expect(await readdir(join(directory, 'bucket/objects'))).toHaveLength(1);
  });

  it('completes the response of an object that is overwritten meanwhile', async () => {
    const { client, put, at, text } = await startWithBucket();
    const old = randomBytes(4 * MIB);
    await put('big', old);
    const got = await client.send(new GetObjectCommand(at('big')));
    await put('big', 'new');
    expect(md5(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(md5(old));
    expect(await text('big')).toBe('new');
  });

  it('copies within and between buckets, with or without new metadata', async () => {
    const { client, put, text, storage, at } = await startWithBucket();
    await storage.create('other');
    await put('from here/ä+b', 'content', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const CopySource = `bucket/${encodeURIComponent('from here/ä+b')}`;
    await client.send(new CopyObjectCommand({ ...at('copy'), CopySource }));
    expect(await text('copy')).toBe('content');
    expect(await client.send(new HeadObjectCommand(at('copy')))).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { a: '1' },
    });
    const other = { Bucket: 'other', Key: 'copy' };
    const replaced = {
      MetadataDirective: 'REPLACE',
      Metadata: { b: '2' },
      ContentType: 'text/html',
    } as const;
    await client.send(new CopyObjectCommand({ ...other, CopySource, ...replaced }));
    expect(await client.send(new HeadObjectCommand(other))).toMatchObject({
      ContentType: 'text/html',
      Metadata: { b: '2' },
    });
    await expect(
      client.send(new CopyObjectCommand({ ...at('x'), CopySource: 'bucket/none' })),
    ).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('deletes one or many objects, existing or not', async () => {
    const { client, put, list, at } = await startWithBucket();
    for (const key of ['a', 'b & c', 'd', 'e']) await put(key, key);
    await client.send(new DeleteObjectCommand(at('a')));
    await client.send(new DeleteObjectCommand(at('a')));
    const { Deleted } = await client.send(
      new DeleteObjectsCommand({
        Bucket: 'bucket',
        Delete: { Objects: [{ Key: 'b & c' }, { Key: 'd' }, { Key: '?' }] },
      }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['b & c', 'd', '?']);
    expect((await list()).Contents?.map(({ Key }) => Key)).toEqual(['e']);
  });

  it('lists by prefix and delimiter, page by page, like a simple model', async () => {
    const { client, storage } = await startS3();
    const segment = fc.constantFrom('a', 'b', 'ab', 'ä', '🌳', '\uffee');
    const keys = fc.uniqueArray(
      fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        keys,
        fc.constantFrom('', 'a', 'a/', 'b/', 'ä'),
        fc.constantFrom('', '/'),
        fc.integer({ min: 1, max: 4 }),
        async (names, Prefix, Delimiter, MaxKeys) => {
          const Bucket = `run-${run++}`;
          await storage.create(Bucket);
          for (const Key of names) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
          const found: string[] = [];
          let ContinuationToken: string | undefined;
          do {
            const page = await client.send(
              new ListObjectsV2Command({ Bucket, Prefix, Delimiter, MaxKeys, ContinuationToken }),
            );
            expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
            found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
            found.push(...(page.CommonPrefixes ?? []).map((common) => common.Prefix ?? ''));
            ContinuationToken = page.NextContinuationToken;
          } while (ContinuationToken !== undefined);
          expect([...found].sort()).toEqual(plainListing(names, Prefix, Delimiter));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('starts a listing after a key', async () => {
    const { put, list } = await startWithBucket();
    for (const key of ['a', 'b', 'c']) await put(key, key);
    expect((await list({ StartAfter: 'a' })).Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
  });

  it('completes a multipart upload, also after a restart', async () => {
    const { client, at, list, directory, storage } = await startWithBucket();
    const parts = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(1_000)];
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        ...at('big'),
        ContentType: 'application/x-git',
        Metadata: { a: 'b' },
      }),
    );
    const upload = { ...at('big'), UploadId };
    for (const PartNumber of [3, 1]) {
      await client.send(new UploadPartCommand({ ...upload, PartNumber, Body: parts[PartNumber - 1]! }));
    }
    await client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'to be replaced' }));
    await storage.close();

    const again = await startS3(directory);
    const stream = Readable.from([parts[1]!.subarray(0, 3 * MIB), parts[1]!.subarray(3 * MIB)]);
    await again.client.send(
      new UploadPartCommand({ ...upload, PartNumber: 2, Body: stream, ContentLength: 5 * MIB }),
    );
    const listed = (await again.client.send(new ListPartsCommand(upload))).Parts ?? [];
    expect(listed.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5 * MIB],
      [2, 5 * MIB],
      [3, 1_000],
    ]);
    expect((await list()).KeyCount).toBe(0);
    const Parts = listed.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    const done = await again.client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );
    const digests = parts.map((part) => createHash('md5').update(part).digest());
    expect(done.ETag).toBe(`"${md5(Buffer.concat(digests))}-3"`);
    const got = await again.client.send(new GetObjectCommand(at('big')));
    expect(got).toMatchObject({ ContentType: 'application/x-git', Metadata: { a: 'b' } });
    expect(md5(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(md5(Buffer.concat(parts)));
    await expect(again.client.send(new ListPartsCommand(upload))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  it('checks the parts of a multipart upload, and removes an aborted one', async () => {
    const { client, at } = await startWithBucket();
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at('big')));
    const upload = { ...at('big'), UploadId };
    const complete = (Parts: { PartNumber: number; ETag: string | undefined }[], rest: object = {}) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...rest }));
    const first = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'small' }));
    const second = await client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'small too' }));
    const [one, two] = [
      { PartNumber: 1, ETag: first.ETag },
      { PartNumber: 2, ETag: second.ETag },
    ];
    await expect(complete([{ PartNumber: 1, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(complete([two, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([one, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    const uploads = () => client.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }));
    expect((await uploads()).Uploads).toMatchObject([{ Key: 'big', UploadId }]);
    await client.send(new AbortMultipartUploadCommand(upload));
    expect((await uploads()).Uploads ?? []).toEqual([]);
    await expect(complete([one])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('completes a multipart upload only when the condition holds', async () => {
    const { client, at, put, text } = await startWithBucket();
    await put('taken', 'first');
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at('taken')));
    const upload = { ...at('taken'), UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'second' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, IfNoneMatch: '*' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await text('taken')).toBe('first');
  });

  it('keeps its objects over a restart, also when the last line of the journal is incomplete', async () => {
    const { put, directory, storage } = await startWithBucket();
    await put('kept', 'content', { Metadata: { a: 'b' } });
    await put('gone', 'content');
    await storage.bucket('bucket').delete('gone');
    await storage.close();
    const { appendFile, writeFile } = await import('node:fs/promises');
    await appendFile(join(directory, 'bucket/index.ndjson'), '{"put":{"key":"half');
    await writeFile(join(directory, 'bucket/objects/orphan'), 'never committed');
    const { client } = await startS3(directory);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['kept']);
    const got = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'kept' }));
    expect(got.Metadata).toEqual({ a: 'b' });
    expect(await got.Body?.transformToString()).toBe('content');
    expect(await readdir(join(directory, 'bucket/objects'))).toHaveLength(1);
  });

  it('names what is missing or not emulated', async () => {
    const { client, at, put } = await startWithBucket();
    await expect(client.send(new GetObjectCommand(at('none')))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(client.send(new HeadObjectCommand(at('none')))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(client.send(new GetObjectCommand({ Bucket: 'none', Key: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    await expect(
      client.send(new PutObjectCommand({ Bucket: 'none', Key: 'x', Body: randomBytes(2 * MIB) })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(client.send(new GetBucketAclCommand({ Bucket: 'bucket' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
    await put('x', 'x');
    await expect(client.send(new GetObjectTaggingCommand(at('x')))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
    await expect(client.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

function plainListing(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const listed = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return end === -1 ? key : key.slice(0, end + 1);
    });
  return [...new Set(listed)].sort();
}
