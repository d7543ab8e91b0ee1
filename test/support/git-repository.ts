import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const identity = 'Ada <ada@example.org>';

/** The only variables that git receives, so that the machine's settings affect no test. */
const environment = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  // Saves one process per fetch.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'maintenance.auto',
  GIT_CONFIG_VALUE_0: 'false',
};

/** The content and the place of a new commit. */
export interface CommitOptions {
  branch: string;
  /** Path → content; null removes the file. Other files are unchanged. */
  files?: Record<string, string | Buffer | null>;
  renames?: Record<string, string>;
  /** The commit's parent; by default the branch, if it exists. `null` starts a new history. */
  from?: string | null;
  merge?: string[];
  message?: string;
}

/** A git repository with helpers that change it. */
export interface GitRepository {
  directory: string;
  /** Moves the branch to a new commit, also without fast-forward (a force push). Returns the commit's id. */
  commit(options: CommitOptions): string;
  /** Creates or moves the ref. */
  setRef(name: string, oid: string): void;
  setRefs(refs: Iterable<[name: string, oid: string]>): void;
  /** Creates new refs in `packed-refs`. One file per ref takes seconds for thousands of refs. */
  packRefs(refs: Iterable<[name: string, oid: string]>): void;
  /** Creates branches `b0`, `b1` and so on, each one commit ahead of the previous one. Returns their commits. */
  addBranches(count: number): string[];
  deleteRef(name: string): void;
  /** Returns the id of the tag object. */
  annotatedTag(name: string, oid: string): string;
  setHead(target: string): void;
  refs(): Map<string, string>;
  /** The ids of all objects that are reachable from the refs. */
  objects(): Set<string>;
  /** Removes unreachable objects and packs the rest. */
  collectGarbage(): void;
  fastImport(script: string | Buffer): string;
  /** Adds the objects of a pack, as git does after a fetch. */
  index(pack: Buffer, options?: { fixThin: boolean }): void;
  git(...args: string[]): string;
}

/** Creates an empty bare repository at `<root>/<name>`. */
export function createRepository(
  root: string,
  name: string,
  options: { objectFormat?: 'sha1' | 'sha256' } = {},
): GitRepository {
  const directory = join(root, name);
  cpSync(emptyRepository(options.objectFormat ?? 'sha1'), directory, { recursive: true });
  return openRepository(directory);
}

const emptyRepositories = new Map<string, string>();
/** Read once, because some tests change TMPDIR and expect the new directory to be empty. */
const temporaryFiles = tmpdir();

