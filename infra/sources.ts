import { createHash } from 'node:crypto';
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { DIST, PROGRAMS } from './programs.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');

/** The folders and files that decide the bundles and the template. */
export const SOURCES = [
  'cli',
  'functions',
  'infra',
  'local/runtime',
  'shared',
  'cdk.json',
  'package-lock.json',
  'tsconfig.json',
];

/** The digest of the sources that the bundles in `DIST` come from. */
const MARKER = join(DIST, 'sources.sha256');

/** Returns a digest of the sources of the bundles and the template, as 64 hexadecimal digits. */
export async function digestOfSources(root = REPOSITORY): Promise<string> {
  const files = (await Promise.all(SOURCES.map((source) => filesBelow(join(root, source))))).flat();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const digest = createHash('sha256');
  for (const [index, file] of files.entries()) {
    const content = contents[index] ?? '';
    digest.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
}

/** Bundles all programs into `DIST`, unless the bundles there come from the present sources. Returns the sources' digest. */
export async function bundleIfChanged(): Promise<string> {
  const digest = await digestOfSources();
  if (await isBundled(digest)) return digest;
  await rm(MARKER, { force: true });
  // esbuild starts a process when it is loaded.
  const { bundle, endBundler } = await import('./bundle.ts');
  await bundle({ outdir: DIST });
  await endBundler();
  await writeFile(MARKER, digest);
  return digest;
}

async function isBundled(digest: string): Promise<boolean> {
  const marker = await readFile(MARKER, 'utf8').catch(() => '');
  if (marker !== digest) return false;
  const bundles = PROGRAMS.map((program) => access(join(DIST, program.bundle)));
  return Promise.all(bundles).then(
    () => true,
    () => false,
  );
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
