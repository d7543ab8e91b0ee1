import { GitError } from './git-error.ts';

/** One pkt-line: the payload of a data packet, or the name of a special one. */
export type Packet = Uint8Array | 'flush' | 'delimiter' | 'response-end';

export const flushPacket = '0000';
export const delimiterPacket = '0001';

const headerLength = 4;
const longest = 65_520;
const specials = ['flush', 'delimiter', 'response-end'] as const;

/** A data packet with this text. */
export function encodePacket(text: string): string {
  const length = Buffer.byteLength(text) + headerLength;
  if (length > longest) throw new RangeError(`a packet holds at most ${longest - headerLength} bytes`);
  return length.toString(16).padStart(headerLength, '0') + text;
}

/** A packet's payload as text, without its line feed. */
export function packetText(payload: Uint8Array): string {
  const end = payload.at(-1) === 0x0a ? payload.length - 1 : payload.length;
  return Buffer.from(payload.buffer, payload.byteOffset, end).toString();
}

/**
 * Splits a byte stream into packets, however it is chunked. A payload is a view into its chunk; only one that
 * spans chunks is copied.
 * @throws GitError git_truncated when the stream ends within a packet, git_unexpected_response for other bytes
 */
export async function* readPackets(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Packet, undefined> {
  const state: DecoderState = {
    header: { bytes: new Uint8Array(headerLength), filled: 0 },
    payload: undefined,
  };
  for await (const chunk of chunks) {
    for (const packet of decode(state, chunk)) yield packet;
  }
  if (state.header.filled > 0 || state.payload !== undefined) {
    throw new GitError('git_truncated', 'the answer ended within a packet');
  }
}

/** Bytes of which some may not have arrived yet. */
interface Arriving {
  bytes: Uint8Array;
  filled: number;
}

interface DecoderState {
  header: Arriving;
  /** The payload that spans chunks, if the stream is within one. */
  payload: Arriving | undefined;
}

function* decode(state: DecoderState, chunk: Uint8Array): Generator<Packet> {
  let at = 0;
  while (at < chunk.length) {
    const target = state.payload ?? state.header;
    at += fill(target, chunk, at);
    if (target.filled < target.bytes.length) return;
    if (target === state.payload) {
      state.payload = undefined;
      yield target.bytes;
      continue;
    }
    state.header.filled = 0;
    const length = parseLength(state.header.bytes);
    const end = at + length - headerLength;
    const special = specials[length];
    if (special !== undefined) {
      yield special;
    } else if (end > chunk.length) {
      state.payload = { bytes: new Uint8Array(end - at), filled: 0 };
    } else {
      yield chunk.subarray(at, end);
      at = end;
    }
  }
}

/** Copies what fits of `chunk`, from `at` on; answers how much that was. */
function fill(target: Arriving, chunk: Uint8Array, at: number): number {
  const count = Math.min(target.bytes.length - target.filled, chunk.length - at);
  target.bytes.set(chunk.subarray(at, at + count), target.filled);
  target.filled += count;
  return count;
}

/** The four hexadecimal digits that begin a packet, read without making a string of them. */
function parseLength(header: Uint8Array): number {
  let length = 0;
  for (const byte of header) length = length * 16 + hexadecimalDigit(byte);
  // 0003 has no meaning, and a number that is not one comes from a digit that is not one.
  if (Number.isNaN(length) || length === specials.length) {
    throw new GitError('git_unexpected_response', 'the answer does not consist of git packets');
  }
  return length;
}

function hexadecimalDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}
