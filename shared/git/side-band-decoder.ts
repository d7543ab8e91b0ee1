import {
  endedWithinPacket,
  fill,
  type Packet,
  type PartialBuffer,
  partialBuffer,
  takeLength,
} from './packet-line.ts';

/** A piece of band 1's data as it arrives, or any other packet as a whole. */
export type Band = { data: Uint8Array } | { packet: Packet };

interface DecoderState {
  header: PartialBuffer;
  /** The length of a packet whose first byte, the band number, comes next. */
  length: number | undefined;
  /** The remaining bytes of a packet of band 1. */
  data: number;
  /** An incomplete packet of another band. */
  packet: PartialBuffer | undefined;
}

const dataBand = 1;

/**
 * Splits a byte stream into the bands of its packets. Data is never copied: packets are about as long as chunks, so
 * nearly every packet spans two chunks, and joining them would double the memory.
 * @throws GitError git_truncated when the stream ends within a packet, git_unexpected_response for other bytes
 */
export async function* readBands(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Band, undefined> {
  const state: DecoderState = { header: partialBuffer(4), length: undefined, data: 0, packet: undefined };
  for await (const chunk of chunks) {
    for (const band of decode(state, chunk)) yield band;
  }
  const isWithin =
    state.header.filled > 0 || state.length !== undefined || state.data > 0 || state.packet !== undefined;
  if (isWithin) throw endedWithinPacket();
}

function* decode(state: DecoderState, chunk: Uint8Array): Generator<Band> {
  for (let at = 0; at < chunk.length; ) {
    if (state.data > 0) {
      const data = chunk.subarray(at, at + state.data);
      state.data -= data.length;
      at += data.length;
      yield { data };
    } else if (state.length !== undefined) {
      if (chunk[at] === dataBand) {
        state.data = state.length - 1;
        at += 1;
      } else {
        state.packet = partialBuffer(state.length);
      }
      state.length = undefined;
    } else {
      const target = state.packet ?? state.header;
      at += fill(target, chunk, at);
      if (target.filled === target.bytes.length) yield* complete(state, target);
    }
  }
}

/** Handles a complete packet or header. A special or an empty packet consists of its header only. */
function* complete(state: DecoderState, target: PartialBuffer): Generator<Band> {
  if (target === state.packet) {
    state.packet = undefined;
    yield { packet: target.bytes };
    return;
  }
  const length = takeLength(state.header);
  if (typeof length === 'string') yield { packet: length };
  else if (length === 0) yield { packet: new Uint8Array(0) };
  else state.length = length;
}
