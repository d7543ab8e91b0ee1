import type { Call } from './call.ts';

/** The parts of an S3 request that determine its calls. */
interface S3Operation {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
}

/** Returns a bucket's ARN. */
export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;

/** Returns the call that deletes an object. */
export const deletion = (bucket: string, key: string): Call => ({
  action: 's3:DeleteObject',
  resource: `${bucketArn(bucket)}/${key}`,
});

/**
 * Returns the calls that an S3 request makes; none for DeleteObjects, which is decided object by object.
 * @param exists whether the object exists: S3 reports a missing object only to callers that may list the bucket
 */
export function s3Calls(request: S3Operation, exists: (bucket: string, key: string) => boolean): Call[] {
  if (request.key === '') return bucketCalls(request);
  const source = /^\/?([^/]+)\/([^?]+)/s.exec(request.header('x-amz-copy-source') ?? '');
  const [, from = '', key = ''] = source ?? [];
  const copied = source === null ? [] : readCalls(from, decodeURIComponent(key), exists);
  return [...copied, ...objectCalls(request, exists)];
}

function bucketCalls({ method, bucket, query }: S3Operation): Call[] {
  if (method === 'POST' && query.has('delete')) return [];
  const resource = bucketArn(bucket);
  if (method === 'GET' && query.has('uploads'))
    return [{ action: 's3:ListBucketMultipartUploads', resource }];
  const prefix = query.get('prefix');
  return [{ action: 's3:ListBucket', resource, context: prefix === null ? {} : { 's3:prefix': prefix } }];
}

function objectCalls(
  { method, bucket, key, query }: S3Operation,
  exists: (bucket: string, key: string) => boolean,
): Call[] {
  const resource = `${bucketArn(bucket)}/${key}`;
  const isUpload = query.has('uploadId');
  switch (method) {
    case 'GET':
    case 'HEAD':
      return isUpload
        ? [{ action: 's3:ListMultipartUploadParts', resource }]
        : readCalls(bucket, key, exists);
    case 'DELETE':
      return [isUpload ? { action: 's3:AbortMultipartUpload', resource } : deletion(bucket, key)];
    default:
      return [{ action: 's3:PutObject', resource }];
  }
}

function readCalls(bucket: string, key: string, exists: (bucket: string, key: string) => boolean): Call[] {
  const read = { action: 's3:GetObject', resource: `${bucketArn(bucket)}/${key}` };
  return exists(bucket, key) ? [read] : [read, { action: 's3:ListBucket', resource: bucketArn(bucket) }];
}
