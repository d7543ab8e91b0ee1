import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { CliError } from '../errors.ts';
import type { Answer } from './answer.ts';

/** The page's files by their path in URLs. */
export type ConsoleFiles = ReadonlyMap<string, Answer>;

/** The path of the page itself. */
export const documentPath = '/';

/** Content types by extension. Other files, such as source maps, are not served. */
const types = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
]);

/**
 * Reads the built page into memory. A request can name only a file of this list, and a build during the run does not
 * mix two versions. Throws `CliError` when the page is not built.
 */
export async function readConsoleFiles(directory: string): Promise<ConsoleFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
  const files = new Map<string, Answer>();
  for (const name of names) {
    const type = types.get(extname(name));
    if (type === undefined) continue;
    const path = name === 'index.html' ? documentPath : `/${name.split(sep).join('/')}`;
    const body = await readFile(join(directory, name));
    files.set(path, { status: 200, headers: { 'content-type': type }, body });
  }
  if (files.has(documentPath)) return files;
  throw new CliError(`The console's page is not built: ${directory} has no index.html. Run: npm run build`);
}
