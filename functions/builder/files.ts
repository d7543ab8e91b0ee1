import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** What a path leads to, also through links; null when that is nothing. */
export async function statIfThere(path: string): Promise<Stats | null> {
  return stat(path).catch(nullIfAbsent);
}

/** For the errors of file operations: turns "it is not there" into null and throws the rest. */
export function nullIfAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return null;
  throw error;
}
