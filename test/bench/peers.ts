import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The folder of the programs that benchmarks compare Bough with. They are no dependencies of Bough. */
export const peersDirectory = join(import.meta.dirname, 'peers');

/** Installs the peers, pinned by their own lock file, unless they are there. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  const isThere = await access(join(peersDirectory, 'node_modules/.package-lock.json')).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  say('Installing the programs to compare with…');
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: peersDirectory,
    timeout: 300_000,
  });
}
