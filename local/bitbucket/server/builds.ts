import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import { findBuildStatus, saveBuildStatus } from '../changes/build-statuses.ts';
import { BRANCH_PREFIX, branchRef, resolveCommit } from '../git/refs.ts';
import type { ApiResponse } from '../http/router.ts';
import type { Resource } from '../resources.ts';
import type { BuildStatus, Repository } from '../store/records.ts';
import { findCommit } from './branches.ts';
import { listResponse } from './collections.ts';
import { invalidArgument, parseFields, ServerError } from './errors.ts';
import { findRepository } from './repositories.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

const BuildFields = z.looseObject({
  key: z.string().trim().min(1, 'The build key must not be blank.').max(255),
  state: z.enum(['SUCCESSFUL', 'FAILED', 'INPROGRESS', 'CANCELLED', 'UNKNOWN']),
  url: z.string().trim().min(1, 'The build URL must not be blank.').max(450),
  name: z.string().max(255).nullish(),
  description: z.string().nullish(),
  ref: z
    .string()
    .max(1024)
    .regex(/^refs\//, 'The ref must begin with refs/.')
    .nullish(),
  parent: z.string().max(1024).nullish(),
  buildNumber: z.string().max(255).nullish(),
  duration: z.number().int().nullish(),
});
type BuildFields = z.output<typeof BuildFields>;

/** Server's CANCELLED is Cloud's STOPPED, which the records use; the other states have the same name. */
const toRecordState = (state: BuildFields['state']) => (state === 'CANCELLED' ? 'STOPPED' : state);
const fromRecordState = (state: BuildStatus['state']) => (state === 'STOPPED' ? 'CANCELLED' : state);

function buildResource(repository: Repository, status: BuildStatus): Resource {
  const optional = {
    name: status.name || undefined,
    description: status.description || undefined,
    ref: status.refname === null ? undefined : branchRef(status.refname),
    parent: status.parent ?? undefined,
    buildNumber: status.buildNumber ?? undefined,
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    key: status.key,
    state: fromRecordState(status.state),
    url: status.url,
    projectKey: repository.workspace,
    repositorySlug: repository.slug,
    ...Object.fromEntries(present),
    createdDate: Date.parse(status.createdOn),
    updatedDate: Date.parse(status.updatedOn),
  };
}

function saveBuild(bitbucket: Bitbucket, repository: Repository, commit: string, fields: BuildFields): void {
  saveBuildStatus(bitbucket, repository, {
    commit,
    key: fields.key,
    state: toRecordState(fields.state),
    name: fields.name ?? '',
    description: fields.description ?? '',
    url: fields.url,
    refname: fields.ref?.startsWith(BRANCH_PREFIX) ? fields.ref.slice(BRANCH_PREFIX.length) : null,
    parent: fields.parent ?? null,
    buildNumber: fields.buildNumber ?? null,
  });
}

async function postBuild(call: Call): Promise<ApiResponse> {
  const repository = findRepository(call);
  const commit = await findCommit(call);
  saveBuild(call.bitbucket, repository, commit, parseFields(BuildFields, call.body));
  return { status: 204 };
}

async function findBuild(call: Call): Promise<{ repository: Repository; build: BuildStatus }> {
  const repository = findRepository(call);
  const key = call.url.searchParams.get('key');
  if (key === null) throw invalidArgument('key', 'The build key is required.');
  const commit = await findCommit(call);
  const build = findBuildStatus(repository, commit, key);
  if (build !== undefined) return { repository, build };
  throw new ServerError(404, 'build.status.NoSuchBuildStatusException', `There is no build ${key}.`);
}

async function getBuild(call: Call): Promise<ApiResponse> {
  const { repository, build } = await findBuild(call);
  return { status: 200, body: buildResource(repository, build) };
}

async function deleteBuild(call: Call): Promise<ApiResponse> {
  const { repository, build } = await findBuild(call);
  repository.statuses = repository.statuses.filter((each) => each !== build);
  call.bitbucket.store.save(repository);
  return { status: 204 };
}

/** The older API has three states and no repositories: a build applies to every repository with the commit. */
const OldBuildFields = BuildFields.extend({ state: z.enum(['SUCCESSFUL', 'FAILED', 'INPROGRESS']) });

function requireFullHash({ params }: Call): string {
  const commit = params['commit'] ?? '';
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw invalidArgument('commitId', `'${commit}' is no full commit hash.`);
  }
  return commit;
}

async function postOldBuild(call: Call): Promise<ApiResponse> {
  const { bitbucket } = call;
  const commit = requireFullHash(call);
  const fields = parseFields(OldBuildFields, call.body);
  for (const repository of bitbucket.store.list()) {
    const directory = bitbucket.store.gitDirectory(repository);
    const hasCommit = (await resolveCommit(bitbucket.git, directory, commit)) !== undefined;
    if (hasCommit) saveBuild(bitbucket, repository, commit, fields);
  }
  return { status: 204 };
}

function listOldBuilds(call: Call): ApiResponse {
  const commit = requireFullHash(call);
  const builds = call.bitbucket.store
    .list()
    .flatMap((repository) =>
      repository.statuses
        .filter((each) => each.commit === commit)
        .map((build) => buildResource(repository, build)),
    );
  return listResponse(call.url, builds);
}

const BUILDS = `${REPOSITORY}/commits/{commit}/builds`;
const OLD_BUILDS = '/build-status/commits/{commit}';

/** The operations on builds, in the current and the older API. */
export const buildRoutes: readonly Route[] = [
  { method: 'GET', path: BUILDS, permission: 'read', since: '9.4', handle: getBuild },
  { method: 'POST', path: BUILDS, permission: 'read', since: '9.4', handle: postBuild },
  { method: 'DELETE', path: BUILDS, permission: 'write', since: '9.4', handle: deleteBuild },
  { method: 'GET', path: OLD_BUILDS, permission: 'read', handle: listOldBuilds },
  { method: 'POST', path: OLD_BUILDS, permission: 'read', handle: postOldBuild },
];