/** The directory of an empty repository. Copying it is faster than `git init` and `git config`. */
function emptyRepository(objectFormat: 'sha1' | 'sha256'): string {
  const known = emptyRepositories.get(objectFormat);
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(temporaryFiles, 'bough-empty-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, env: environment });
  git('init', '--quiet', '--bare', '--template=', '-b', 'main', `--object-format=${objectFormat}`);
  // Syncing each of thousands of refs to disk takes seconds.
  git('config', 'core.fsync', 'none');
  emptyRepositories.set(objectFormat, directory);
  return directory;
}

/** The helpers for an existing repository, bare or not. */
export function openRepository(directory: string): GitRepository {
  let seconds = 1_700_000_000;
  const run = (args: string[], input?: string | Buffer) =>
    execFileSync('git', args, {
      cwd: directory,
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
      ...(input === undefined ? {} : { input }),
    })
      .toString()
      .trimEnd();
  const git = (...args: string[]) => run(args);
  const fastImport = (script: string | Buffer) => run(['fast-import', '--quiet', '--force'], script);

  const packRefs = (refs: Iterable<[name: string, oid: string]>) =>
    appendFileSync(
      join(directory, 'packed-refs'),
      Array.from(refs, ([name, oid]) => `${oid} ${name}\n`).join(''),
    );

  return {
    directory,
    git,
    fastImport,
    commit(options) {
      seconds += 60;
      return fastImport(commitScript(options, seconds, (ref) => exists(directory, ref)));
    },
    setRef: (name, oid) => void git('update-ref', name, oid),
    setRefs: (refs) =>
      void run(['update-ref', '--stdin'], Array.from(refs, (ref) => `update ${ref.join(' ')}\n`).join('')),
    packRefs,
    addBranches(count) {
      const commits = Array.from(
        { length: count },
        (_, index) =>
          `commit refs/heads/imported\nmark :${index + 1}\ncommitter ${identity} ${1_700_000_000 + index} +0000\n` +
          `data 1\nx\nM 100644 inline f${index % 50}\ndata 5\n${String(index).padStart(5)}\n`,
      );
      fastImport(commits.join(''));
      const ids = git('rev-list', '--reverse', 'refs/heads/imported').split('\n');
      packRefs(ids.map((id, index) => [`refs/heads/b${index}`, id]));
      git('update-ref', '-d', 'refs/heads/imported');
      return ids;
    },
    index: (pack, { fixThin } = { fixThin: true }) =>
      void run(['index-pack', '--stdin', '--strict', ...(fixThin ? ['--fix-thin'] : [])], pack),
    deleteRef: (name) => void git('update-ref', '-d', name),
    annotatedTag(name, oid) {
      seconds += 60;
      fastImport(`tag ${name}\nfrom ${oid}\ntagger ${identity} ${seconds} +0000\ndata 7\nrelease\n`);
      return git('rev-parse', `refs/tags/${name}`);
    },
    setHead: (target) => void git('symbolic-ref', 'HEAD', target),
    refs() {
      const lines = git('for-each-ref', '--format=%(refname) %(objectname)').split('\n').filter(Boolean);
      return new Map(lines.map((line) => line.split(' ') as [string, string]));
    },
    objects() {
      return new Set(git('rev-list', '--objects', '--no-object-names', '--all').split('\n').filter(Boolean));
    },
    collectGarbage() {
      git('reflog', 'expire', '--expire=now', '--all');
      git('gc', '--quiet', '--prune=now');
    },
  };
}

/** Fetches bundles into a new bare repository with stock git. */
export async function takeBundles(directory: string, bundles: string[]): Promise<GitRepository> {
  mkdirSync(directory, { recursive: true });
  const run = (...args: string[]) => promisify(execFile)('git', args, { cwd: directory, env: environment });
  await run('init', '--quiet', '--bare', '.');
  for (const [index, bundle] of bundles.entries()) {
    await run('fetch', '--quiet', bundle, `+refs/*:refs/bundles/${index}/*`);
  }
  return openRepository(directory);
}

/** True if the ref exists. Reads the files, which is faster than a git process. */
function exists(repository: string, ref: string): boolean {
  const directory = existsSync(join(repository, '.git')) ? join(repository, '.git') : repository;
  if (existsSync(join(directory, ref))) return true;
  const packed = join(directory, 'packed-refs');
  return existsSync(packed) && readFileSync(packed, 'latin1').includes(` ${ref}\n`);
}

function commitScript(options: CommitOptions, seconds: number, exists: (ref: string) => boolean): Buffer {
  const { branch, files = {}, renames = {}, merge = [], message = `change ${seconds}` } = options;
  const ref = `refs/heads/${branch}`;
  const from = options.from === undefined && exists(ref) ? `${ref}^0` : options.from;
  const pieces: (string | Buffer)[] = [
    ...(from === null ? [`reset ${ref}\n`] : []),
    `commit ${ref}\nmark :1\ncommitter ${identity} ${seconds} +0000\n`,
    `data ${Buffer.byteLength(message)}\n${message}\n`,
    ...(from ? [`from ${from}\n`] : []),
    ...merge.map((oid) => `merge ${oid}\n`),
    ...Object.entries(renames).map(([before, after]) => `R ${before} ${after}\n`),
  ];
  for (const [path, content] of Object.entries(files)) {
    if (content === null) pieces.push(`D ${path}\n`);
    else
      pieces.push(`M ${modeOf(content)} inline ${path}\ndata ${Buffer.byteLength(content)}\n`, content, '\n');
  }
  return Buffer.concat([...pieces, 'get-mark :1\n'].map((piece) => Buffer.from(piece as string)));
}

/** Scripts are executable. */
const modeOf = (content: string | Buffer) =>
  Buffer.from(content).toString('latin1', 0, 2) === '#!' ? '100755' : '100644';
