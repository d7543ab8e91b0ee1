import { createHash, randomUUID } from 'node:crypto';
import { cp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST } from '../../infra/programs.ts';
import type { Settings } from '../../infra/settings.ts';
import { bundleIfChanged, digestOfPackage } from '../../infra/sources.ts';

/** A cloud assembly: the template and the staged assets that `cdk deploy` would deploy. */
export interface Assembly {
  /** The CloudFormation template, as parsed JSON. */
  readonly template: unknown;
  /** The directory of the assets. */
  readonly assetsDirectory: string;
}

/** Number of assemblies that are kept. One has about 10 MB. */
export const MAX_ASSEMBLIES = 6;

/**
 * Returns the assembly for these settings in a directory of the caller's own. Bundling and synthesis take seconds, so
 * their results are kept for the next start with the same sources and settings.
 */
export async function assemble(
  settings: Settings,
  directory: string,
  assemblies = join(DIST, 'assemblies'),
): Promise<Assembly> {
  const sources = await bundleIfChanged();
  const digest = createHash('sha256')
    .update(sources)
    .update(await digestOfPackage())
    .update(JSON.stringify(settings))
    .digest('hex');
  const kept = join(assemblies, digest.slice(0, 32));
  // The modification time says which assemblies were used last.
  const isKept = await utimes(kept, new Date(), new Date()).then(
    () => true,
    () => false,
  );
  if (!isKept) {
    await synthesiseInto(kept, settings);
    await removeOldest(assemblies);
  }
  await cp(kept, directory, { recursive: true });
  const template = await readFile(join(directory, `${settings.stackName}.template.json`), 'utf8');
  return { template: JSON.parse(template), assetsDirectory: directory };
}

async function synthesiseInto(directory: string, settings: Settings): Promise<void> {
  // Loading the CDK takes seconds.
  const { synthesise } = await import('../../infra/synth.ts');
  const outdir = `${directory}.${randomUUID()}`;
  synthesise(settings, { outdir });
  try {
    await rename(outdir, directory);
  } catch (error) {
    await rm(outdir, { recursive: true, force: true });
    // Another start has made the same assembly meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
  }
}

async function removeOldest(assemblies: string): Promise<void> {
  const names = await readdir(assemblies);
  const used = await Promise.all(
    names.map(async (name) => {
      const path = join(assemblies, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
      return { path, mtimeMs };
    }),
  );
  const oldest = used.sort((one, other) => other.mtimeMs - one.mtimeMs).slice(MAX_ASSEMBLIES);
  await Promise.all(oldest.map(({ path }) => rm(path, { recursive: true, force: true })));
}
