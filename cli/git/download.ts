import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../errors.ts';

/** A file to download. */
export interface Download {
  path: string;
  bytes: number;
  /** Resolves to the file's link. `isExpired` requests a new link. */
  link: (isExpired: boolean) => Promise<string>;
}

/** How files are downloaded. */
export interface DownloadOptions {
  /** Aborts all downloads. */
  signal: AbortSignal;
  /** Called with the bytes and the complete files so far. */
  progress: (bytes: number, files: number) => void;
  /** The time limit without a byte. */
  stallMs?: number;
}

const concurrency = 4;
/** The number of attempts to download one file. */
export const attempts = 4;

/** A download failed and can resume at the received size. */
class InterruptedDownload extends Error {
  override readonly name = 'InterruptedDownload';
  readonly isExpired: boolean;

  constructor(message: string, options: ErrorOptions & { isExpired?: boolean } = {}) {
    super(message, options);
    this.isExpired = options.isExpired ?? false;
  }
}

/** Downloads files in parallel. Throws `CliError` after all downloads have stopped. */
export async function downloadAll(files: readonly Download[], options: DownloadOptions): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const total = { bytes: 0, files: 0 };
  const onReceived = (bytes: number, complete = 0) => {
    total.bytes += bytes;
    total.files += complete;
    options.progress(total.bytes, total.files);
  };
  const queue = files.values();
  const work = async () => {
    for (const file of queue) {
      await download(file, onReceived, { ...options, signal });
      onReceived(0, 1);
    }
  };
  // Wait for all of them: the caller removes the directory that they write to.
  await Promise.all(
    Array.from({ length: concurrency }, () => work().catch((error: unknown) => failed.abort(error))),
  );
  signal.throwIfAborted();
}

type OnReceived = (bytes: number) => void;

async function download(file: Download, onReceived: OnReceived, options: DownloadOptions): Promise<void> {
  let isExpired = false;
  for (let attempt = 1; ; attempt++) {
    options.signal.throwIfAborted();
    try {
      return await receive(file, await file.link(isExpired), onReceived, options);
    } catch (error) {
      if (!(error instanceof InterruptedDownload)) throw error;
      if (attempt === attempts) throw new CliError(`${error.message} Try again.`, { cause: error });
      isExpired = error.isExpired;
    }
  }
}

/** Appends the missing part of a file. */
async function receive(
  { path, bytes }: Download,
  link: string,
  onReceived: OnReceived,
  { signal, stallMs = 60_000 }: DownloadOptions,
): Promise<void> {
  const had = await sizeOf(path);
  if (had === bytes) return;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error(`no data for ${stallMs / 1000} s`)), stallMs);
  const counted = async function* () {
    try {
      const body = await request(link, had, AbortSignal.any([signal, stalled.signal]));
      for await (const chunk of body) {
        timer.refresh();
        onReceived(chunk.byteLength);
        yield chunk;
      }
    } catch (error) {
      throw asDownloadError(error, new URL(link).host);
    }
  };
  try {
    await pipeline(Readable.from(counted()), createWriteStream(path, { flags: 'a' }));
  } catch (error) {
    if (error instanceof InterruptedDownload || error instanceof CliError) throw error;
    throw new CliError(`${path} cannot be written: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if ((await sizeOf(path)) !== bytes)
    throw new CliError(`${new URL(link).host} sent a file of another size. Try again.`);
}

async function request(link: string, from: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  const { status, body } = await fetch(link, { headers, redirect: 'manual', signal });
  if (body && status === (from > 0 ? 206 : 200)) return body;
  await body?.cancel();
  const message = `${new URL(link).host} responded with status ${status}.`;
  if (status === 404)
    throw new CliError('The mirror has changed during the download. Run the command again.');
  // S3 responds with 403 for expired and for invalid links.
  if (status === 403 || status >= 500) throw new InterruptedDownload(message, { isExpired: status === 403 });
  throw new CliError(message);
}

function asDownloadError(error: unknown, host: string): Error {
  if (error instanceof InterruptedDownload || error instanceof CliError) return error;
  return new InterruptedDownload(`The download from ${host} was interrupted: ${messageOf(error)}.`, {
    cause: error,
  });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The message of fetch() is only that it failed; the cause has the reason.
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function sizeOf(path: string): Promise<number> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return stats?.size ?? 0;
}
