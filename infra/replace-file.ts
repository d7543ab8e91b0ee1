import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file whole or not at all, and leaves one with the same content alone: others may be reading it. */
export async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const current = await readFile(path).catch(() => undefined);
  if (current?.equals(contents)) return;
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  // Beside the directory, which may be read as a whole at this moment.
  const temporary = `${directory}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
