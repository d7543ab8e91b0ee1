import { isUtf8 } from 'node:buffer';
import { GitError } from './git-error.ts';

/** One pkt-line: the payload of a data packet, or the name of a special one. */
export type Packet = Uint8Array | 'flush' | 'delimiter' | 'response-end';

/** The encoded flush packet. */
export const flushPacket = '0000';
/** The encoded delimiter packet. */
export const delimiterPacket = '0001';

const headerLength = 4;
const longest = 65_520;
const specials = ['flush', 'delimiter', 'response-end'] as const;

/** Encodes a text as a data packet. */
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

/** A line with ref names, which are bytes in git. */
export interface NamedLine {
  text: string;
  /** False when the line is not UTF-8, so that bytes were replaced in the text. */
  isExact: boolean;
}

/** Decodes a packet's payload as a line with ref names. */
export function packetLine(payload: Uint8Array): NamedLine {
  return { text: packetText(payload), isExact: isUtf8(payload) };
}

/** A stream of packets, which can be switched to raw bytes after any packet. */
export interface PacketStream extends AsyncGenerator<Packet, undefined> {
  /** The remaining bytes. No packets may be read afterwards. */
  rest(): AsyncGenerator<Uint8Array, undefined>;
}

/**
 * Splits a byte stream into packets. A payload is a view into its chunk; only a payload that spans chunks is copied.
 * @throws GitError git_truncated when the stream ends within a packet, git_unexpected_response for other bytes
 */
export function readPackets(chunks: AsyncIterable<Uint8Array>): PacketStream {
  const source = chunks[Symbol.asyncIterator]();
  const state: DecoderState = {
    header: partialBuffer(headerLength),
    payload: undefined,
    chunk: new Uint8Array(0),
    at: 0,
  };
  const packets = decodeAll(source, state);
  async function* rest(): AsyncGenerator<Uint8Array, undefined> {
    try {
      yield state.chunk.subarray(state.at);
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    } finally {
      await packets.return(undefined);
      // packets.return() does not close the source when no packet has been read.
      await source.return?.();
    }
  }
  return Object.assign(packets, { rest });
}

async function* decodeAll(
  source: AsyncIterator<Uint8Array>,
  state: DecoderState,
): AsyncGenerator<Packet, undefined> {
  try {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      state.chunk = next.value;
      state.at = 0;
      for (const packet of decode(state)) yield packet;
    }
  } finally {
    await source.return?.();
  }
  if (state.header.filled > 0 || state.payload !== undefined) throw endedWithinPacket();
}

/** The error of a stream that ends within a packet. */
export function endedWithinPacket(): GitError {
  return new GitError('git_truncated', 'the response ended within a packet');
}

/** A buffer of known length that is filled as bytes are received. */
export interface PartialBuffer {
  bytes: Uint8Array;
  filled: number;
}

/** An empty buffer of this length. */
export function partialBuffer(length: number): PartialBuffer {
  return { bytes: new Uint8Array(length), filled: 0 };
}

interface DecoderState {
  header: PartialBuffer;
  /** The payload that spans chunks, if the stream is within one. */
  payload: PartialBuffer | undefined;
  chunk: Uint8Array;
  /** The position of the next unread byte in the chunk. */
  at: number;
}

function* decode(state: DecoderState): Generator<Packet> {
  const { chunk } = state;
  while (state.at < chunk.length) {
    const target = state.payload ?? state.header;
    state.at += fill(target, chunk, state.at);
    if (target.filled < target.bytes.length) return;
    if (target === state.payload) {
      state.payload = undefined;
      yield target.bytes;
      continue;
    }
    const length = takeLength(state.header);
    if (typeof length === 'string') {
      yield length;
      continue;
    }
    const start = state.at;
    const end = start + length;
    if (end > chunk.length) {
      state.payload = partialBuffer(length);
    } else {
      state.at = end;
      yield chunk.subarray(start, end);
    }
  }
}

/** Copies bytes of `chunk` from `at` on, as many as fit, and returns their number. */
export function fill(target: PartialBuffer, chunk: Uint8Array, at: number): number {
  const count = Math.min(target.bytes.length - target.filled, chunk.length - at);
  target.bytes.set(chunk.subarray(at, at + count), target.filled);
  target.filled += count;
  return count;
}

/** Decodes a complete header into the payload's length or a special packet, and resets the header's buffer. */
export function takeLength(header: PartialBuffer): number | (typeof specials)[number] {
  header.filled = 0;
  const length = parseLength(header.bytes);
  return specials[length] ?? length - headerLength;
}

/** Parses the four hexadecimal digits of a packet's header without creating a string. */
function parseLength(header: Uint8Array): number {
  let length = 0;
  for (const byte of header) length = length * 16 + hexadecimalDigit(byte);
  // 0003 is not defined. NaN results from an invalid digit.
  if (Number.isNaN(length) || length === specials.length || length > longest) {
    throw new GitError('git_unexpected_response', 'the response does not consist of git packets');
  }
  return length;
}

function hexadecimalDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}
