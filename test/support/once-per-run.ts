import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = process.env['BOUGH_TESTS_TMPDIR'] ?? tmpdir();
const known = new Map<string, Promise<string>>();

/**
 * Returns a directory whose content takes long to make. The first caller of a test run makes it; callers in other workers wait.
 * @param name the directory's name, the same for the same content
 */
export function oncePerRun(name: string, make: (directory: string) => Promise<void>): Promise<string> {
  const directory = known.get(name) ?? makeOrWait(join(root, name), make);
  known.set(name, directory);
  return directory;
}

async function makeOrWait(directory: string, make: (directory: string) => Promise<void>): Promise<string> {
  const marker = `${directory}.ready`;
  while (!(await exists(marker))) {
    if (!(await isFirst(directory))) {
      await delay(50);
      continue;
    }
    try {
      await make(directory);
      await writeFile(marker, '');
    } catch (error) {
      // Another worker tries again.
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }
  return directory;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function isFirst(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
