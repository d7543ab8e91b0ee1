import { createHash } from 'node:crypto';
import { GitError } from './git-error.ts';

const trailerLength = 20;
const headerLength = 12;

/** A pack without objects. */
export function emptyPack(): Uint8Array {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  return Buffer.concat([header, createHash('sha1').update(header).digest()]);
}

/**
 * Passes a pack through and verifies its signature and its trailing SHA-1. The error precedes the end of the stream, so
 * a reader that commits at the end never commits a damaged pack.
 * @throws GitError git_unexpected_response, git_truncated, git_pack_corrupted
 */
export async function* verifyPack(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  const checksum = createChecksum();
  let header = '';
  for await (const chunk of chunks) {
    if (header.length < headerLength) {
      header += Buffer.from(chunk.subarray(0, headerLength - header.length)).toString('latin1');
      if (header.length >= 8 && !startsPack(header)) {
        throw new GitError('git_unexpected_response', 'what came instead of the objects is not a pack');
      }
    }
    checksum.update(chunk);
    yield chunk;
  }
  if (header.length < headerLength) throw new GitError('git_truncated', 'the pack ended within its header');
  if (!checksum.matches())
    throw new GitError('git_pack_corrupted', 'the pack does not have the SHA-1 that it names');
}

/** True for the signature and version 2 or 3, which have the same meaning. */
function startsPack(header: string): boolean {
  return header.startsWith('PACK\0\0\0\x02') || header.startsWith('PACK\0\0\0\x03');
}

/** Hashes all but the last 20 bytes, which are the trailer. */
function createChecksum(): { update(chunk: Uint8Array): void; matches(): boolean } {
  const hash = createHash('sha1');
  let trailer = new Uint8Array(0);
  return {
    update(chunk) {
      const old = Math.max(0, Math.min(trailer.length, trailer.length + chunk.length - trailerLength));
      const fresh = Math.max(0, chunk.length - trailerLength);
      hash.update(trailer.subarray(0, old)).update(chunk.subarray(0, fresh));
      trailer = Buffer.concat([trailer.subarray(old), chunk.subarray(fresh)]);
    },
    matches: () => hash.digest().equals(trailer),
  };
}
