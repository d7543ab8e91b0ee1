import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Log, logProblem } from '../../log/log.ts';
import type { Bucket } from '../s3/bucket.ts';
import { readRange } from '../s3/ranges.ts';
import type { ViewerFunction } from './viewer-function.ts';

/** Origins of the published sites. */
export interface SitesOrigin {
  readonly bucket: Bucket;
  readonly viewerFunction: ViewerFunction;
  /** Base URL of the origin for objects that the bucket does not have. */
  readonly fallbackUrl: string | undefined;
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
  if (origin === undefined) return sendFallback(undefined, '/', request, response);
  const result = origin.viewerFunction(request);
  if ('statusCode' in result) {
    const headers = Object.entries(result.headers).map(([name, { value }]) => [name, value]);
    response.writeHead(result.statusCode, Object.fromEntries(headers)).end();
    return;
  }
  const key = readKey(result.uri);
  if (key === undefined) {
    response.writeHead(400).end();
    return;
  }
  if (origin.bucket.find(key) !== undefined) return sendObject(origin.bucket, key, request, response);
  return sendFallback(origin.fallbackUrl, result.uri, request, response);
}

function readKey(uri: string): string | undefined {
  try {
    // S3 decodes `+` as a space.
    return decodeURIComponent(uri.slice(1).replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

async function sendObject(
  bucket: Bucket,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { record, file } = await bucket.open(key);
  try {
    const headers = {
      ...record.headers,
      etag: `"${record.etag}"`,
      'last-modified': new Date(record.lastModified).toUTCString(),
    };
    if (request.headers['if-none-match'] === headers.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const range = readRange(request.headers.range, record.size);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'content-range': `bytes */${record.size}` }).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: record.size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      ...headers,
      'accept-ranges': 'bytes',
      'content-length': end - start + 1,
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${record.size}` }),
    });
    if (request.method === 'HEAD' || end < start) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

/** Headers of the fallback's response that are forwarded. */
const FORWARDED_HEADERS = ['content-type', 'cache-control', 'x-content-type-options'];

async function sendFallback(
  url: string | undefined,
  uri: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (url === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end();
    return;
  }
  const page = await fetch(`${url}${uri}`, { method: request.method ?? 'GET', redirect: 'manual' });
  const headers = FORWARDED_HEADERS.flatMap((name) => {
    const value = page.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  response.writeHead(page.status, Object.fromEntries(headers)).end(Buffer.from(await page.arrayBuffer()));
}
