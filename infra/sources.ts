import { createHash } from 'node:crypto';
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { DIST, PACKAGE_ARCHIVE, PACKAGE_DIRECTORY, PAGE_DIRECTORY, PROGRAMS } from './programs.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');

/** The folders and files that decide the bundles and the template. */
export const SOURCES = [
  'cli',
  'examples',
  'functions',
  'infra',
  'local/runtime',
  'shared',
  'cdk.json',
  'package-lock.json',
  'tsconfig.json',
];

/** The folders and files that decide the console's page. */
const PAGE_SOURCES = ['console', 'infra/build-page.ts', 'shared/api', 'package-lock.json'];

/** Returns a digest of source folders and files, as 64 hexadecimal digits. */
export async function digestOfSources(root = REPOSITORY, sources = SOURCES): Promise<string> {
  const files = (await Promise.all(sources.map((source) => filesBelow(join(root, source))))).flat();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const digest = createHash('sha256');
  for (const [index, file] of files.entries()) {
    const content = contents[index] ?? '';
    digest.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
}

/** The files that decide the command's package, beside its bundle and the console's page. */
const PACKAGE_SOURCES = ['infra/command-package.ts', 'package.json', 'LICENSE'];

/**
 * Makes everything that a deployment needs: the bundles, the console's page and the command's package, unless those in
 * `DIST` come from the present sources.
 */
export async function buildIfChanged(): Promise<void> {
  const [bundles, page, own] = await Promise.all([
    bundleIfChanged(),
    buildPageIfChanged(),
    digestOfSources(REPOSITORY, PACKAGE_SOURCES),
  ]);
  const digest = createHash('sha256').update(bundles).update(page).update(own).digest('hex');
  const outputs = [PACKAGE_ARCHIVE, join(PACKAGE_DIRECTORY, 'package.json')];
  await makeIfChanged({ name: 'package', digest, outputs }, async () => {
    const { makePackage } = await import('./command-package.ts');
    await makePackage();
  });
}

/** Returns a digest of the archive of the command's package in `DIST`; empty without one. */
export async function digestOfPackage(): Promise<string> {
  const content = await readFile(join(DIST, PACKAGE_ARCHIVE)).catch(() => null);
  return content === null ? '' : createHash('sha256').update(content).digest('hex');
}

/** Bundles all programs into `DIST`, unless the bundles there come from the present sources. Returns the sources' digest. */
export async function bundleIfChanged(): Promise<string> {
  const digest = await digestOfSources();
  const outputs = PROGRAMS.map((program) => program.bundle);
  await makeIfChanged({ name: 'bundles', digest, outputs }, async () => {
    // esbuild starts a process when it is loaded.
    const { bundle, endBundler } = await import('./bundle.ts');
    await bundle({ outdir: DIST });
    await endBundler();
  });
  return digest;
}

/** Builds the console's page into `DIST`, unless the page there comes from the present sources. Returns the sources' digest. */
export async function buildPageIfChanged(): Promise<string> {
  const digest = await digestOfSources(REPOSITORY, PAGE_SOURCES);
  const outputs = [join(PAGE_DIRECTORY, 'index.html')];
  await makeIfChanged({ name: 'page', digest, outputs }, async () => {
    const { buildPage } = await import('./build-page.ts');
    await buildPage();
  });
  return digest;
}

interface Made {
  /** The name of the file in `DIST` with the digest of the sources that the outputs come from. */
  readonly name: string;
  readonly digest: string;
  /** Files in `DIST`. */
  readonly outputs: readonly string[];
}

async function makeIfChanged({ name, digest, outputs }: Made, make: () => Promise<void>): Promise<void> {
  const marker = join(DIST, `${name}.sha256`);
  const made = await readFile(marker, 'utf8').catch(() => '');
  if (made === digest && (await exist(outputs))) return;
  await rm(marker, { force: true });
  await make();
  await writeFile(marker, digest);
}

function exist(files: readonly string[]): Promise<boolean> {
  return Promise.all(files.map((file) => access(join(DIST, file)))).then(
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
