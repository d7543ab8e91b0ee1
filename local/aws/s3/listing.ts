import type { Bucket } from './bucket.ts';
import { invalidArgument } from './errors.ts';
import type { S3Request } from './request.ts';
import { compareKeys } from './sorted-keys.ts';
import { writeXml, type XmlElements } from './xml.ts';

const MAX_KEYS = 1000;
/** Sorts after every other character. */
const LAST_CHARACTER = '\u{10ffff}';

interface Page {
  readonly contents: readonly XmlElements[];
  readonly prefixes: readonly string[];
  /** Start of the next page; undefined on the last page. */
  readonly next: string | undefined;
}

/** Returns the response of ListObjectsV2. */
export function listObjects(bucket: Bucket, { query }: S3Request): string {
  const encode = encoderFor(query.get('encoding-type'));
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token') ?? undefined;
  const startAfter = query.get('start-after') ?? undefined;
  const maxKeys = readMaxKeys(query.get('max-keys'));
  const start = token !== undefined ? readToken(token) : after(startAfter);
  const page = collectPage(bucket, { prefix, delimiter, start, maxKeys, encode });
  return writeXml('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type') ?? undefined,
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url'),
    IsTruncated: page.next !== undefined,
    KeyCount: page.contents.length + page.prefixes.length,
    Contents: page.contents,
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
  });
}

interface PageOptions {
  readonly prefix: string;
  readonly delimiter: string;
  readonly start: string;
  readonly maxKeys: number;
  readonly encode: (text: string) => string;
}

function collectPage(bucket: Bucket, { prefix, delimiter, start, maxKeys, encode }: PageOptions): Page {
  const contents: XmlElements[] = [];
  const prefixes: string[] = [];
  let from: string | undefined = compareKeys(start, prefix) > 0 ? start : prefix;
  while (from !== undefined) {
    const key: string | undefined = first(bucket.keysFrom(from));
    if (key === undefined || !key.startsWith(prefix)) return { contents, prefixes, next: undefined };
    if (contents.length + prefixes.length >= maxKeys)
      return { contents, prefixes, next: maxKeys === 0 ? undefined : key };
    const common = commonPrefix(key, prefix, delimiter);
    if (common === undefined) contents.push(describe(bucket, key, encode));
    else prefixes.push(common);
    from = common === undefined ? after(key) : common + LAST_CHARACTER;
  }
  return { contents, prefixes, next: undefined };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

function describe(bucket: Bucket, key: string, encode: (text: string) => string): XmlElements {
  const record = bucket.find(key);
  return {
    Key: encode(key),
    LastModified: new Date(record?.lastModified ?? 0).toISOString(),
    ETag: `"${record?.etag}"`,
    Size: record?.size,
    StorageClass: 'STANDARD',
  };
}

function first(keys: Iterable<string>): string | undefined {
  for (const key of keys) return key;
  return undefined;
}

/** Returns the smallest string that sorts after the key. */
function after(key: string | undefined): string {
  return key === undefined ? '' : `${key}\0`;
}

function readToken(token: string): string {
  const start = Buffer.from(token, 'base64url').toString();
  if (start === '') throw invalidArgument('The continuation token provided is incorrect');
  return start;
}

function readMaxKeys(text: string | null): number {
  const value = Number(text ?? MAX_KEYS);
  if (!Number.isInteger(value) || value < 0) throw invalidArgument('max-keys must be a whole number.');
  return Math.min(value, MAX_KEYS);
}

function encoderFor(type: string | null): (text: string) => string {
  return type === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text;
}
