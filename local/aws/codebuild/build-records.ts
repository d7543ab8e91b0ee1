import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileIfExists, replaceFile } from '../../state/files.ts';
import { Build } from './build.ts';

/** Retention of finished builds. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Builds of this and earlier runs of the stack, one file each. */
export interface BuildRecords {
  find(id: string): Build | undefined;
  all(): Iterable<Build>;
  save(build: Build): Promise<void>;
}

/** Opens the records and removes expired ones. */
export async function openBuildRecords(directory: string, now: number): Promise<BuildRecords> {
  await mkdir(directory, { recursive: true });
  const builds = new Map<string, Build>();
  await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const path = join(directory, name);
      const build = await read(path);
      if (build === undefined || (build.endTime !== undefined && build.endTime < now - KEPT_MS)) {
        await rm(path, { force: true });
      } else {
        builds.set(build.id, build);
      }
    }),
  );
  return {
    find: (id) => builds.get(id),
    all: () => builds.values(),
    async save(build) {
      builds.set(build.id, build);
      await replaceFile(join(directory, `${build.id.split(':').at(-1)}.json`), JSON.stringify(build));
    },
  };
}

async function read(path: string): Promise<Build | undefined> {
  if (!path.endsWith('.json')) return undefined;
  const text = await readFileIfExists(path);
  return text === undefined ? undefined : Build.parse(JSON.parse(text));
}
