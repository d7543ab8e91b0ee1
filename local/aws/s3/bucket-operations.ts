import type { ServerResponse } from 'node:http';
import type { Bucket } from './bucket.ts';
import { notImplemented, S3Error } from './errors.ts';
import { listObjects } from './listing.ts';
import { sendXml } from './object-operations.ts';
import { readXmlBody, type S3Request } from './request.ts';
import type { ObjectStorage } from './storage.ts';
import * as uploads from './uploads.ts';
import { readElements, readText, writeXml } from './xml.ts';

/**
 * Answers a request about one bucket or all of them, or throws an S3Error.
 * @param mayDelete asked for each object when several are to be deleted
 */
export async function answerBucket(
  storage: ObjectStorage,
  request: S3Request,
  response: ServerResponse,
  mayDelete: (key: string) => boolean,
): Promise<void> {
  const { method, bucket: name, query } = request;
  if (name === '') return listBuckets(storage, request, response);
  switch (method) {
    case 'PUT':
      return createBucket(storage, request, response);
    case 'HEAD':
      storage.bucket(name);
      response.writeHead(200, { 'x-amz-bucket-region': 'us-east-1' }).end();
      return;
    case 'DELETE':
      await storage.remove(name);
      response.writeHead(204).end();
      return;
    case 'GET':
      return readBucket(storage.bucket(name), request, response);
    case 'POST':
      if (query.has('delete')) {
        return deleteObjects(storage.bucket(name), request, response, mayDelete);
      }
  }
  throw notImplemented(`${method} ${query} of a bucket`);
}

function listBuckets(storage: ObjectStorage, { method }: S3Request, response: ServerResponse): void {
  if (method !== 'GET') throw notImplemented(method);
  const Bucket = storage.list().map((name) => ({ Name: name, CreationDate: new Date(0).toISOString() }));
  sendXml(response, writeXml('ListAllMyBucketsResult', { Buckets: { Bucket } }));
}

async function createBucket(storage: ObjectStorage, { bucket, query }: S3Request, response: ServerResponse) {
  if ([...query.keys()].some((name) => name !== 'x-id')) throw notImplemented(`PUT ${query} of a bucket`);
  if (storage.has(bucket)) {
    throw new S3Error(409, 'BucketAlreadyOwnedByYou', 'You already own the bucket that you try to create.');
  }
  await storage.create(bucket);
  response.writeHead(200, { location: `/${bucket}` }).end();
}

async function readBucket(bucket: Bucket, request: S3Request, response: ServerResponse): Promise<void> {
  const { query } = request;
  if (query.get('list-type') === '2') return sendXml(response, listObjects(bucket, request));
  if (query.has('location')) return sendXml(response, writeXml('LocationConstraint', {}));
  if (query.has('uploads')) {
    const Upload = (await uploads.listUploads(bucket)).map(({ id, key, initiated }) => ({
      Key: key,
      UploadId: id,
      Initiated: new Date(initiated).toISOString(),
    }));
    return sendXml(
      response,
      writeXml('ListMultipartUploadsResult', { Bucket: bucket.name, IsTruncated: false, Upload }),
    );
  }
  throw notImplemented(`GET ${query || 'ListObjects, version 1,'} of a bucket`);
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
