import { cp } from 'node:fs/promises';
import type { Bitbucket } from '../bitbucket.ts';
import { readBranch, readHead, writeHead } from '../git/refs.ts';
import { type Account, fullName, type Repository } from '../store/records.ts';
import { newUuid, type Store } from '../store/store.ts';
import { publishRepository } from '../webhooks/publish.ts';
import { ChangeRejectedError } from './errors.ts';

const SLUG = /^[a-z0-9][a-z0-9._-]*$/;
/** A tilde marks one of Server's personal projects, which have the name of their owner: `~ada`. */
const WORKSPACE = /^~?[a-z0-9][a-z0-9._-]*$/;
/** First path segments of the interfaces for programs. */
export const RESERVED_SEGMENTS: ReadonlySet<string> = new Set(['2.0', 'server', 'site']);

/** The fields of a repository to create; absent ones have defaults. */
export interface NewRepository {
  readonly workspace: string;
  readonly slug: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** Reserves a name for a repository. The redirect from a former name ends when the name is used again. */
function claimName({ store }: Bitbucket, workspace: string, slug: string): void {
  if (!WORKSPACE.test(workspace) || RESERVED_SEGMENTS.has(workspace) || !SLUG.test(slug)) {
    const rule = 'Invalid slug: use lower-case letters, digits, ".", "_" and "-".';
    throw new ChangeRejectedError('invalid name', 'slug', rule);
  }
  if (store.find(workspace, slug) !== undefined) {
    const message = `There is a repository ${workspace}/${slug} already.`;
    throw new ChangeRejectedError('name taken', 'slug', message);
  }
  const former = store.findByFormerName(workspace, slug);
  if (former === undefined) return;
  former.formerNames = former.formerNames.filter((each) => each !== `${workspace}/${slug}`);
  store.save(former);
}

function newRecord(bitbucket: Bitbucket, fields: NewRepository, parent: Repository | null): Repository {
  const { workspace, slug } = fields;
  claimName(bitbucket, workspace, slug);
  const now = bitbucket.now().toISOString();
  bitbucket.store.uuidOf('workspace', workspace);
  return {
    uuid: newUuid(),
    workspace,
    slug,
    name: fields.name ?? slug,
    formerNames: [],
    description: fields.description ?? parent?.description ?? '',
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

/** Creates an empty repository. HEAD names the default branch, which exists after its first push. */
export async function createRepository(
  bitbucket: Bitbucket,
  fields: NewRepository,
  defaultBranch: string,
): Promise<Repository> {
  const repository = newRecord(bitbucket, fields, null);
  const directory = bitbucket.store.gitDirectory(repository);
  await bitbucket.git.run('.', ['init', '--bare', '--quiet', directory]);
  await writeHead(bitbucket.git, directory, defaultBranch);
  bitbucket.store.add(repository);
  return repository;
}

/** Copies the git data of a repository, without its pull requests, webhooks and statuses. */
export async function forkRepository(
  bitbucket: Bitbucket,
  parent: Repository,
  fields: NewRepository,
): Promise<Repository> {
  const fork = newRecord(bitbucket, fields, parent);
  await cp(bitbucket.store.gitDirectory(parent), bitbucket.store.gitDirectory(fork), { recursive: true });
  bitbucket.store.add(fork);
  return fork;
}

/** The forks of a repository. */
export function forksOf(store: Store, { uuid }: Repository): Repository[] {
  return store.list().filter(({ parent }) => parent === uuid);
}

/** Derives the slug of a repository's name as both products do: `My Site` becomes `my-site`. */
export function slugOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
}

interface RepositoryFields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The workspace to move the repository to. */
  readonly workspace?: string | undefined;
  readonly mainBranch?: string | undefined;
}

/**
 * Updates a repository and publishes it. A new name changes its URLs; the old ones redirect until another repository
 * takes the name. Throws a ChangeRejectedError for a taken or invalid name and for a missing branch.
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
  if (fields.mainBranch !== undefined) await changeMainBranch(bitbucket, repository, fields.mainBranch);
  if (workspace !== repository.workspace || slug !== repository.slug) {
    claimName(bitbucket, workspace, slug);
    repository.formerNames = [...repository.formerNames, fullName(repository)];
    repository.workspace = workspace;
    repository.slug = slug;
  }
  repository.name = fields.name ?? repository.name;
  repository.description = fields.description ?? repository.description;
  repository.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
  publishRepository(bitbucket, before, repository, actor);
}

async function changeMainBranch(bitbucket: Bitbucket, repository: Repository, branch: string): Promise<void> {
  const directory = bitbucket.store.gitDirectory(repository);
  if (branch === (await readHead(bitbucket.git, directory))) return;
  if ((await readBranch(bitbucket.git, directory, branch)) === undefined) {
    throw new ChangeRejectedError('unknown branch', 'mainbranch', `branch not found: ${branch}`);
  }
  await writeHead(bitbucket.git, directory, branch);
}

/** Splits `workspace/slug`; throws an Error for any other form. */
export function parseFullName(name: string): { workspace: string; slug: string } {
  const [workspace = '', slug = '', ...rest] = name.split('/');
  if (workspace === '' || slug === '' || rest.length > 0) {
    throw new Error(`"${name}" is not a repository's full name. Write it as workspace/repository.`);
  }
  return { workspace, slug };
}
