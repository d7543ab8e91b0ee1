import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pages.ts';

/** The directory of the examples. */
export const examplesDirectory = join(root, 'examples');

/** The names of the examples. */
export const exampleNames = readdirSync(examplesDirectory, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** The files of an example by path, without those of an installation or a build. */
export function filesOfExample(name: string): Record<string, string> {
  const directory = join(examplesDirectory, name);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path));
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}
