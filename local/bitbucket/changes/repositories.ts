import { cp } from 'node:fs/promises';
import type { Bitbucket } from '../bitbucket.ts';
import { readBranch, readHead, writeHead } from '../git/refs.ts';
import { Refusal } from '../http/errors.ts';
import { type Account, fullName, type Repository } from '../store/records.ts';
import { newUuid } from '../store/store.ts';

const SLUG = /^[a-z0-9][a-z0-9._-]*$/;
/** Server's personal projects are called after their owner: `~ada`. */
const WORKSPACE = /^~?[a-z0-9][a-z0-9._-]*$/;
/** What the playground's own paths begin with. */
const RESERVED = new Set(['2.0', 'server', 'site']);

export interface NewRepository {
  readonly workspace: string;
  readonly slug: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** A former name of another repository no longer leads there once it is somebody's name again. */
function claimName({ store }: Bitbucket, workspace: string, slug: string): void {
  if (!WORKSPACE.test(workspace) || RESERVED.has(workspace) || !SLUG.test(slug)) {
    const rule = 'Invalid slug: use lower-case letters, digits, ".", "_" and "-".';
    throw new Refusal('invalid name', 'slug', rule);
  }
  if (store.find(workspace, slug) !== undefined) {
    throw new Refusal('name taken', 'slug', `There is a repository ${workspace}/${slug} already.`);
  }
  const former = store.findByFormerName(workspace, slug);
  if (former === undefined) return;
  former.formerNames = former.formerNames.filter((each) => each !== `${workspace}/${slug}`);
  store.save(former);
}

function newRecord(bitbucket: Bitbucket, wanted: NewRepository, parent: Repository | null): Repository {
  const { workspace, slug } = wanted;
  claimName(bitbucket, workspace, slug);
  const now = bitbucket.now().toISOString();
  bitbucket.store.identity('workspace', workspace);
  return {
    uuid: newUuid(),
    workspace,
    slug,
    name: wanted.name ?? slug,
    formerNames: [],
    description: wanted.description ?? parent?.description ?? '',
    parent: parent?.uuid ?? null,
    createdOn: now,
    updatedOn: now,
    hooks: [],
    serverHooks: [],
    statuses: [],
    pullRequests: [],
    lastPullRequest: 0,
    lastComment: 0,
  };
}

/** Makes an empty repository whose HEAD names the default branch; it has no main branch before a push. */
export async function createRepository(
  bitbucket: Bitbucket,
  wanted: NewRepository,
  defaultBranch: string,
): Promise<Repository> {
  const repository = newRecord(bitbucket, wanted, null);
  const directory = bitbucket.store.gitDirectory(repository);
  await bitbucket.git.run('.', ['init', '--bare', '--quiet', directory]);
  await bitbucket.git.run(directory, ['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`]);
  bitbucket.store.add(repository);
  return repository;
}

/** Copies a repository, with its branches and tags but nothing else, and remembers where it is from. */
export async function forkRepository(
  bitbucket: Bitbucket,
  parent: Repository,
  wanted: NewRepository,
): Promise<Repository> {
  const fork = newRecord(bitbucket, wanted, parent);
  await cp(bitbucket.store.gitDirectory(parent), bitbucket.store.gitDirectory(fork), { recursive: true });
  bitbucket.store.add(fork);
  return fork;
}

/** Turns a name into what URLs call it, as both Bitbuckets do: `My Site` is `my-site`. */
export function slugOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
}

interface RepositoryFields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Where it moves to. */
  readonly workspace?: string | undefined;
  readonly mainBranch?: string | undefined;
}

/**
 * Changes what is said of a repository. Another name is another address; the old one goes on leading here,
 * until a new repository takes it. Throws a Refusal for a name that is taken and for a missing branch.
 */
export async function changeRepository(
  bitbucket: Bitbucket,
  repository: Repository,
  fields: RepositoryFields,
  actor: Account,
): Promise<void> {
  const before: Repository = { ...repository };
  const workspace = fields.workspace ?? repository.workspace;
  const isRenamed = fields.name !== undefined && fields.name !== repository.name;
  const slug = isRenamed ? slugOf(fields.name) : repository.slug;
  const isMoved = workspace !== repository.workspace || slug !== repository.slug;
  if (fields.mainBranch !== undefined) await changeMainBranch(bitbucket, repository, fields.mainBranch);
  if (isMoved) claimName(bitbucket, workspace, slug);
  if (isMoved) {
    repository.formerNames = [...repository.formerNames, fullName(repository)];
    repository.workspace = workspace;
    repository.slug = slug;
  }
  repository.name = fields.name ?? repository.name;
  repository.description = fields.description ?? repository.description;
  repository.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
  for (const voice of bitbucket.voices) voice.tellRepository(bitbucket, before, repository, actor);
}

async function changeMainBranch(bitbucket: Bitbucket, repository: Repository, branch: string): Promise<void> {
  const directory = bitbucket.store.gitDirectory(repository);
  if (branch === (await readHead(bitbucket.git, directory))) return;
  if ((await readBranch(bitbucket.git, directory, branch)) === undefined) {
    throw new Refusal('unknown branch', 'mainbranch', `branch not found: ${branch}`);
  }
  await writeHead(bitbucket.git, directory, branch);
}

/** Splits `workspace/slug`; throws when it is neither. */
export function parseFullName(name: string): { workspace: string; slug: string } {
  const [workspace = '', slug = '', ...rest] = name.split('/');
  if (workspace === '' || slug === '' || rest.length > 0) {
    throw new Error(`"${name}" is not a repository's full name. Write it as workspace/repository.`);
  }
  return { workspace, slug };
}
