import { type Git, GitError } from './git.ts';

/** A branch and its commit. */
export interface Ref {
  /** Without `refs/heads/`. */
  readonly name: string;
  readonly commit: string;
}

/** A change of one ref, from one object to another; null where the ref does not exist. */
export interface RefChange {
  readonly ref: string;
  readonly old: string | null;
  readonly new: string | null;
}

/** The object name by which git expresses that a ref does not exist. */
export const NO_OBJECT = '0'.repeat(40);
/** The namespace of branches. */
export const BRANCH_PREFIX = 'refs/heads/';
/** The namespace of tags. */
export const TAG_PREFIX = 'refs/tags/';

/** The ref of a branch. */
export function branchRef(name: string): string {
  return `${BRANCH_PREFIX}${name}`;
}

/** Splits a ref into its kind and short name; undefined outside the namespaces of branches and tags. */
export function parseRef(ref: string): { kind: 'branch' | 'tag'; name: string } | undefined {
  if (ref.startsWith(BRANCH_PREFIX)) return { kind: 'branch', name: ref.slice(BRANCH_PREFIX.length) };
  if (ref.startsWith(TAG_PREFIX)) return { kind: 'tag', name: ref.slice(TAG_PREFIX.length) };
  return undefined;
}

/** The trimmed output of a git command, or undefined when git exits with an error code. */
async function optional(output: Promise<string>): Promise<string | undefined> {
  try {
    return (await output).trim();
  } catch (error) {
    if (error instanceof GitError && error.exitCode !== null) return undefined;
    throw error;
  }
}

/** All branches, sorted by name. */
export async function listBranches(git: Git, directory: string): Promise<Ref[]> {
  const format = '--format=%(objectname) %(refname)';
  const lines = (await git.run(directory, ['for-each-ref', format, BRANCH_PREFIX])).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => ({ commit: line.slice(0, 40), name: line.slice(41 + BRANCH_PREFIX.length) }));
}

/** The commit of a branch, found by exact name: `rev-parse` would also accept `main~1`. */
export function readBranch(git: Git, directory: string, name: string): Promise<string | undefined> {
  return optional(git.run(directory, ['show-ref', '--verify', '--hash', '--', branchRef(name)]));
}

/** The commit of a tag, found by exact name. */
export async function readTag(git: Git, directory: string, name: string): Promise<string | undefined> {
  const ref = `${TAG_PREFIX}${name}`;
  const object = await optional(git.run(directory, ['show-ref', '--verify', '--hash', '--', ref]));
  return object === undefined ? undefined : peelToCommit(git, directory, object);
}

/** The branch that HEAD names, which need not exist. */
export async function readHead(git: Git, directory: string): Promise<string> {
  return (await git.run(directory, ['symbolic-ref', 'HEAD'])).trim().slice(BRANCH_PREFIX.length);
}

/** The branch that HEAD names; undefined if it does not exist, as in an empty repository. */
export async function readMainBranch(git: Git, directory: string): Promise<string | undefined> {
  const head = await readHead(git, directory);
  return (await readBranch(git, directory, head)) === undefined ? undefined : head;
}

/** Makes HEAD name a branch. */
export async function writeHead(git: Git, directory: string, branch: string): Promise<void> {
  await git.run(directory, ['symbolic-ref', 'HEAD', branchRef(branch)]);
}

/** Moves a ref if it is still at `change.old`, and returns whether it was. */
export async function moveRef(git: Git, directory: string, change: RefChange): Promise<boolean> {
  const args =
    change.new === null
      ? ['update-ref', '-d', change.ref, change.old ?? NO_OBJECT]
      : ['update-ref', change.ref, change.new, change.old ?? NO_OBJECT];
  return (await optional(git.run(directory, args))) !== undefined;
}

/** Whether `commit` contains the history of `ancestor`. */
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

/** The commit of a full or abbreviated hash; undefined if none or more than one matches. */
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

/** The commit of an object, through annotated tags; undefined for a tag of a blob or a tree. */
export function peelToCommit(git: Git, directory: string, object: string): Promise<string | undefined> {
  return optional(git.run(directory, ['rev-parse', '--verify', '--quiet', `${object}^{commit}`]));
}
