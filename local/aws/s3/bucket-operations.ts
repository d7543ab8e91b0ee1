import type { ServerResponse } from 'node:http';
import type { Bucket } from './bucket.ts';
import { notImplemented } from './errors.ts';
import { listObjects } from './listing.ts';
import { sendXml } from './object-operations.ts';
import { readXmlBody, type S3Request } from './request.ts';
import type { ObjectStorage } from './storage.ts';
import * as uploads from './uploads.ts';
import { readElements, readText, writeXml } from './xml.ts';

/**
 * Answers a request about one bucket: ListObjectsV2, ListMultipartUploads or DeleteObjects. Throws S3Error.
 * @param mayDelete decides for each object of DeleteObjects
 */
export async function answerBucket(
  storage: ObjectStorage,
  request: S3Request,
  response: ServerResponse,
  mayDelete: (key: string) => boolean,
): Promise<void> {
  const { method, query } = request;
  const bucket = storage.bucket(request.bucket);
  if (method === 'POST' && query.has('delete')) return deleteObjects(bucket, request, response, mayDelete);
  if (method === 'GET' && query.get('list-type') === '2') {
    return sendXml(response, listObjects(bucket, request));
  }
  if (method === 'GET' && query.has('uploads')) return listUploads(bucket, response);
  throw notImplemented(`${method} ${query} of a bucket`);
}

async function listUploads(bucket: Bucket, response: ServerResponse): Promise<void> {
  const Upload = (await uploads.listUploads(bucket)).map(({ id, key, initiated }) => ({
    Key: key,
    UploadId: id,
    Initiated: new Date(initiated).toISOString(),
  }));
  const result = { Bucket: bucket.name, IsTruncated: false, Upload };
  sendXml(response, writeXml('ListMultipartUploadsResult', result));
}

async function deleteObjects(
  bucket: Bucket,
  request: S3Request,
  response: ServerResponse,
  mayDelete: (key: string) => boolean,
): Promise<void> {
  const xml = await readXmlBody(request);
  const keys = readElements(xml, 'Object').map((object) => readText(object, 'Key') ?? '');
  const deleted = keys.filter(mayDelete);
  await Promise.all(deleted.map((key) => bucket.delete(key)));
  const quiet = readText(xml, 'Quiet') === 'true';
  const denied = keys.filter((key) => !deleted.includes(key));
  const result = {
    Deleted: quiet ? [] : deleted.map((Key) => ({ Key })),
    Error: denied.map((Key) => ({ Key, Code: 'AccessDenied', Message: 'Access Denied' })),
  };
  sendXml(response, writeXml('DeleteResult', result));
}
