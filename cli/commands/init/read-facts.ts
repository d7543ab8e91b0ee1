import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Facts } from './propose-example.ts';

/** The largest package.json that is read, in bytes. */
const largestManifest = 1_000_000;

/** The largest template that CloudFormation takes, in bytes. */
const largestTemplate = 1_000_000;

const packages = z.record(z.string(), z.unknown()).catch({});
const Manifest = z
  .object({ workspaces: z.unknown().optional(), dependencies: packages, devDependencies: packages })
  .catch({ workspaces: undefined, dependencies: {}, devDependencies: {} });

/** Reads the facts about a repository that decide which example fits. */
export async function readFacts(root: string): Promise<Facts> {
  const [entries, manifest, hasPublicPage, ...templates] = await Promise.all([
    readdir(root),
    readManifest(join(root, 'package.json')),
    isFile(join(root, 'public/index.html')),
    readStart(join(root, 'template.yaml'), largestTemplate),
    readStart(join(root, 'template.yml'), largestTemplate),
  ]);
  const { workspaces, dependencies, devDependencies } = manifest;
  return {
    entries: new Set(entries),
    packages: new Set(Object.keys({ ...dependencies, ...devDependencies })),
    hasWorkspaces: workspaces !== undefined,
    hasPublicPage,
    isSam: templates.some((template) => /\bAWS::Serverless-\d/.test(template ?? '')),
  };
}

/** The fields of package.json. A missing, large or invalid file has none. */
async function readManifest(path: string): Promise<z.infer<typeof Manifest>> {
  return Manifest.parse(parseJson((await readStart(path, largestManifest)) ?? ''));
}

/** Reads a file of at most `limit` bytes; null for a larger one, and without a file. */
async function readStart(path: string, limit: number): Promise<string | null> {
  if (!(await isFile(path))) return null;
  await using file = await open(path);
  const { size } = await file.stat();
  return size > limit ? null : file.readFile('utf8');
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
