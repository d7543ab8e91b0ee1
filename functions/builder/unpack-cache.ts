import { chmodSync, mkdirSync, realpathSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Entry, extract, type Header } from 'tar-stream';
import { atMost } from './at-most.ts';
import { staysInside, tooMany } from './cache-content.ts';
import { type CacheLimits, largestInMemory } from './cache-limits.ts';

/**
 * Unpacks an archive into a new directory. Builds of another environment can have written the archive, so it may be
 * hostile: nothing is written outside of the directory, no link leads out of it, and its size is limited.
 * @throws Error when the archive is damaged, too large or unsafe
 */
export async function unpackCache(
  archive: Readable,
  directory: string,
  limits: CacheLimits,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(directory);
  const root = realpathSync.native(directory);
  const entries = extract();
  const [writing, reading] = await Promise.allSettled([
    writeEntries(entries, root, limits.files),
    pipeline(
      archive,
      atMost(limits.packed, 'packed'),
      createGunzip(),
      atMost(limits.unpacked, 'unpacked'),
      entries,
      { signal },
    ),
  ]);
  if (writing.status === 'rejected') throw writing.reason;
  if (reading.status === 'rejected') throw reading.reason;
}

/** Writes files and directories, then links, so that no file is written through a link, and permissions last. */
async function writeEntries(entries: AsyncIterable<Entry>, root: string, most: number): Promise<void> {
  const links: Header[] = [];
  const folders: Header[] = [];
  let files = 0;
  for await (const entry of entries) {
    entry.on('error', () => undefined);
    const { header } = entry;
    files += 1;
    if (files > most) throw tooMany(most);
    const path = pathOf(header, root);
    if (header.type === 'file') await writeEntry(entry, path);
    else if (header.type === 'directory') folders.push(header);
    else links.push(header);
    if (header.type === 'directory') mkdirSync(path, { recursive: true });
    entry.resume();
  }
  for (const { name, linkname } of links) createLink(join(root, name), linkname ?? '');
  for (const { name } of links) {
    if (!staysInside(join(root, name), root)) throw unsafe(name);
  }
  for (const { name, mode } of folders.reverse()) chmodSync(join(root, name), mode & 0o777);
}

/** Only files, directories and symbolic links have a place in a cache, each below its directory. */
function pathOf({ name, type }: Header, root: string): string {
  const isBelow = !name.startsWith('/') && name.split('/').every((part) => part !== '..' && part !== '.');
  if (!isBelow || !['file', 'directory', 'symlink'].includes(type)) throw unsafe(name);
  return join(root, name);
}

/** Writes a file. Calls are synchronous except for a large file: a cache has many small ones. */
async function writeEntry(entry: Entry, path: string): Promise<void> {
  const { mode, mtime, size = 0 } = entry.header;
  // The flag refuses existing files.
  const options = { flag: 'wx', mode: mode & 0o777 };
  mkdirSync(dirname(path), { recursive: true });
  if (size > largestInMemory) await writeFile(path, entry, options);
  else writeFileSync(path, await buffer(entry), options);
  utimesSync(path, mtime, mtime);
}

function createLink(path: string, target: string): void {
  const folder = dirname(path);
  if (realpathSync.native(folder) !== folder) throw unsafe(path);
  symlinkSync(target, path);
}

function unsafe(name: string): Error {
  return new Error(`its entry ${JSON.stringify(name)} is unsafe`);
}
