import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The status of a file, with links resolved; null when the file does not exist. */
export async function statIfThere(path: string): Promise<Stats | null> {
  return stat(path).catch(nullIfAbsent);
}

/** Turns the error of a missing file into null, and throws all other errors. */
export function nullIfAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return null;
  throw error;
}
