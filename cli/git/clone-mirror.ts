import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPointers } from '../../shared/git/pointers.ts';
import type { RunGit } from '../../shared/git/take-bundle.ts';
import type { Api } from '../api/client.ts';
import { readHeads, readMirror } from '../api/mirror.ts';
import type { Mirror, Project } from '../api/resources.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { assemble, type Head } from './assemble.ts';
import { cloneRepository } from './clone-repository.ts';
import { compatibleRefs } from './compatible-refs.ts';
import { downloadBundles } from './download-bundles.ts';

export interface Scene {
  api: Api;
  terminal: Terminal;
  project: Project;
  git: RunGit;
  signal: AbortSignal;
}

export interface Wanted {
  /** Where nothing is yet. */
  directory: string;
  /** A bare repository with all references as they are. */
  isBare?: boolean;
  /** What is checked out, by the references that there are; the default branch when it does not say. */
  headIn?: (refs: ReadonlyMap<string, string>) => Head | undefined;
  /** How many commits of the history are wanted, if not all. */
  depth?: number | undefined;
}

/** Makes a clone of a project's mirror, with stock git. Its origin is the repository that the mirror is one of. */
export async function cloneMirror(scene: Scene, mirror: Mirror, wanted: Wanted): Promise<void> {
  const { api, terminal, project, git, signal } = scene;
  const { directory, isBare = false, depth } = wanted;
  const { tell } = terminal;
  const refs = await readRefs(mirror, tell);
  const { repository_url: originUrl } = mirror;
  const defaultBranch = mirror.default_branch ?? 'main';
  const head = wanted.headIn?.(refs);
  if (!head && !refs.has(`refs/heads/${defaultBranch}`)) {
    tell('Warning: the mirror does not have the default branch, so nothing is checked out.');
  }
  const scratch = await mkdtemp(join(tmpdir(), 'bough-mirror-'));
  try {
    const renew = () => readMirror(api, project);
    const bundles = await downloadBundles(mirror, { directory: scratch, signal, renew, tell });
    tell(`Cloning into ${directory}`);
    const from = join(scratch, 'mirror.git');
    // A commit that is on no branch can only be fetched as HEAD.
    const isCommit = head !== undefined && 'commit' in head;
    await assemble(git, from, { bundles, refs, head: isCommit ? head : { branch: defaultBranch } });
    await cloneRepository(git, { from, directory, isBare, originUrl, head, depth });
    if (isCommit) tell(`  HEAD is at ${head.commit}, on no branch`);
    tell(`  ${refs.size} references; origin is ${originUrl ?? 'nowhere, as the project has no integration'}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  if (!isBare) await tellOfPointers(terminal, git, directory);
}

async function readRefs(mirror: Mirror, tell: Terminal['tell']): Promise<Map<string, string>> {
  const heads = await readHeads(mirror);
  if (heads.size === 0) {
    const remedy = 'To see what was fetched, run: bough integration:activities';
    throw new CliError(`There is nothing to clone yet. ${remedy}`);
  }
  const refs = compatibleRefs(heads);
  for (const name of heads.keys()) {
    if (!refs.has(name)) tell(`Warning: ${name} is left out, because others are below it.`);
  }
  return refs;
}

async function tellOfPointers(terminal: Terminal, git: RunGit, directory: string): Promise<void> {
  const { lfs, submodules } = await findPointers(directory, (args) => git(['-C', directory, ...args]));
  if (lfs) terminal.tell('The files of Git LFS are pointers still. To fetch them, run there: git lfs pull');
  if (submodules)
    terminal.tell('Submodules are empty still. To fetch them, run there: git submodule update --init');
}
