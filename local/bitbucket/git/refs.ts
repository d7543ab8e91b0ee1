import { type Git, GitError } from './git.ts';

export interface Ref {
  readonly name: string;
  readonly commit: string;
}

/** One ref whose tip a push, a merge or the API moved; `null` where it did not or does not exist. */
export interface RefChange {
  readonly ref: string;
  readonly old: string | null;
  readonly new: string | null;
}

export const NO_OBJECT = '0'.repeat(40);
export const BRANCH_PREFIX = 'refs/heads/';
export const TAG_PREFIX = 'refs/tags/';

/** git's answer, or undefined where it answers "no" with an exit code. */
async function optional(answer: Promise<string>): Promise<string | undefined> {
  try {
    return (await answer).trim();
  } catch (error) {
    if (error instanceof GitError && error.exitCode !== null) return undefined;
    throw error;
  }
}

export async function listBranches(git: Git, directory: string): Promise<Ref[]> {
  const format = '--format=%(objectname) %(refname)';
  const lines = (await git.run(directory, ['for-each-ref', format, BRANCH_PREFIX])).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => ({ commit: line.slice(0, 40), name: line.slice(41 + BRANCH_PREFIX.length) }));
}

/** The commit of a branch by its exact name: show-ref, because rev-parse would take `main~1` too. */
export function readBranch(git: Git, directory: string, name: string): Promise<string | undefined> {
  return optional(git.run(directory, ['show-ref', '--verify', '--hash', '--', `${BRANCH_PREFIX}${name}`]));
}

/** The branch that HEAD names, whether or not it has a commit yet. */
export async function readHead(git: Git, directory: string): Promise<string> {
  return (await git.run(directory, ['symbolic-ref', 'HEAD'])).trim().slice(BRANCH_PREFIX.length);
}

/** The branch that HEAD names; undefined while the repository has no such commit, as when it is empty. */
export async function readMainBranch(git: Git, directory: string): Promise<string | undefined> {
  const head = await readHead(git, directory);
  return (await readBranch(git, directory, head)) === undefined ? undefined : head;
}

export async function writeHead(git: Git, directory: string, branch: string): Promise<void> {
  await git.run(directory, ['symbolic-ref', 'HEAD', `${BRANCH_PREFIX}${branch}`]);
}

/** Moves a branch if it is still where the caller saw it; false when it moved in the meantime. */
export async function moveBranch(git: Git, directory: string, change: RefChange): Promise<boolean> {
  const args =
    change.new === null
      ? ['update-ref', '-d', change.ref, change.old ?? NO_OBJECT]
      : ['update-ref', change.ref, change.new, change.old ?? NO_OBJECT];
  return (await optional(git.run(directory, args))) !== undefined;
}

export async function isAncestor(
  git: Git,
  directory: string,
  ancestor: string,
  commit: string,
): Promise<boolean> {
  return (
    (await optional(git.run(directory, ['merge-base', '--is-ancestor', ancestor, commit]))) !== undefined
  );
}

/** The commit that a full or abbreviated hash means; undefined if there is none, or more than one. */
export async function resolveCommit(git: Git, directory: string, hash: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{4,40}$/i.test(hash)) return undefined;
  const objects = (await git.run(directory, ['rev-parse', `--disambiguate=${hash.toLowerCase()}`])).split(
    '\n',
  );
  const commits: string[] = [];
  for (const object of objects.filter((line) => line !== '')) {
    if ((await optional(git.run(directory, ['cat-file', '-t', object]))) === 'commit') commits.push(object);
  }
  return commits.length === 1 ? commits[0] : undefined;
}

/** The commit that a ref's object leads to; undefined for a tag of a file or a tree. */
export function peelToCommit(git: Git, directory: string, object: string): Promise<string | undefined> {
  return optional(git.run(directory, ['rev-parse', '--verify', '--quiet', `${object}^{commit}`]));
}
