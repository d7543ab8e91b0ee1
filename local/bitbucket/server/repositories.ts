import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import { changeRepository, createRepository, forkRepository, slugOf } from '../changes/repositories.ts';
import type { Answer } from '../http/router.ts';
import type { Repository } from '../store/records.ts';
import { actorOf, mayReach, type Principal } from './credentials.ts';
import { notPermitted, parseFields, ServerError } from './errors.ts';
import { pageOf } from './paging.ts';
import { projectResource, repositoryResource } from './repository-resource.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

/** Keys and slugs are the same whatever their case; a former name goes on being understood. */
export function lookUp({ store }: Bitbucket, project: string, slug: string): Repository | undefined {
  const [key, name] = [project.toLowerCase(), slug.toLowerCase()];
  return store.find(key, name) ?? store.findByFormerName(key, name);
}

function noProject(key: string): ServerError {
  return new ServerError(404, 'project.NoSuchProjectException', `Project ${key} does not exist.`);
}

/** The repository of that name; throws the API's 404, or its 401 where the caller may not see it. */
export function requireRepository(
  bitbucket: Bitbucket,
  principal: Principal,
  project: string,
  slug: string,
): Repository {
  const repository = lookUp(bitbucket, project, slug);
  if (repository !== undefined) {
    if (!mayReach(principal, repository.workspace)) throw notPermitted();
    return repository;
  }
  if (!bitbucket.store.list().some(({ workspace }) => workspace === project.toLowerCase())) {
    throw noProject(project);
  }
  const message = `Repository ${project}/${slug} does not exist.`;
  throw new ServerError(404, 'repository.NoSuchRepositoryException', message);
}

/** The repository that a call's path names, as `requireRepository` finds it. */
export function findRepository({ bitbucket, principal, params }: Call): Repository {
  return requireRepository(bitbucket, principal, params['project'] ?? '', params['slug'] ?? '');
}

function answer({ bitbucket }: Call, repository: Repository, status = 200): Answer {
  return { status, body: repositoryResource(bitbucket, repository) };
}

function projectRepositories({ bitbucket, principal, params }: Call): {
  key: string;
  repositories: Repository[];
} {
  const key = (params['project'] ?? '').toLowerCase();
  const repositories = bitbucket.store.list().filter(({ workspace }) => workspace === key);
  if (repositories.length === 0) throw noProject(params['project'] ?? '');
  if (!mayReach(principal, key)) throw notPermitted();
  return { key, repositories };
}

function listRepositories(call: Call): Answer {
  const resources = projectRepositories(call).repositories.map((each) =>
    repositoryResource(call.bitbucket, each),
  );
  return { status: 200, body: pageOf(call.url, resources) };
}

const name = z.string().trim().min(1, 'A name is required.');
const Project = z.looseObject({ key: z.string() });
const NewRepository = z.looseObject({
  name,
  description: z.string().optional(),
  defaultBranch: z.string().optional(),
});

/** A project comes to be with its first repository. */
async function postRepository(call: Call): Promise<Answer> {
  const { bitbucket, params, body } = call;
  const fields = parseFields(NewRepository, body);
  const workspace = (params['project'] ?? '').toLowerCase();
  const wanted = { workspace, slug: slugOf(fields.name), name: fields.name, description: fields.description };
  return answer(call, await createRepository(bitbucket, wanted, fields.defaultBranch ?? 'main'), 201);
}

const ForkFields = z.looseObject({ name: name.optional(), project: Project.optional() });

/** Into the caller's personal project, unless another is said. */
async function postFork(call: Call): Promise<Answer> {
  const { bitbucket, principal, body } = call;
  const parent = findRepository(call);
  const { name = parent.name, project } = parseFields(ForkFields, body);
  const workspace = project?.key.toLowerCase() ?? `~${principal.name}`;
  return answer(call, await forkRepository(bitbucket, parent, { workspace, slug: slugOf(name), name }), 201);
}

function listForks(call: Call): Answer {
  const { uuid } = findRepository(call);
  const forks = call.bitbucket.store.list().filter(({ parent }) => parent === uuid);
  const resources = forks.map((each) => repositoryResource(call.bitbucket, each));
  return { status: 200, body: pageOf(call.url, resources) };
}

const ChangedRepository = z.looseObject({
  name: name.optional(),
  description: z.string().optional(),
  project: Project.optional(),
  defaultBranch: z.string().optional(),
});

async function putRepository(call: Call): Promise<Answer> {
  const { bitbucket, principal } = call;
  const repository = findRepository(call);
  const { name, description, project, defaultBranch } = parseFields(ChangedRepository, call.body);
  const fields = { name, description, workspace: project?.key.toLowerCase(), mainBranch: defaultBranch };
  await changeRepository(bitbucket, repository, fields, actorOf(principal));
  return answer(call, repository, 201);
}

function deleteRepository(call: Call): Answer {
  const { bitbucket, params, principal } = call;
  const repository = lookUp(bitbucket, params['project'] ?? '', params['slug'] ?? '');
  if (repository === undefined) return { status: 204 };
  if (!mayReach(principal, repository.workspace)) throw notPermitted();
  bitbucket.store.remove(repository);
  const message = 'Repository scheduled for deletion.';
  return { status: 202, body: { context: null, message, exceptionName: null } };
}

const PROJECT = '/api/projects/{project}';

export const repositoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PROJECT,
    needs: 'read',
    handle: (call) => {
      const { key } = projectRepositories(call);
      return { status: 200, body: projectResource(call.bitbucket, key) };
    },
  },
  { method: 'GET', path: `${PROJECT}/repos`, needs: 'read', handle: listRepositories },
  { method: 'POST', path: `${PROJECT}/repos`, needs: 'admin', handle: postRepository },
  { method: 'GET', path: REPOSITORY, needs: 'read', handle: (call) => answer(call, findRepository(call)) },
  { method: 'POST', path: REPOSITORY, needs: 'read', handle: postFork },
  { method: 'PUT', path: REPOSITORY, needs: 'admin', handle: putRepository },
  { method: 'DELETE', path: REPOSITORY, needs: 'admin', handle: deleteRepository },
  { method: 'GET', path: `${REPOSITORY}/forks`, needs: 'read', handle: listForks },
];
