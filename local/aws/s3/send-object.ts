import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from './bucket.ts';
import { checksumHeaders } from './checksums.ts';
import { noSuchKey, preconditionFailed, S3Error } from './errors.ts';
import type { ObjectRecord } from './journal.ts';
import { readRange } from './ranges.ts';
import { CONTENT_HEADERS, readPrecondition, type S3Request } from './request.ts';

/** Answers GetObject and HeadObject. Throws S3Error. */
export async function sendObject(
  bucket: Bucket,
  request: S3Request,
  response: ServerResponse,
): Promise<void> {
  const record = bucket.find(request.key);
  if (record === undefined) throw noSuchKey();
  const { ifMatch, ifNoneMatch } = readPrecondition(request);
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== record.etag) throw preconditionFailed();
  if (ifNoneMatch === '*' || ifNoneMatch === record.etag) {
    response.writeHead(304, validators(record)).end();
    return;
  }
  if (request.method === 'HEAD') return sendHead(record, request, response);
  await sendContent(bucket, request, response);
}

function sendHead(record: ObjectRecord, request: S3Request, response: ServerResponse): void {
  const { status, headers } = describeResponse(record, request);
  response.writeHead(status, headers).end();
}

async function sendContent(bucket: Bucket, request: S3Request, response: ServerResponse): Promise<void> {
  const { record, file } = await bucket.open(request.key);
  try {
    const { status, headers, start, end } = describeResponse(record, request);
    response.writeHead(status, headers);
    if (end < start) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

function describeResponse(record: ObjectRecord, request: S3Request) {
  const range = readRange(request.header('range'), record.size);
  if (range === 'unsatisfiable') {
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
  }
  const { start, end } = range ?? { start: 0, end: record.size - 1 };
  const headers = {
    ...record.headers,
    ...overrides(request),
    ...validators(record),
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${record.size}` }),
    // The checksum covers the whole object, not a range.
    ...(range === undefined && request.header('x-amz-checksum-mode') === 'ENABLED'
      ? checksumHeaders(record.checksums)
      : {}),
  };
  return { status: range === undefined ? 200 : 206, headers, start, end };
}

/** Headers that query parameters such as `response-content-type` replace. */
function overrides({ query }: S3Request): Record<string, string> {
  const wanted = CONTENT_HEADERS.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(wanted);
}

function validators(record: ObjectRecord): Record<string, string> {
  return { etag: `"${record.etag}"`, 'last-modified': new Date(record.lastModified).toUTCString() };
}
