import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Log, logProblem } from '../../log/log.ts';
import type { Bucket } from '../s3/bucket.ts';
import { readRange } from '../s3/ranges.ts';
import type { OriginResponse, RequestFunction, ResponseFunction } from './viewer-function.ts';

/** Origins of the published sites. */
export interface SitesOrigin {
  readonly bucket: Bucket;
  readonly requestFunction: RequestFunction;
  readonly responseFunction: ResponseFunction;
  /** Base URL of the origin for objects that the bucket does not have, and the headers of requests to it. */
  readonly fallback: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined;
}

/**
 * Creates the emulator of CloudFront for the published sites. Nothing is cached.
 * @param origin requests wait for the origin; undefined for a template without a distribution
 */
export function createSitesServer(origin: Promise<SitesOrigin | undefined>, log: Log): Server {
  origin.catch(() => undefined);
  return createServer((request, response) => {
    origin
      .then((opened) => answer(opened, request, response))
      .catch((error: unknown) => {
        if (!request.destroyed) logProblem(log, `The site's page ${request.url} could not be sent`, error);
        response.destroy();
      });
  });
}

async function answer(
  origin: SitesOrigin | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  if (origin === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end();
    return;
  }
  const result = await origin.requestFunction(request);
  if ('statusCode' in result) {
    response.writeHead(result.statusCode, { ...result.headers });
    response.end(request.method === 'HEAD' ? undefined : result.body);
    return;
  }
  const key = readKey(result.uri);
  if (key === undefined) {
    response.writeHead(400).end();
    return;
  }
  const writeHead = async (completed: OriginResponse) => {
    const { statusCode, headers } = await origin.responseFunction(request, completed);
    return response.writeHead(statusCode, { ...headers });
  };
  if (origin.bucket.find(key) === undefined) {
    return sendFallback(origin.fallback, result.uri, request, writeHead);
  }
  return sendObject(origin.bucket, key, request, writeHead);
}

function readKey(uri: string): string | undefined {
  try {
    // S3 decodes `+` as a space.
    return decodeURIComponent(uri.slice(1).replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

type WriteHead = (response: OriginResponse) => Promise<ServerResponse>;

async function sendObject(
  bucket: Bucket,
  key: string,
  request: IncomingMessage,
  writeHead: WriteHead,
): Promise<void> {
  const { record, file } = await bucket.open(key);
  try {
    const headers = {
      ...record.headers,
      etag: `"${record.etag}"`,
      'last-modified': new Date(record.lastModified).toUTCString(),
    };
    if (request.headers['if-none-match'] === headers.etag) {
      (await writeHead({ statusCode: 304, headers })).end();
      return;
    }
    const range = readRange(request.headers.range, record.size);
    if (range === 'unsatisfiable') {
      (await writeHead({ statusCode: 416, headers: { 'content-range': `bytes */${record.size}` } })).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: record.size - 1 };
    const response = await writeHead({
      statusCode: range === undefined ? 200 : 206,
      headers: {
        ...headers,
        'accept-ranges': 'bytes',
        'content-length': String(end - start + 1),
        ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${record.size}` }),
      },
    });
    if (request.method === 'HEAD' || end < start) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

/** Headers of one connection, or of the body's form on it. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-encoding',
  'content-length',
  'date',
]);

async function sendFallback(
  fallback: SitesOrigin['fallback'],
  uri: string,
  request: IncomingMessage,
  writeHead: WriteHead,
): Promise<void> {
  if (fallback === undefined) {
    (await writeHead({ statusCode: 404, headers: { 'content-type': 'text/plain' } })).end();
    return;
  }
  const page = await fetch(`${fallback.url}${uri}`, {
    method: request.method ?? 'GET',
    redirect: 'manual',
    headers: fallback.headers,
  });
  const headers = [...page.headers].filter(([name]) => !CONNECTION_HEADERS.has(name));
  const body = Buffer.from(await page.arrayBuffer());
  (await writeHead({ statusCode: page.status, headers: Object.fromEntries(headers) })).end(body);
}
