import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { findPointers } from '../../shared/git/pointers.ts';
import type { RunGit } from '../../shared/git/take-bundle.ts';
import { type Api, connectApi } from '../api/client.ts';
import { type Mirror, readHeads, readMirror } from '../api/mirror.ts';
import type { Project } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { assemble } from '../git/assemble.ts';
import { cloneRepository } from '../git/clone-repository.ts';
import { compatibleRefs } from '../git/compatible-refs.ts';
import { downloadBundles } from '../git/download-bundles.ts';
import { findGit } from '../git/run-git.ts';
import { untilInterrupted } from '../interrupt.ts';
import { projectOptions } from '../options.ts';
import { selectProject } from '../selection.ts';
import type { Terminal } from '../terminal.ts';

const Options = z.object({ ...projectOptions, mirror: z.boolean().optional() });

interface Scene {
  api: Api;
  terminal: Terminal;
  project: Project;
  git: RunGit;
  signal: AbortSignal;
}

export const cloneMirror: Run = async ({ args, options, terminal }) => {
  const { project: option, mirror: isBare = false } = Options.parse(options);
  const [projectId, given, ...rest] = option === undefined ? args : [option, ...args];
  if (rest.length > 0)
    throw new CliError('Name the project as an argument or with --project (-p), not both.');
  return untilInterrupted(async (signal) => {
    const git = await findGit({ env: terminal.env, signal });
    const api = connectApi(terminal);
    const project = await selectProject(api, terminal, projectId);
    const mirror = await readMirror(api, project);
    const directory = resolve(given ?? nameOf(project, mirror) + (isBare ? '.git' : ''));
    await refuseOccupied(directory);
    await clone({ api, terminal, project, git, signal }, mirror, directory, isBare);
    if (!isBare) await tellOfPointers(terminal, git, directory);
    terminal.write(`${directory}\n`);
    return 0;
  });
};

/** The repository's own name, as `git clone` would have it. */
function nameOf({ id }: Project, { repository_url }: Mirror): string {
  const path = repository_url === null ? '' : new URL(repository_url).pathname;
  return decodeURIComponent(/([^/]+?)(\.git)?$/.exec(path)?.[1] ?? id);
}

async function refuseOccupied(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CliError(`${directory} cannot become a directory: ${error.message}`, { cause: error });
  });
  if (entries.length > 0) throw new CliError(`The directory ${directory} exists and is not empty.`);
}

async function clone(scene: Scene, mirror: Mirror, directory: string, isBare: boolean): Promise<void> {
  const { api, terminal, project, git, signal } = scene;
  const { tell } = terminal;
  const refs = await readRefs(mirror, tell);
  const { default_branch, repository_url: originUrl } = mirror;
  const defaultBranch = default_branch ?? 'main';
  if (!refs.has(`refs/heads/${defaultBranch}`)) {
    tell('Warning: the mirror does not have the default branch, so nothing is checked out.');
  }
  const scratch = await mkdtemp(join(tmpdir(), 'bough-mirror-'));
  try {
    const renew = () => readMirror(api, project);
    const bundles = await downloadBundles(mirror, { directory: scratch, signal, renew, tell });
    tell(`Cloning into ${directory}`);
    const from = join(scratch, 'mirror.git');
    await assemble(git, from, { bundles, refs, defaultBranch });
    await cloneRepository(git, { from, directory, isBare, originUrl });
    tell(`  ${refs.size} references; origin is ${originUrl ?? 'nowhere, as the project has no integration'}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
