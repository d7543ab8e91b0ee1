import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { createGzip } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import manifest from '../package.json' with { type: 'json' };
import { DIST, PACKAGE_ARCHIVE, PACKAGE_DIRECTORY, PAGE_DIRECTORY } from './programs.ts';
import { replaceFile } from './replace-file.ts';

const repository = resolve(import.meta.dirname, '..');

/**
 * The package's name. Nobody can publish it: npm accepts no new name with a capital letter, and scopes belong to users
 * and organizations, whose names have none either.
 */
export const PACKAGE_NAME = '@Bough/cli';

/** The time of all files in the archive, which is npm's own: the same content gives the same archive. */
const MODIFIED = new Date('1985-10-26T08:15:00Z');

/** A file of the package. The path has slashes. */
interface PackagedFile {
  readonly path: string;
  readonly content: Buffer;
  readonly isExecutable: boolean;
}

/**
 * Makes the package of the command from its bundle and the console's page: a directory for `npm pack`, and the same files
 * as an archive, which the management API serves.
 */
export async function makePackage(dist = DIST): Promise<void> {
  const files = await packagedFiles(dist);
  const directory = join(dist, PACKAGE_DIRECTORY);
  for (const { path, content, isExecutable } of files) {
    await replaceFile(join(directory, path), content);
    if (isExecutable) await chmod(join(directory, path), 0o755);
  }
  await removeOthers(directory, new Set(files.map(({ path }) => path)));
  await replaceFile(join(dist, PACKAGE_ARCHIVE), await archiveOf(files));
}

async function packagedFiles(dist: string): Promise<PackagedFile[]> {
  const { version, description, license, engines, bin } = manifest;
  const contents: [path: string, content: Buffer][] = [
    [
      'package.json',
      asJson({
        name: PACKAGE_NAME,
        version,
        description: `The command of Bough. ${description}`,
        license,
        // `npm publish` refuses a private package.
        private: true,
        type: 'module',
        engines,
        bin,
        files: ['dist'],
      }),
    ],
    ['README.md', Buffer.from(README)],
    ['LICENSE', await readFile(join(repository, 'LICENSE'))],
  ];
  for (const path of await filesBelow(dist, dirname(bin.bough.replace(/^dist\//, '')), PAGE_DIRECTORY)) {
    // Source maps name files that the package does not have.
    if (path.endsWith('.map')) continue;
    contents.push([`dist/${path}`, await readFile(join(dist, path))]);
  }
  return contents
    .map(([path, content]) => ({ path, content, isExecutable: path === bin.bough }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

const README = `# The command of Bough

\`bough help\` lists the commands, \`bough help COMMAND\` describes one. \`bough self:update\` installs the version that fits the
deployment. The deployment serves this package; it is not on npm.
`;

function asJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

/** The paths of all files below directories of a root, relative to the root, with slashes. */
async function filesBelow(root: string, ...directories: string[]): Promise<string[]> {
  const entries = await Promise.all(
    directories.map((directory) => readdir(join(root, directory), { withFileTypes: true, recursive: true })),
  );
  return entries
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

async function removeOthers(directory: string, current: ReadonlySet<string>): Promise<void> {
  const stale = (await filesBelow(directory, '.')).filter((path) => !current.has(path));
  await Promise.all(stale.map((path) => rm(join(directory, path), { force: true })));
}

/** The gzipped tar archive of a package, as npm reads it. */
async function archiveOf(files: readonly PackagedFile[]): Promise<Buffer> {
  const archive = pack();
  const compressed = archive.pipe(createGzip({ level: 9 })).toArray();
  for (const { path, content, isExecutable } of files) {
    const mode = isExecutable ? 0o755 : 0o644;
    const name = `package/${path}`;
    const header: Header = { name, type: 'file', size: content.length, mode, mtime: MODIFIED };
    archive.entry(header).end(content);
  }
  archive.finalize();
  return Buffer.concat(await compressed);
}
