import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { atMost } from './at-most.ts';
import type { CacheContent, CacheFile } from './cache-content.ts';
import type { CacheLimits } from './cache-limits.ts';

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
    for (const file of files) {
      const entry = entries.entry(headerOf(file));
      if (file.stats.isFile()) await pipeline(createReadStream(file.path), entry, { signal });
    }
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

function headerOf({ name, stats, target }: CacheFile): Header {
  const common = { name, mode: stats.mode, mtime: stats.mtime };
  if (target !== null) return { ...common, type: 'symlink', linkname: target };
  return stats.isFile() ? { ...common, type: 'file', size: stats.size } : { ...common, type: 'directory' };
}
