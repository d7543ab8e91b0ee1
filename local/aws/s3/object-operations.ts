import type { IncomingMessage, ServerResponse } from 'node:http';
import { checksumHeaders } from './checksums.ts';
import { invalidArgument, notImplemented, preconditionFailed, S3Error } from './errors.ts';
import { keptHeaders, readPrecondition, readXmlBody, type S3Request, unquote } from './request.ts';
import { sendObject } from './send-object.ts';
import type { ObjectStorage } from './storage.ts';
import * as uploads from './uploads.ts';
import { readElements, readText, writeXml } from './xml.ts';

/** A request about an object, with its response. */
export interface ObjectCall {
  readonly storage: ObjectStorage;
  readonly request: S3Request;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

const MAX_KEY_BYTES = 1024;

/** Subresources that are not emulated. */
const SUBRESOURCES = [
  'acl',
  'attributes',
  'legal-hold',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
];

/** Answers a request about an object. Throws S3Error. */
export async function answerObject(call: ObjectCall): Promise<void> {
  const { request } = call;
  if (Buffer.byteLength(request.key) > MAX_KEY_BYTES) {
    throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
  }
  const subresource = SUBRESOURCES.find((name) => request.query.has(name));
  if (subresource !== undefined) throw notImplemented(`The subresource ${subresource}`);
  const uploadId = request.query.get('uploadId');
  if (uploadId !== null) return answerUpload(call, uploadId);
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return sendObject(call.storage.bucket(request.bucket), request, call.response);
    case 'PUT':
      return request.header('x-amz-copy-source') === undefined ? putObject(call) : copyObject(call);
    case 'DELETE':
      await call.storage.bucket(request.bucket).delete(request.key);
      call.response.writeHead(204).end();
      return;
    case 'POST':
      if (request.query.has('uploads')) return createUpload(call);
  }
  throw notImplemented(`${request.method} ${request.query}`);
}

async function putObject({ storage, request, message, response }: ObjectCall): Promise<void> {
  const bucket = storage.bucket(request.bucket);
  const blob = await bucket.receive(request.content, request.announcedChecksums, request.checksums);
  if (!matchesMd5(request.header('content-md5'), blob.md5)) {
    await bucket.discard(blob);
    throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match the content.');
  }
  const attributes = { headers: keptHeaders(request, message), checksums: request.checksums() };
  const record = await bucket.commit(request.key, blob, attributes, blob.md5, readPrecondition(request));
  response.writeHead(200, { etag: `"${record.etag}"`, ...checksumHeaders(record.checksums) }).end();
}

function matchesMd5(base64: string | undefined, hex: string): boolean {
  return base64 === undefined || Buffer.from(base64, 'base64').toString('hex') === hex;
}

async function copyObject({ storage, request, message, response }: ObjectCall): Promise<void> {
  if (request.query.has('partNumber')) throw notImplemented('UploadPartCopy');
  const [, from = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(copySource(request)) ?? [];
  const bucket = storage.bucket(request.bucket);
  const { blob, record: source } = await bucket.copy(storage.bucket(from), key);
  const { ifMatch, ifNoneMatch } = readPrecondition(request, 'x-amz-copy-source-');
  if ((ifMatch !== undefined && ifMatch !== source.etag) || ifNoneMatch === source.etag) {
    await bucket.discard(blob);
    throw preconditionFailed();
  }
  const replace = request.header('x-amz-metadata-directive') === 'REPLACE';
  const attributes = {
    headers: replace ? keptHeaders(request, message) : source.headers,
    checksums: source.checksums,
  };
  const record = await bucket.commit(request.key, blob, attributes, source.etag, readPrecondition(request));
  const result = { LastModified: new Date(record.lastModified).toISOString(), ETag: `"${record.etag}"` };
  sendXml(response, writeXml('CopyObjectResult', result));
}

function copySource(request: S3Request): string {
  try {
    return decodeURIComponent((request.header('x-amz-copy-source') ?? '').replace(/\?versionId=.*$/, ''));
  } catch {
    throw invalidArgument('Copy Source must be URL encoded.');
  }
}

async function createUpload({ storage, request, message, response }: ObjectCall): Promise<void> {
  const bucket = storage.bucket(request.bucket);
  const id = await uploads.createUpload(bucket, request.key, keptHeaders(request, message));
  const result = { Bucket: bucket.name, Key: request.key, UploadId: id };
  sendXml(response, writeXml('InitiateMultipartUploadResult', result));
}

async function answerUpload({ storage, request, response }: ObjectCall, id: string): Promise<void> {
  const bucket = storage.bucket(request.bucket);
  const upload = await uploads.findUpload(bucket, id, request.key);
  switch (request.method) {
    case 'PUT': {
      if (request.header('x-amz-copy-source') !== undefined) throw notImplemented('UploadPartCopy');
      const number = readPartNumber(request);
      const { content, announcedChecksums, checksums } = request;
      const etag = await uploads.addPart(bucket, id, number, content, announcedChecksums, checksums);
      response.writeHead(200, { etag: `"${etag}"` }).end();
      return;
    }
    case 'POST': {
      const parts = readPartList(await readXmlBody(request));
      const record = await uploads.completeUpload(bucket, id, upload, parts, readPrecondition(request));
      const result = { Bucket: bucket.name, Key: record.key, ETag: `"${record.etag}"` };
      return sendXml(response, writeXml('CompleteMultipartUploadResult', result));
    }
    case 'GET': {
      const parts = await uploads.listParts(bucket, id);
      const Part = parts.map(({ number, etag, size }) => ({
        PartNumber: number,
        ETag: `"${etag}"`,
        Size: size,
      }));
      const result = { Bucket: bucket.name, Key: request.key, UploadId: id, IsTruncated: false, Part };
      return sendXml(response, writeXml('ListPartsResult', result));
    }
    case 'DELETE':
      await uploads.abortUpload(bucket, id);
      response.writeHead(204).end();
      return;
  }
  throw notImplemented(`${request.method} of an upload`);
}

function readPartNumber({ query }: S3Request): number {
  const number = Number(query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive');
}

function readPartList(xml: string): uploads.PartReference[] {
  return readElements(xml, 'Part').map((part) => ({
    number: Number(readText(part, 'PartNumber')),
    etag: unquote(readText(part, 'ETag')) ?? '',
  }));
}

/** Sends a successful XML response. */
export function sendXml(response: ServerResponse, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
}
