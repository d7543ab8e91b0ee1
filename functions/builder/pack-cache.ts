import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Header, type Pack, pack } from 'tar-stream';
import { atMost } from './at-most.ts';
import type { CacheContent, CacheFile } from './cache-content.ts';
import { type CacheLimits, largestInMemory } from './cache-limits.ts';

/**
 * Packs the files of a cache into an archive.
 * @throws Error when the archive is too large
 */
export async function packCache(
  { files }: Pick<CacheContent, 'files'>,
  archive: string,
  { unpacked, packed }: CacheLimits,
  signal: AbortSignal,
): Promise<void> {
  const entries = pack();
  const write = async () => {
    for (const file of files) await addFile(entries, file, signal);
    entries.finalize();
  };
  const compression = createGzip({ level: 1 });
  const packing = pipeline(
    entries,
    atMost(unpacked, 'unpacked'),
    compression,
    atMost(packed, 'packed'),
    createWriteStream(archive),
    { signal },
  );
  await Promise.all([
    packing,
    write().catch((error: unknown) => {
      compression.destroy();
      throw error;
    }),
  ]);
}

/** Adds a file, with few asynchronous calls for a small one. */
async function addFile(entries: Pack, file: CacheFile, signal: AbortSignal): Promise<void> {
  const { path, stats } = file;
  const isStreamed = stats.isFile() && stats.size > largestInMemory;
  const added = new Promise<void>((resolve, reject) => {
    const entry = entries.entry(headerOf(file), (error) => (error ? reject(error) : resolve()));
    // The callback has the error too.
    entry.on('error', () => undefined);
    if (isStreamed) pipeline(createReadStream(path), entry, { signal }).catch(reject);
    else if (stats.isFile()) entry.end(readFileSync(path));
  });
  await added;
}

function headerOf({ name, stats, target }: CacheFile): Header {
  const common = { name, mode: stats.mode, mtime: stats.mtime };
  if (target !== null) return { ...common, type: 'symlink', linkname: target };
  return stats.isFile() ? { ...common, type: 'file', size: stats.size } : { ...common, type: 'directory' };
}
