import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs `$1` with `sh` where only the directories in the other arguments can be written. */
const CONFINED = `script=$1; shift
for directory; do mount --bind "$directory" "$directory" || exit; done
mount -o remount,bind,ro / || exit
cd "$PWD" && exec /bin/sh -c "$script"`;

const inOwnMounts = ['--mount', '--propagation', 'private', '/bin/sh', '-c', CONFINED, 'sh'];

let possible: Promise<boolean> | undefined;

/** Resolves to true where builds can be confined: on Linux, as root, unless a container forbids it. */
export function canConfine(): Promise<boolean> {
  possible ??= promisify(execFile)('unshare', [...inOwnMounts, 'true']).then(
    () => true,
    () => false,
  );
  return possible;
}

/**
 * Returns the command that runs a script as on Lambda compute, with a file system that is read-only outside of these
 * directories. Where that is impossible, the script can write everywhere.
 */
export async function confined(
  script: string,
  directories: readonly string[],
): Promise<{ command: string; args: string[] }> {
  if (await canConfine()) return { command: 'unshare', args: [...inOwnMounts, script, ...directories] };
  return { command: '/bin/sh', args: ['-c', script] };
}
