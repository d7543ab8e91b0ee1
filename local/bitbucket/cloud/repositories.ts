import * as z from 'zod';
import {
  changeRepository,
  createRepository,
  forkRepository,
  forksOf,
  slugOf,
} from '../changes/repositories.ts';
import type { ApiResponse } from '../http/router.ts';
import type { Repository } from '../store/records.ts';
import { actorOf } from './accounts.ts';
import { listResponse } from './collections.ts';
import { canAccess } from './credentials.ts';
import { ApiError, MovedError, parseFields } from './errors.ts';
import { repositoryApiUrl, repositoryResource } from './repository-resource.ts';
import type { Call, Route } from './route.ts';

/** The URL of a call with the repository's former name replaced by its current one. */
function movedTo({ bitbucket, url }: Call, repository: Repository): string {
  const rest = url.pathname.split('/').slice(5).join('/');
  const address = repositoryApiUrl(bitbucket, repository);
  return `${address}${rest === '' ? '' : `/${rest}`}${url.search}`;
}

/** The repository of a call's path. Throws a MovedError for a former name and a 404 ApiError if inaccessible. */
export function findRepository(call: Call): Repository {
  const { bitbucket, params, principal } = call;
  const { workspace = '', repo_slug: slug = '' } = params;
  const repository = bitbucket.store.find(workspace, slug);
  if (repository !== undefined && canAccess(principal, repository.workspace)) return repository;
  const renamed = bitbucket.store.findByFormerName(workspace, slug);
  if (repository === undefined && renamed !== undefined) throw new MovedError(movedTo(call, renamed));
  throw new ApiError(404, `Repository ${workspace}/${slug} not found`, {
    detail: 'You may not have access to this repository or it no longer exists in this workspace.',
  });
}

const RepositoryBody = z.looseObject({
  scm: z.literal('git').optional(),
  description: z.string().optional(),
});

async function postRepository({ bitbucket, params, body }: Call): Promise<ApiResponse> {
  const { workspace = '', repo_slug: slug = '' } = params;
  const { description } = parseFields(RepositoryBody, body);
  const wanted = { workspace, slug, description };
  const repository = await createRepository(bitbucket, wanted, 'main');
  return { status: 200, body: await repositoryResource(bitbucket, repository) };
}

const ChangedRepository = z.looseObject({
  name: z.string().trim().min(1, 'This field may not be blank.').optional(),
  description: z.string().optional(),
  mainbranch: z.looseObject({ name: z.string() }).nullish(),
});

/** Renaming changes the repository's URL, which the response contains in `Location`. */
async function putRepository(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const { name, description, mainbranch } = parseFields(ChangedRepository, call.body);
  const address = repositoryApiUrl(bitbucket, repository);
  const fields = { name, description, mainBranch: mainbranch?.name };
  await changeRepository(bitbucket, repository, fields, actorOf(principal, repository));
  const location = repositoryApiUrl(bitbucket, repository);
  const headers = location === address ? {} : { Location: location };
  return { status: 200, body: await repositoryResource(bitbucket, repository), headers };
}

function deleteRepository(call: Call): ApiResponse {
  call.bitbucket.store.remove(findRepository(call));
  return { status: 204 };
}

const ForkBody = z.looseObject({
  name: z.string().optional(),
  workspace: z.looseObject({ slug: z.string() }).optional(),
});

async function postFork(call: Call): Promise<ApiResponse> {
  const parent = findRepository(call);
  const { name, workspace } = parseFields(ForkBody, call.body);
  const fork = await forkRepository(call.bitbucket, parent, {
    workspace: workspace?.slug ?? parent.workspace,
    slug: slugOf(name ?? parent.slug),
  });
  return { status: 201, body: await repositoryResource(call.bitbucket, fork) };
}

async function repositoryList(call: Call, repositories: readonly Repository[]): Promise<ApiResponse> {
  const resources = await Promise.all(
    repositories
      .filter(({ workspace }) => canAccess(call.principal, workspace))
      .map((repository) => repositoryResource(call.bitbucket, repository)),
  );
  return listResponse(call.url, resources);
}

const REPOSITORY = '/repositories/{workspace}/{repo_slug}';

/** The operations on repositories and forks. */
export const repositoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/repositories/{workspace}',
    scopes: ['repository'],
    handle: (call) =>
      repositoryList(
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
  { method: 'PUT', path: REPOSITORY, scopes: ['repository:admin'], handle: putRepository },
  { method: 'DELETE', path: REPOSITORY, scopes: ['repository:admin'], handle: deleteRepository },
  {
    method: 'GET',
    path: `${REPOSITORY}/forks`,
    scopes: ['repository'],
    handle: (call) => repositoryList(call, forksOf(call.bitbucket.store, findRepository(call))),
  },
  { method: 'POST', path: `${REPOSITORY}/forks`, scopes: ['repository:write'], handle: postFork },
];
