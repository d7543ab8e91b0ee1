import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { StoredObject } from '../../shared/adapters/aws/s3/objects.ts';

/** S3 copies no more than 5 GB in one request, and an object has at most 10,000 parts. */
const limits = { largestCopy: 5 * 2 ** 30, partBytes: 2 ** 30 };

/** Copies an object within its bucket, with its metadata but not its tags, without downloading it. */
export async function copyObject(
  s3: S3Client,
  bucket: string,
  source: StoredObject,
  key: string,
  { largestCopy, partBytes } = limits,
): Promise<void> {
  const copy = { Bucket: bucket, Key: key, CopySource: copySource(bucket, source.key) };
  if (source.bytes <= largestCopy)
    await s3.send(new CopyObjectCommand({ ...copy, TaggingDirective: 'REPLACE' }));
  else await copyInParts(s3, source, copy, partBytes);
}

function copySource(bucket: string, key: string): string {
  return `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

async function copyInParts(
  s3: S3Client,
  source: StoredObject,
  copy: { Bucket: string; Key: string; CopySource: string },
  partBytes: number,
): Promise<void> {
  const { Bucket, Key } = copy;
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: source.key }));
  const { ContentType, CacheControl, ContentEncoding, ContentDisposition, Metadata } = head;
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket,
      Key,
      ContentType,
      CacheControl,
      ContentEncoding,
      ContentDisposition,
      Metadata,
    }),
  );
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let start = 0; start < source.bytes; start += partBytes) {
      const PartNumber = Parts.length + 1;
      const end = Math.min(start + partBytes, source.bytes) - 1;
      const CopySourceRange = `bytes=${start}-${end}`;
      const part = await s3.send(
        new UploadPartCopyCommand({ ...copy, UploadId, PartNumber, CopySourceRange }),
      );
      Parts.push({ PartNumber, ETag: part.CopyPartResult?.ETag });
    }
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    throw error;
  }
}
