import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A git checkout: the remotes of its repository, and the branch that is checked out. */
export interface Checkout {
  remotes: readonly Remote[];
  /** Null when HEAD is detached. */
  branch: CheckedOutBranch | null;
}

/** A branch, and the remote that it tracks; null when it tracks none. */
export interface CheckedOutBranch {
  name: string;
  remote: string | null;
}

/** A remote of a repository, with the URL that git fetches from. */
export interface Remote {
  name: string;
  url: string;
}

/** The milliseconds that one call of git may take: a checkout on a network drive must not stop a command. */
const timeout = 2000;

/** Reads the checkout that a directory belongs to; null outside of one, and when git cannot be run. */
export async function readCheckout(directory: string): Promise<Checkout | null> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: directory, timeout, windowsHide: true })).stdout;
  try {
    const [remotes, head] = await Promise.all([
      git('remote', '--verbose'),
      // The exit code is 1 when HEAD is detached.
      git('symbolic-ref', '--quiet', '--short', 'HEAD').catch(() => ''),
    ]);
    const name = head.trim();
    if (name === '') return { remotes: remotesIn(remotes), branch: null };
    // The exit code is 1 when the branch tracks nothing.
    const remote = (await git('config', '--get', `branch.${name}.remote`).catch(() => '')).trim();
    return { remotes: remotesIn(remotes), branch: { name, remote: remote || null } };
  } catch {
    return null;
  }
}

function remotesIn(output: string): Remote[] {
  return output.split('\n').flatMap((line) => {
    const [, name, url] = /^(\S+)\t(.+) \(fetch\)/.exec(line) ?? [];
    return name && url ? [{ name, url }] : [];
  });
}
