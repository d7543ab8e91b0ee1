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

/** The least that S3 takes; it takes 10,000 of them, so that an object has at most 48 GiB. */
const partBytes = 5 * 1024 * 1024;
/** One is filled while the other is on its way. */
const buffers = 2;
/** Used again and again, also by the next upload: garbage of this size would stay for long. */
const spare: Buffer[] = [];

/**
 * Stores a stream as an object, whole or not at all. It is read no faster than S3 takes it.
 * @returns how many bytes it had
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
    // Also when S3 refuses, so that the connection to what is read from is closed.
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
    // It is waited for below; until then its failure is no unhandled one.
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
    // What this cannot remove, the bucket does after a day; why the upload has failed matters more.
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
  /** Answers how many bytes it has put into the buffer: fewer than fit only at the end. */
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
