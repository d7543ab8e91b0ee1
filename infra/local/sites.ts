import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from './aws/s3/bucket.ts';
import { readRange } from './aws/s3/ranges.ts';
import { type Log, logProblem } from './log.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
};

/** Content types that say nothing: the name's extension knows more. */
const UNSPECIFIC = new Set(['application/octet-stream', 'binary/octet-stream']);

const NOT_FOUND_PAGE =
  '<!doctype html><meta charset="utf-8"><title>Not found</title><h1>Not found</h1><p>No site has this page.</p>';

/** Serves the published sites from their bucket, in the place of CloudFront. */
export function createSitesServer(bucket: Promise<Bucket | undefined>, log: Log): Server {
  bucket.catch(() => undefined);
  return createServer((request, response) => {
    bucket
      .then((opened) => answer(opened, request, response))
      .catch((error: unknown) => {
        if (!request.destroyed) logProblem(log, `The site's page ${request.url} could not be sent`, error);
        response.destroy();
      });
  });
}

async function answer(
  bucket: Bucket | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const [path = '/', query] = (request.url ?? '/').split(/\?(.*)/s);
  const key = readKey(path);
  if (bucket === undefined || key === undefined) return sendNotFound(request, response);
  if (bucket.find(key) !== undefined) return sendPage(bucket, key, 200, request, response);
  if (!path.endsWith('/') && bucket.find(`${key}/index.html`) !== undefined) {
    response.writeHead(302, { location: `${path.replace(/^\/+/, '/')}/${query ? `?${query}` : ''}` }).end();
    return;
  }
  const notFound = `${key.split('/')[0]}/404.html`;
  if (bucket.find(notFound) === undefined) return sendNotFound(request, response);
  return sendPage(bucket, notFound, 404, request, response);
}

/** `/<site>/docs/` is the object `<site>/docs/index.html`. */
function readKey(path: string): string | undefined {
  try {
    const key = decodeURIComponent(path.replace(/^\/+/, ''));
    return path.endsWith('/') ? `${key}index.html` : key;
  } catch {
    return undefined;
  }
}

async function sendPage(
  bucket: Bucket,
  key: string,
  status: 200 | 404,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { record, file } = await bucket.open(key);
  try {
    const headers = {
      // A redeployed page must be seen at once.
      'cache-control': 'no-cache',
      ...record.headers,
      'content-type': contentType(key, record.headers['content-type']),
      etag: `"${record.etag}"`,
      'last-modified': new Date(record.lastModified).toUTCString(),
    };
    if (status === 200 && request.headers['if-none-match'] === headers.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const range = status === 200 ? readRange(request.headers.range, record.size) : undefined;
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'content-range': `bytes */${record.size}` }).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: record.size - 1 };
    response.writeHead(range === undefined ? status : 206, {
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

function contentType(key: string, stored: string | undefined): string {
  if (stored !== undefined && !UNSPECIFIC.has(stored)) return stored;
  return CONTENT_TYPES[extname(key).toLowerCase()] ?? 'application/octet-stream';
}

function sendNotFound(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' });
  response.end(request.method === 'HEAD' ? undefined : NOT_FOUND_PAGE);
}
