import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { readBody } from '../../http/body.ts';
import type { Precondition } from './bucket.ts';
import { type Checksums, readChecksums } from './checksums.ts';
import { createChunkedDecoder } from './chunked.ts';
import { S3Error } from './errors.ts';

/** A path-style S3 request. */
export interface S3Request {
  readonly method: string;
  /** Empty for requests about all buckets. */
  readonly bucket: string;
  /** Empty for requests about a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  /** The content, with AWS's own chunking taken off. */
  readonly content: Readable;
  /** Names of the checksum algorithms that the client announces. */
  readonly announcedChecksums: readonly string[];
  /** The client's checksums; those in trailers only after the content has been read. */
  checksums(): Checksums;
}

const MAX_XML_BYTES = 2 * 1024 * 1024;

/** Headers that are kept with an object and come back with it. */
const KEPT_HEADERS = new Set([
  'content-type',
  'content-language',
  'content-disposition',
  'content-encoding',
  'cache-control',
  'expires',
]);

export function readRequest(message: IncomingMessage): S3Request {
  // Not through URL: it would tidy up keys such as `a/../b`.
  const [path = '', search = ''] = (message.url ?? '/').split(/\?(.*)/s);
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const header = (name: string) => {
    const value = message.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
  const decoder = isChunked(header) ? createChunkedDecoder() : undefined;
  const sent = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
  const announced = [...readAnnounced(header('x-amz-trailer')), ...Object.keys(readChecksums(sent))];
  return {
    method: message.method ?? 'GET',
    bucket: decode(bucket),
    key: decode(key),
    query: new URLSearchParams(search),
    header,
    content: decoder === undefined ? message : forwardErrors(message, decoder),
    announcedChecksums: announced,
    checksums: () => ({ ...readChecksums(sent), ...readChecksums(decoder?.trailers ?? []) }),
  };
}

/** What is stored with the content: type, metadata, and the like. */
export function keptHeaders(request: S3Request, message: IncomingMessage): Record<string, string> {
  const kept = Object.keys(message.headers)
    .filter((name) => KEPT_HEADERS.has(name) || name.startsWith('x-amz-meta-'))
    .map((name) => [name, request.header(name) ?? ''] as const)
    .map(([name, value]) => [name, name === 'content-encoding' ? withoutAwsChunked(value) : value] as const)
    .filter(([name, value]) => value !== '' || name.startsWith('x-amz-meta-'));
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) };
}

export function readPrecondition(request: S3Request, prefix = ''): Precondition {
  return {
    ifMatch: unquote(request.header(`${prefix}if-match`)),
    ifNoneMatch: unquote(request.header(`${prefix}if-none-match`)),
  };
}

export async function readXmlBody(request: S3Request): Promise<string> {
  return (await readBody(request.content, MAX_XML_BYTES)).toString();
}

export function unquote(etag: string | undefined): string | undefined {
  return etag?.replace(/^(?:W\/)?"(.*)"$/, '$1');
}

function isChunked(header: S3Request['header']): boolean {
  return header('x-amz-content-sha256')?.startsWith('STREAMING-') === true;
}

function withoutAwsChunked(encoding: string): string {
  return encoding
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked' && part !== '')
    .join(',');
}

function readAnnounced(trailer: string | undefined): string[] {
  if (trailer === undefined) return [];
  const fields = trailer.split(',').map((name) => [name.trim().toLowerCase(), ''] as const);
  return Object.keys(readChecksums(fields));
}

function forwardErrors(source: Readable, target: ReturnType<typeof createChunkedDecoder>) {
  source.once('error', (error) => target.destroy(error));
  source.once('aborted', () => target.destroy(new Error('The client went away.')));
  return source.pipe(target);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
