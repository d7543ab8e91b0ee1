import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../errors.ts';

/** A file that is to be had. */
export interface Download {
  path: string;
  bytes: number;
  /** Where it is now. Links expire: `isExpired` asks for a new one. */
  link: (isExpired: boolean) => Promise<string>;
}

export interface DownloadOptions {
  /** Stops all of them. */
  signal: AbortSignal;
  /** Told of all bytes so far, and of all files that are complete. */
  progress: (bytes: number, files: number) => void;
  /** How long a server may send nothing. */
  stallMs?: number;
}

const atATime = 4;
/** Attempts to download a part of the mirror. */
export const attempts = 4;

/** What may go better at once, from where it has stopped. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
  readonly isExpired: boolean;

  constructor(message: string, options: ErrorOptions & { isExpired?: boolean } = {}) {
    super(message, options);
    this.isExpired = options.isExpired ?? false;
  }
}

/** Downloads files, several at a time. Throws `CliError`; nothing goes on after it. */
export async function downloadAll(files: readonly Download[], options: DownloadOptions): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const total = { bytes: 0, files: 0 };
  const arrive = (bytes: number, complete = 0) => {
    total.bytes += bytes;
    total.files += complete;
    options.progress(total.bytes, total.files);
  };
  const queue = files.values();
  const work = async () => {
    for (const file of queue) {
      await download(file, arrive, { ...options, signal });
      arrive(0, 1);
    }
  };
  // All of them have ended before the caller removes what they write to.
  await Promise.all(
    Array.from({ length: atATime }, () => work().catch((error: unknown) => failed.abort(error))),
  );
  signal.throwIfAborted();
}

type Arrive = (bytes: number) => void;

async function download(file: Download, arrive: Arrive, options: DownloadOptions): Promise<void> {
  let isExpired = false;
  for (let attempt = 1; ; attempt++) {
    options.signal.throwIfAborted();
    try {
      return await receive(file, await file.link(isExpired), arrive, options);
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
      if (attempt === attempts) throw new CliError(`${error.message} Try again.`, { cause: error });
      isExpired = error.isExpired;
    }
  }
}

/** Receives what is still missing of a file. */
async function receive(
  { path, bytes }: Download,
  link: string,
  arrive: Arrive,
  { signal, stallMs = 60_000 }: DownloadOptions,
): Promise<void> {
  const had = await sizeOf(path);
  if (had === bytes) return;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs);
  const counted = async function* () {
    try {
      const body = await request(link, had, AbortSignal.any([signal, stalled.signal]));
      for await (const chunk of body) {
        timer.refresh();
        arrive(chunk.byteLength);
        yield chunk;
      }
    } catch (error) {
      throw explained(error, new URL(link).host);
    }
  };
  try {
    await pipeline(Readable.from(counted()), createWriteStream(path, { flags: 'a' }));
  } catch (error) {
    if (error instanceof BrokenOff || error instanceof CliError) throw error;
    throw new CliError(`${path} cannot be written: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if ((await sizeOf(path)) !== bytes)
    throw new CliError(`${new URL(link).host} sent another file: try again.`);
}

async function request(link: string, from: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  const { status, body } = await fetch(link, { headers, redirect: 'manual', signal });
  if (body && status === (from > 0 ? 206 : 200)) return body;
  await body?.cancel();
  const message = `${new URL(link).host} answered with status ${status}.`;
  if (status === 404) throw new CliError('The mirror has changed in the meantime: run the command again.');
  // S3 says 403 of a link that has expired, and of one that was never good.
  if (status === 403 || status >= 500) throw new BrokenOff(message, { isExpired: status === 403 });
  throw new CliError(message);
}

function explained(error: unknown, host: string): Error {
  if (error instanceof BrokenOff || error instanceof CliError) return error;
  return new BrokenOff(`The download from ${host} broke off: ${messageOf(error)}.`, { cause: error });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch() says of itself is that it failed.
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return stats?.size ?? 0;
}
