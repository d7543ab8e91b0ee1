import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunGit } from '../../shared/git/import-bundle.ts';
import { findPointers } from '../../shared/git/pointers.ts';
import type { Api } from '../api/client.ts';
import { readHeads, readMirror } from '../api/mirror.ts';
import type { Mirror, Project } from '../api/resources.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { assemble, type Head } from './assemble.ts';
import { cloneRepository } from './clone-repository.ts';
import { compatibleRefs } from './compatible-refs.ts';
import { downloadBundles } from './download-bundles.ts';

/** The project, and access to the API, the terminal and git. */
export interface CloneContext {
  api: Api;
  terminal: Terminal;
  project: Project;
  git: RunGit;
  signal: AbortSignal;
}

/** Where and how to clone. */
export interface MirrorCloneOptions {
  /** The directory to create. */
  directory: string;
  /** Creates a bare repository with all references unchanged. */
  isBare?: boolean;
  /** Chooses what to check out among the references; undefined means the default branch. */
  headIn?: (refs: ReadonlyMap<string, string>) => Head | undefined;
  /** The number of commits of a shallow clone; undefined clones the whole history. */
  depth?: number | undefined;
}

/** Clones a project's mirror with the user's git. The clone's `origin` is the Bitbucket repository. */
export async function cloneMirror(
  context: CloneContext,
  mirror: Mirror,
  options: MirrorCloneOptions,
): Promise<void> {
  const { api, terminal, project, git, signal } = context;
  const { directory, isBare = false, depth } = options;
  const { info } = terminal;
  const refs = await readRefs(mirror, info);
  const { repository_url: originUrl } = mirror;
  const defaultBranch = mirror.default_branch ?? 'main';
  const head = options.headIn?.(refs);
  if (!head && !refs.has(`refs/heads/${defaultBranch}`)) {
    info('Warning: the mirror does not contain the default branch, so nothing is checked out.');
  }
  const scratch = await mkdtemp(join(tmpdir(), 'bough-mirror-'));
  try {
    const renew = () => readMirror(api, project);
    const bundles = await downloadBundles(mirror, { directory: scratch, signal, renew, info });
    info(`Cloning into ${directory}`);
    const from = join(scratch, 'mirror.git');
    // A commit on no branch can only be fetched as HEAD.
    const isCommit = head !== undefined && 'commit' in head;
    await assemble(git, from, { bundles, refs, head: isCommit ? head : { branch: defaultBranch } });
    await cloneRepository(git, { from, directory, isBare, originUrl, head, depth });
    if (isCommit) info(`  HEAD is at ${head.commit}, on no branch`);
    info(
      `  ${refs.size} references; origin is ${originUrl ?? 'not set, because the project has no integration'}`,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  if (!isBare) await reportPointers(terminal, git, directory);
}

async function readRefs(mirror: Mirror, info: Terminal['info']): Promise<Map<string, string>> {
  const heads = await readHeads(mirror);
  if (heads.size === 0) {
    const remedy = 'To check the fetch, run: bough integration:activities';
    throw new CliError(`The mirror is still empty. ${remedy}`);
  }
  const refs = compatibleRefs(heads);
  for (const name of heads.keys()) {
    if (!refs.has(name)) info(`Warning: ${name} is omitted, because other references are below it.`);
  }
  return refs;
}

async function reportPointers(terminal: Terminal, git: RunGit, directory: string): Promise<void> {
  const { lfs, submodules } = await findPointers(directory, (args) => git(['-C', directory, ...args]));
  if (lfs) terminal.info('Git LFS files are pointers. To fetch them, run in the clone: git lfs pull');
  if (submodules)
    terminal.info('Submodules are empty. To fetch them, run in the clone: git submodule update --init');
}
