import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory of the built page, in the package of this module: both the sources and the bundle are below its root. */
export function consoleDirectory(start = import.meta.dirname): string {
  let root = start;
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) root = dirname(root);
  return join(root, 'dist', 'console');
}
