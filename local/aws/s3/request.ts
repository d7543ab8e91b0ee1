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
  /** Empty for requests about the account. */
  readonly bucket: string;
  /** Empty for requests about a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  /** The content, decoded from `aws-chunked`. */
  readonly content: Readable;
  /** Checksum algorithms that the client announces. */
  readonly announcedChecksums: readonly string[];
  /** The client's checksums. Trailers are included after the content has been read. */
  checksums(): Checksums;
}

const MAX_XML_BYTES = 2 * 1024 * 1024;

/** Headers that are stored with an object. */
export const CONTENT_HEADERS: readonly string[] = [
  'content-type',
  'content-language',
  'content-disposition',
  'content-encoding',
  'cache-control',
  'expires',
];

/** Reads an S3 request. Throws S3Error `InvalidURI`. */
export function readRequest(message: IncomingMessage): S3Request {
  // URL would normalise keys such as `a/../b`.
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

/** Returns the headers that are stored with the content, such as type and metadata. */
export function keptHeaders(request: S3Request, message: IncomingMessage): Record<string, string> {
  const kept = Object.keys(message.headers)
    .filter((name) => CONTENT_HEADERS.includes(name) || name.startsWith('x-amz-meta-'))
    .map((name) => [name, request.header(name) ?? ''] as const)
    .map(([name, value]) => [name, name === 'content-encoding' ? withoutAwsChunked(value) : value] as const)
    .filter(([name, value]) => value !== '' || name.startsWith('x-amz-meta-'));
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) };
}

/** Reads `If-Match` and `If-None-Match`, with a prefix for those of a copy's source. */
export function readPrecondition(request: S3Request, prefix = ''): Precondition {
  return {
    ifMatch: unquote(request.header(`${prefix}if-match`)),
    ifNoneMatch: unquote(request.header(`${prefix}if-none-match`)),
  };
}

/** Reads the body of an XML request. */
export async function readXmlBody(request: S3Request): Promise<string> {
  return (await readBody(request.content, MAX_XML_BYTES)).toString();
}

/** Removes the quotes, and the weakness prefix, from an ETag. */
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
  source.once('aborted', () => target.destroy(new Error('The client disconnected.')));
  return source.pipe(target);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
