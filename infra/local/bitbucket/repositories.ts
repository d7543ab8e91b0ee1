import { cp } from 'node:fs/promises';
import * as z from 'zod';
import type { Bitbucket } from './bitbucket.ts';
import { pageOf, queryOf } from './collections.ts';
import { ApiError, invalidField, parseFields } from './errors.ts';
import { repositoryResource } from './repository-resource.ts';
import type { Answer, Call, Route } from './router.ts';
import type { Repository } from './state.ts';
import { newUuid } from './store.ts';

const SLUG = /^[a-z0-9][a-z0-9._-]*$/;

/** The repository that a call's path names, or the API's 404. */
export function findRepository({ bitbucket, params }: Call): Repository {
  const { workspace = '', repo_slug: slug = '' } = params;
  const repository = bitbucket.store.find(workspace, slug);
  if (repository === undefined) {
    throw new ApiError(404, `Repository ${workspace}/${slug} not found`, {
      detail: 'You may not have access to this repository or it no longer exists in this workspace.',
    });
  }
  return repository;
}

interface NewRepository {
  readonly workspace: string;
  readonly slug: string;
  readonly description?: string;
  readonly parent?: Repository;
}

function newRecord(bitbucket: Bitbucket, wanted: NewRepository): Repository {
  const { workspace, slug } = wanted;
  if (!SLUG.test(workspace) || !SLUG.test(slug)) {
    throw invalidField('slug', 'Invalid slug: use lower-case letters, digits, ".", "_" and "-".');
  }
  if (bitbucket.store.find(workspace, slug) !== undefined) {
    throw invalidField('slug', 'Repository with this Slug and Owner already exists.');
  }
  const now = bitbucket.now().toISOString();
  bitbucket.store.identity('workspace', workspace);
  return {
    uuid: newUuid(),
    workspace,
    slug,
    name: slug,
    description: wanted.description ?? '',
    parent: wanted.parent?.uuid ?? null,
    createdOn: now,
    updatedOn: now,
    hooks: [],
    statuses: [],
    pullRequests: [],
  };
}

/** Makes an empty repository whose HEAD names the default branch; it has no main branch before a push. */
export async function createRepository(
  bitbucket: Bitbucket,
  wanted: NewRepository,
  defaultBranch: string,
): Promise<Repository> {
  const repository = newRecord(bitbucket, wanted);
  const directory = bitbucket.store.gitDirectory(repository);
  await bitbucket.git.run('.', ['init', '--bare', '--quiet', directory]);
  await bitbucket.git.run(directory, ['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`]);
  bitbucket.store.add(repository);
  return repository;
}

async function forkRepository(
  bitbucket: Bitbucket,
  parent: Repository,
  wanted: NewRepository,
): Promise<Repository> {
  const fork = newRecord(bitbucket, { ...wanted, description: parent.description, parent });
  await cp(bitbucket.store.gitDirectory(parent), bitbucket.store.gitDirectory(fork), { recursive: true });
  bitbucket.store.add(fork);
  return fork;
}

const RepositoryBody = z.looseObject({
  scm: z.literal('git').optional(),
  description: z.string().optional(),
});

async function postRepository({ bitbucket, params, body }: Call): Promise<Answer> {
  const { workspace = '', repo_slug: slug = '' } = params;
  const { description } = parseFields(RepositoryBody, body);
  const wanted = { workspace, slug, ...(description === undefined ? {} : { description }) };
  const repository = await createRepository(bitbucket, wanted, 'main');
  return { status: 200, body: await repositoryResource(bitbucket, repository) };
}

const ForkBody = z.looseObject({
  name: z.string().optional(),
  workspace: z.looseObject({ slug: z.string() }).optional(),
});

async function postFork(call: Call): Promise<Answer> {
  const parent = findRepository(call);
  const { name, workspace } = parseFields(ForkBody, call.body);
  const fork = await forkRepository(call.bitbucket, parent, {
    workspace: workspace?.slug ?? parent.workspace,
    slug: (name ?? parent.slug).toLowerCase().replace(/\s+/g, '_'),
  });
  return { status: 201, body: await repositoryResource(call.bitbucket, fork) };
}

async function listOf(call: Call, repositories: readonly Repository[]): Promise<Answer> {
  const resources = await Promise.all(
    repositories.map((repository) => repositoryResource(call.bitbucket, repository)),
  );
  const { items, envelope } = pageOf(call.url, queryOf(call.url, resources));
  return { status: 200, body: { ...envelope, values: items } };
}

const REPOSITORY = '/repositories/{workspace}/{repo_slug}';

export const repositoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/repositories/{workspace}',
    scopes: ['repository'],
    handle: (call) =>
      listOf(
        call,
        call.bitbucket.store.list().filter((each) => each.workspace === call.params['workspace']),
      ),
  },
  {
    method: 'GET',
    path: REPOSITORY,
    scopes: ['repository'],
    handle: async (call) => ({
      status: 200,
      body: await repositoryResource(call.bitbucket, findRepository(call)),
    }),
  },
  { method: 'POST', path: REPOSITORY, scopes: ['repository:admin'], handle: postRepository },
  {
    method: 'GET',
    path: `${REPOSITORY}/forks`,
    scopes: ['repository'],
    handle: (call) => {
      const { uuid } = findRepository(call);
      return listOf(
        call,
        call.bitbucket.store.list().filter((each) => each.parent === uuid),
      );
    },
  },
  { method: 'POST', path: `${REPOSITORY}/forks`, scopes: ['repository:write'], handle: postFork },
];

/** Splits `workspace/slug`; throws when it is neither. */
export function parseFullName(name: string): { workspace: string; slug: string } {
  const [workspace = '', slug = '', ...rest] = name.split('/');
  if (workspace === '' || slug === '' || rest.length > 0) {
    throw new ApiError(400, `"${name}" is not a repository's full name. Write it as workspace/repository.`);
  }
  return { workspace, slug };
}
