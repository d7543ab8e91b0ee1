import { Transform, type TransformCallback } from 'node:stream';
import { S3Error } from './errors.ts';

const MAX_LINE_BYTES = 8 * 1024;
const CRLF = '\r\n';

/** A stream of the decoded content; its trailing headers are complete at its end. */
export interface ChunkedDecoder extends Transform {
  readonly trailers: ReadonlyMap<string, string>;
}

/**
 * Creates a decoder of `aws-chunked` content: `<size in hex>[;chunk-signature=…]\r\n<bytes>\r\n` …, then a chunk of size
 * 0 and trailing headers such as checksums. Chunk signatures are not verified.
 */
export function createChunkedDecoder(): ChunkedDecoder {
  const trailers = new Map<string, string>();
  const state: State = { phase: 'size', pending: Buffer.alloc(0), remaining: 0 };

  const decoder = new Transform({
    transform(chunk: Buffer, _encoding, callback: TransformCallback) {
      state.pending = state.pending.length === 0 ? chunk : Buffer.concat([state.pending, chunk]);
      try {
        while (step(state, trailers, (data) => this.push(data)));
        callback();
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)));
      }
    },
    flush(callback: TransformCallback) {
      callback(state.phase === 'trailers' ? undefined : malformed());
    },
  });
  return Object.assign(decoder, { trailers });
}

interface State {
  phase: 'size' | 'data' | 'end-of-data' | 'trailers';
  pending: Buffer;
  /** Missing bytes of the current chunk. */
  remaining: number;
}

/** Consumes one piece of the input; returns false when more input is needed. */
function step(state: State, trailers: Map<string, string>, push: (data: Buffer) => void): boolean {
  if (state.phase === 'data') return takeData(state, push);
  const line = takeLine(state);
  if (line === undefined) return false;
  if (state.phase === 'size') startChunk(state, line);
  else if (state.phase === 'end-of-data') endChunk(state, line);
  else addTrailer(trailers, line);
  return true;
}

function takeData(state: State, push: (data: Buffer) => void): boolean {
  const data = state.pending.subarray(0, state.remaining);
  if (data.length === 0) return false;
  state.pending = state.pending.subarray(data.length);
  state.remaining -= data.length;
  push(data);
  if (state.remaining === 0) state.phase = 'end-of-data';
  return true;
}

function takeLine(state: State): string | undefined {
  const end = state.pending.indexOf(CRLF);
  if (end === -1) {
    if (state.pending.length > MAX_LINE_BYTES) throw malformed();
    return undefined;
  }
  const line = state.pending.subarray(0, end).toString('latin1');
  state.pending = state.pending.subarray(end + CRLF.length);
  return line;
}

function startChunk(state: State, line: string): void {
  const [size = ''] = line.split(';');
  if (!/^[0-9a-f]{1,8}$/i.test(size)) throw malformed();
  state.remaining = Number.parseInt(size, 16);
  state.phase = state.remaining === 0 ? 'trailers' : 'data';
}

function endChunk(state: State, line: string): void {
  if (line !== '') throw malformed();
  state.phase = 'size';
}

function addTrailer(trailers: Map<string, string>, line: string): void {
  const colon = line.indexOf(':');
  if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
}

function malformed(): S3Error {
  return new S3Error(400, 'IncompleteBody', 'The aws-chunked body is malformed or incomplete.');
}
