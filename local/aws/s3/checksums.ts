import { createHash, type Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { S3Error } from './errors.ts';

const HEADER_PREFIX = 'x-amz-checksum-';

interface Digest {
  update(data: Buffer): void;
  base64(): string;
}

/** Verified checksum algorithms. Others (CRC32C, CRC64NVME) are stored as sent, for clients to verify. */
const ALGORITHMS: Readonly<Record<string, () => Digest>> = {
  crc32: crc32Digest,
  sha1: () => hashDigest(createHash('sha1')),
  sha256: () => hashDigest(createHash('sha256')),
};

function crc32Digest(): Digest {
  let value = 0;
  return {
    update(data) {
      value = crc32(data, value);
    },
    base64() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes.toString('base64');
    },
  };
}

function hashDigest(hash: Hash): Digest {
  return { update: (data) => hash.update(data), base64: () => hash.digest('base64') };
}

/** A client's checksums by algorithm, from headers or trailers. */
export type Checksums = Readonly<Record<string, string>>;

/** Reads checksums from headers or trailers. */
export function readChecksums(fields: Iterable<readonly [string, string]>): Checksums {
  return Object.fromEntries(
    [...fields]
      .filter(([name]) => name.startsWith(HEADER_PREFIX) && !/-(?:type|algorithm|mode)$/.test(name))
      .map(([name, value]) => [name.slice(HEADER_PREFIX.length), value]),
  );
}

/** Returns the response headers of an object's checksums. */
export function checksumHeaders(checksums: Checksums): Record<string, string> {
  const headers = Object.entries(checksums).map(([name, value]) => [`${HEADER_PREFIX}${name}`, value]);
  return headers.length === 0
    ? {}
    : { ...Object.fromEntries(headers), [`${HEADER_PREFIX}type`]: 'FULL_OBJECT' };
}

/** A pass-through stream that computes size and digests. */
export interface Meter extends Transform {
  /** Bytes. */
  readonly size: () => number;
  /** In hexadecimal. */
  readonly md5: () => string;
  /** Throws S3Error `BadDigest` when a checksum differs. */
  readonly verify: (expected: Checksums) => void;
}

/**
 * Creates a meter.
 * @param algorithms checksum algorithms that the client announced
 */
export function createMeter(algorithms: readonly string[]): Meter {
  const md5 = createHash('md5');
  const digests = algorithms.flatMap((name) => {
    const digest = ALGORITHMS[name]?.();
    return digest === undefined ? [] : [[name, digest] as const];
  });
  let size = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      size += chunk.length;
      md5.update(chunk);
      for (const [, digest] of digests) digest.update(chunk);
      callback(null, chunk);
    },
  });
  return Object.assign(stream, {
    size: () => size,
    md5: () => md5.copy().digest('hex'),
    verify(expected: Checksums) {
      for (const [name, digest] of digests) {
        if (expected[name] !== undefined && expected[name] !== digest.base64()) {
          throw new S3Error(
            400,
            'BadDigest',
            `The ${name.toUpperCase()} you specified did not match the content.`,
          );
        }
      }
    },
  });
}
