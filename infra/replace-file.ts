import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file atomically, because others may be reading it. A file with the same content is not touched. */
export async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const current = await readFile(path).catch(() => undefined);
  if (current?.equals(contents)) return;
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  // Outside the directory, because another process may be reading the whole directory.
  const temporary = `${directory}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
