import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

interface Place {
  Bucket: string;
  Key: string;
}

/** S3's smallest part. At most 10,000 parts limit an object to 48 GiB. */
const partBytes = 5 * 1024 * 1024;
/** One buffer is filled while the other is sent. */
const buffers = 2;
/** Buffers for reuse by later uploads, because the garbage collector frees large buffers late. */
const spare: Buffer[] = [];

/**
 * Stores a stream as an object, completely or not at all, at the pace at which S3 accepts the data.
 * @returns the number of bytes
 */
export async function uploadStream(
  s3: S3Client,
  place: Place,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  const source = createSource(bytes);
  const first = takeBuffer();
  try {
    const length = await source.fill(first);
    if (length === partBytes) return await uploadParts(s3, place, first, source);
    await s3.send(new PutObjectCommand({ ...place, Body: first.subarray(0, length) }));
    return length;
  } finally {
    spare.push(first);
    // Closes the source's connection, also after an error of S3.
    await source.end();
  }
}

async function uploadParts(s3: S3Client, place: Place, first: Buffer, source: Source): Promise<number> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'CRC32' }),
  );
  const upload = { ...place, UploadId };
  const sent: Promise<CompletedPart>[] = [];
  const others: Buffer[] = [];
  const send = (part: Uint8Array) => {
    const sending = uploadPart(s3, upload, sent.length + 1, part);
    // Awaited below. This handler only prevents an unhandled rejection until then.
    sending.catch(() => undefined);
    sent.push(sending);
  };
  try {
    send(first);
    let length = partBytes;
    let count = length;
    while (length === partBytes) {
      await sent.at(-buffers);
      if (others.length < buffers - 1) others.push(takeBuffer());
      const buffer = [first, ...others][sent.length % buffers] ?? first;
      length = await source.fill(buffer);
      if (length > 0) send(buffer.subarray(0, length));
      count += length;
    }
    const MultipartUpload = { Parts: await Promise.all(sent) };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
    return count;
  } catch (error) {
    await Promise.allSettled(sent);
    // A failure to abort is ignored: the bucket's lifecycle rule removes the parts after a day.
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  } finally {
    spare.push(...others);
  }
}

function takeBuffer(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(partBytes);
}

async function uploadPart(
  s3: S3Client,
  upload: Place & { UploadId: string | undefined },
  number: number,
  part: Uint8Array,
): Promise<CompletedPart> {
  const { ETag, ChecksumCRC32 } = await s3.send(
    new UploadPartCommand({ ...upload, PartNumber: number, Body: part, ChecksumAlgorithm: 'CRC32' }),
  );
  return { PartNumber: number, ETag, ChecksumCRC32 };
}

interface Source {
  /** Fills the buffer and returns the number of bytes, which is smaller than the buffer only at the end of the stream. */
  fill(buffer: Uint8Array): Promise<number>;
  end(): Promise<void>;
}

function createSource(bytes: AsyncIterable<Uint8Array>): Source {
  const chunks = bytes[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async fill(buffer) {
      let length = 0;
      while (length < buffer.length) {
        if (rest.length === 0) {
          const next = await chunks.next();
          if (next.done === true) break;
          rest = next.value;
        }
        const part = rest.subarray(0, buffer.length - length);
        buffer.set(part, length);
        length += part.length;
        rest = rest.subarray(part.length);
      }
      return length;
    },
    end: async () => void (await chunks.return?.()),
  };
}
