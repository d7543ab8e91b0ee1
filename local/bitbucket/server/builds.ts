import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import { BRANCH_PREFIX, resolveCommit } from '../git/refs.ts';
import type { Answer } from '../http/router.ts';
import type { BuildStatus, Repository } from '../store/records.ts';
import { findCommit } from './branches.ts';
import { invalidArgument, parseFields, ServerError } from './errors.ts';
import { pageOf } from './paging.ts';
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

/** What Server calls cancelled, Cloud calls stopped; the rest is the same. */
const stored = (state: BuildFields['state']) => (state === 'CANCELLED' ? 'STOPPED' : state);
const shown = (state: BuildStatus['state']) => (state === 'STOPPED' ? 'CANCELLED' : state);

function buildResource(repository: Repository, status: BuildStatus): Record<string, unknown> {
  const optional = {
    name: status.name || undefined,
    description: status.description || undefined,
    ref: status.refname === null ? undefined : `${BRANCH_PREFIX}${status.refname}`,
    parent: status.parent ?? undefined,
    buildNumber: status.buildNumber ?? undefined,
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    key: status.key,
    state: shown(status.state),
    url: status.url,
    projectKey: repository.workspace,
    repositorySlug: repository.slug,
    ...Object.fromEntries(present),
    createdDate: Date.parse(status.createdOn),
    updatedDate: Date.parse(status.updatedOn),
  };
}

/** The same key for the same commit overwrites. */
function storeBuild(bitbucket: Bitbucket, repository: Repository, commit: string, fields: BuildFields): void {
  const now = bitbucket.now().toISOString();
  const previous = repository.statuses.find((each) => each.commit === commit && each.key === fields.key);
  const status: BuildStatus = {
    commit,
    key: fields.key,
    state: stored(fields.state),
    name: fields.name ?? '',
    description: fields.description ?? '',
    url: fields.url,
    refname: fields.ref?.startsWith(BRANCH_PREFIX) ? fields.ref.slice(BRANCH_PREFIX.length) : null,
    parent: fields.parent ?? null,
    buildNumber: fields.buildNumber ?? null,
    createdOn: previous?.createdOn ?? now,
    updatedOn: now,
  };
  repository.statuses = [...repository.statuses.filter((each) => each !== previous), status];
  bitbucket.store.save(repository);
}

async function postBuild(call: Call): Promise<Answer> {
  const repository = findRepository(call);
  const commit = await findCommit(call);
  storeBuild(call.bitbucket, repository, commit, parseFields(BuildFields, call.body));
  return { status: 204 };
}

async function findBuild(call: Call): Promise<{ repository: Repository; build: BuildStatus }> {
  const repository = findRepository(call);
  const key = call.url.searchParams.get('key');
  if (key === null) throw invalidArgument('key', 'The build key is required.');
  const commit = await findCommit(call);
  const build = repository.statuses.find((each) => each.commit === commit && each.key === key);
  if (build !== undefined) return { repository, build };
  throw new ServerError(404, 'build.status.NoSuchBuildStatusException', `There is no build ${key}.`);
}

async function getBuild(call: Call): Promise<Answer> {
  const { repository, build } = await findBuild(call);
  return { status: 200, body: buildResource(repository, build) };
}

async function deleteBuild(call: Call): Promise<Answer> {
  const { repository, build } = await findBuild(call);
  repository.statuses = repository.statuses.filter((each) => each !== build);
  call.bitbucket.store.save(repository);
  return { status: 204 };
}

/** The older API knows three states, and no repositories: a build is the commit's, wherever that is. */
const OldBuildFields = BuildFields.extend({ state: z.enum(['SUCCESSFUL', 'FAILED', 'INPROGRESS']) });

function requireFullHash({ params }: Call): string {
  const commit = params['commit'] ?? '';
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw invalidArgument('commitId', `'${commit}' is no full commit hash.`);
  }
  return commit;
}

async function postOldBuild(call: Call): Promise<Answer> {
  const { bitbucket } = call;
  const commit = requireFullHash(call);
  const fields = parseFields(OldBuildFields, call.body);
  for (const repository of bitbucket.store.list()) {
    const directory = bitbucket.store.gitDirectory(repository);
    const isThere = (await resolveCommit(bitbucket.git, directory, commit)) !== undefined;
    if (isThere) storeBuild(bitbucket, repository, commit, fields);
  }
  return { status: 204 };
}

function listOldBuilds(call: Call): Answer {
  const commit = requireFullHash(call);
  const builds = call.bitbucket.store
    .list()
    .flatMap((repository) =>
      repository.statuses
        .filter((each) => each.commit === commit)
        .map((build) => buildResource(repository, build)),
    );
  return { status: 200, body: pageOf(call.url, builds) };
}

const BUILDS = `${REPOSITORY}/commits/{commit}/builds`;
const OLD_BUILDS = '/build-status/commits/{commit}';

export const buildRoutes: readonly Route[] = [
  { method: 'GET', path: BUILDS, needs: 'read', since: '9.4', handle: getBuild },
  { method: 'POST', path: BUILDS, needs: 'read', since: '9.4', handle: postBuild },
  { method: 'DELETE', path: BUILDS, needs: 'write', since: '9.4', handle: deleteBuild },
  { method: 'GET', path: OLD_BUILDS, needs: 'read', handle: listOldBuilds },
  { method: 'POST', path: OLD_BUILDS, needs: 'read', handle: postOldBuild },
];
