import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import {
  changeRepository,
  createRepository,
  forkRepository,
  forksOf,
  slugOf,
} from '../changes/repositories.ts';
import type { ApiResponse } from '../http/router.ts';
import type { Repository } from '../store/records.ts';
import { listResponse } from './collections.ts';
import { actorOf, canAccess, type Principal } from './credentials.ts';
import { notPermitted, parseFields, ServerError } from './errors.ts';
import { projectResource, repositoryResource } from './repository-resource.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

/** Finds a repository by its current or a former name. Keys and slugs are case-insensitive. */
export function findByName({ store }: Bitbucket, project: string, slug: string): Repository | undefined {
  const [key, name] = [project.toLowerCase(), slug.toLowerCase()];
  return store.find(key, name) ?? store.findByFormerName(key, name);
}

function noProject(key: string): ServerError {
  return new ServerError(404, 'project.NoSuchProjectException', `Project ${key} does not exist.`);
}

/** The repository of a name. Throws a ServerError: 404 if unknown, 401 if the caller cannot access it. */
export function requireRepository(
  bitbucket: Bitbucket,
  principal: Principal,
  project: string,
  slug: string,
): Repository {
  const repository = findByName(bitbucket, project, slug);
  if (repository !== undefined) {
    if (!canAccess(principal, repository.workspace)) throw notPermitted();
    return repository;
  }
  if (!bitbucket.store.list().some(({ workspace }) => workspace === project.toLowerCase())) {
    throw noProject(project);
  }
  const message = `Repository ${project}/${slug} does not exist.`;
  throw new ServerError(404, 'repository.NoSuchRepositoryException', message);
}

/** The repository of a call's path; errors as for `requireRepository`. */
export function findRepository({ bitbucket, principal, params }: Call): Repository {
  return requireRepository(bitbucket, principal, params['project'] ?? '', params['slug'] ?? '');
}

function repositoryResponse({ bitbucket }: Call, repository: Repository, status = 200): ApiResponse {
  return { status, body: repositoryResource(bitbucket, repository) };
}

function projectRepositories({ bitbucket, principal, params }: Call): {
  key: string;
  repositories: Repository[];
} {
  const key = (params['project'] ?? '').toLowerCase();
  const repositories = bitbucket.store.list().filter(({ workspace }) => workspace === key);
  if (repositories.length === 0) throw noProject(params['project'] ?? '');
  if (!canAccess(principal, key)) throw notPermitted();
  return { key, repositories };
}

function listRepositories(call: Call): ApiResponse {
  const resources = projectRepositories(call).repositories.map((each) =>
    repositoryResource(call.bitbucket, each),
  );
  return listResponse(call.url, resources);
}

const name = z.string().trim().min(1, 'A name is required.');
const Project = z.looseObject({ key: z.string() });
const NewRepository = z.looseObject({
  name,
  description: z.string().optional(),
  defaultBranch: z.string().optional(),
});

/** Creates the project too if the repository is its first. */
async function postRepository(call: Call): Promise<ApiResponse> {
  const { bitbucket, params, body } = call;
  const fields = parseFields(NewRepository, body);
  const workspace = (params['project'] ?? '').toLowerCase();
  const { name, description, defaultBranch = 'main' } = fields;
  const created = { workspace, slug: slugOf(name), name, description };
  return repositoryResponse(call, await createRepository(bitbucket, created, defaultBranch), 201);
}

const ForkFields = z.looseObject({ name: name.optional(), project: Project.optional() });

/** Forks into the caller's personal project by default. */
async function postFork(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal, body } = call;
  const parent = findRepository(call);
  const { name = parent.name, project } = parseFields(ForkFields, body);
  const workspace = project?.key.toLowerCase() ?? `~${principal.name}`;
  const fork = await forkRepository(bitbucket, parent, { workspace, slug: slugOf(name), name });
  return repositoryResponse(call, fork, 201);
}

function listForks(call: Call): ApiResponse {
  const forks = forksOf(call.bitbucket.store, findRepository(call));
  const resources = forks.map((each) => repositoryResource(call.bitbucket, each));
  return listResponse(call.url, resources);
}

const ChangedRepository = z.looseObject({
  name: name.optional(),
  description: z.string().optional(),
  project: Project.optional(),
  defaultBranch: z.string().optional(),
});

async function putRepository(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const { name, description, project, defaultBranch } = parseFields(ChangedRepository, call.body);
  const fields = { name, description, workspace: project?.key.toLowerCase(), mainBranch: defaultBranch };
  await changeRepository(bitbucket, repository, fields, actorOf(principal));
  return repositoryResponse(call, repository, 201);
}

function deleteRepository(call: Call): ApiResponse {
  const { bitbucket, params, principal } = call;
  const repository = findByName(bitbucket, params['project'] ?? '', params['slug'] ?? '');
  if (repository === undefined) return { status: 204 };
  if (!canAccess(principal, repository.workspace)) throw notPermitted();
  bitbucket.store.remove(repository);
  const message = 'Repository scheduled for deletion.';
  return { status: 202, body: { context: null, message, exceptionName: null } };
}

const PROJECT = '/api/projects/{project}';

/** The operations on projects, repositories and forks. */
export const repositoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PROJECT,
    permission: 'read',
    handle: (call) => {
      const { key } = projectRepositories(call);
      return { status: 200, body: projectResource(call.bitbucket, key) };
    },
  },
  { method: 'GET', path: `${PROJECT}/repos`, permission: 'read', handle: listRepositories },
  { method: 'POST', path: `${PROJECT}/repos`, permission: 'admin', handle: postRepository },
  {
    method: 'GET',
    path: REPOSITORY,
    permission: 'read',
    handle: (call) => repositoryResponse(call, findRepository(call)),
  },
  { method: 'POST', path: REPOSITORY, permission: 'read', handle: postFork },
  { method: 'PUT', path: REPOSITORY, permission: 'admin', handle: putRepository },
  { method: 'DELETE', path: REPOSITORY, permission: 'admin', handle: deleteRepository },
  { method: 'GET', path: `${REPOSITORY}/forks`, permission: 'read', handle: listForks },
];
