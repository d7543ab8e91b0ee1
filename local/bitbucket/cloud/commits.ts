import * as z from 'zod';
import type { Bitbucket } from '../bitbucket.ts';
import { buildStatusesOf, findBuildStatus, saveBuildStatus } from '../changes/build-statuses.ts';
import { readCommits } from '../git/commits.ts';
import { resolveCommit } from '../git/refs.ts';
import type { ApiResponse } from '../http/router.ts';
import { isHttpUrl, link } from '../resources.ts';
import type { BuildStatus, Repository } from '../store/records.ts';
import { listResponse } from './collections.ts';
import { commitReference, commitResource } from './commit-resource.ts';
import { ApiError, parseFields } from './errors.ts';
import { findRepository } from './repositories.ts';
import { repositoryApiUrl, repositoryReference } from './repository-resource.ts';
import type { Call, Route } from './route.ts';

const atMost = (limit: number) =>
  z.string().refine((text) => text.length <= limit, {
    error: (issue) =>
      `Ensure this value has at most ${limit} characters (it has ${String(issue.input).length}).`,
  });

/** Bitbucket requires a host name with a dot or an IP address, and refuses `http://jenkins:8080`. */
function isValidUrl(text: string): boolean {
  if (!isHttpUrl(text)) return false;
  const { hostname } = new URL(text);
  return hostname.startsWith('[') || /^[^.]+(\.[^.]+)+$/.test(hostname);
}

const StatusFields = z.looseObject({
  state: z.enum(['SUCCESSFUL', 'FAILED', 'INPROGRESS', 'STOPPED']),
  url: z.string().refine(isValidUrl, 'Enter a valid URL.'),
  name: atMost(255).nullish(),
  description: z.string().nullish(),
  refname: z.string().nullish(),
});
const NewStatus = StatusFields.extend({ key: atMost(40).min(1, 'This field may not be blank.') });
const ChangedStatus = StatusFields.partial();

function statusResource(bitbucket: Bitbucket, repository: Repository, status: BuildStatus) {
  const commit = `${repositoryApiUrl(bitbucket, repository)}/commit/${status.commit}`;
  return {
    type: 'build',
    key: status.key,
    // Cloud does not have Server's state UNKNOWN.
    state: status.state === 'UNKNOWN' ? 'STOPPED' : status.state,
    name: status.name,
    refname: status.refname,
    description: status.description,
    url: status.url,
    commit: commitReference(bitbucket, repository, status.commit),
    repository: repositoryReference(bitbucket, repository),
    created_on: status.createdOn,
    updated_on: status.updatedOn,
    links: {
      self: link(`${commit}/statuses/build/${encodeURIComponent(status.key)}`),
      commit: link(commit),
    },
  };
}

interface Found {
  readonly repository: Repository;
  readonly commit: string;
}

async function findCommit(call: Call): Promise<Found> {
  const { bitbucket, params } = call;
  const repository = findRepository(call);
  const wanted = params['commit'] ?? '';
  const commit = await resolveCommit(bitbucket.git, bitbucket.store.gitDirectory(repository), wanted);
  if (commit === undefined) throw new ApiError(404, 'Commit not found', { data: { shas: [wanted] } });
  return { repository, commit };
}

async function getCommit(call: Call): Promise<ApiResponse> {
  const { bitbucket } = call;
  const { repository, commit } = await findCommit(call);
  const commits = await readCommits(bitbucket.git, bitbucket.store.gitDirectory(repository), [commit]);
  const found = commits.get(commit);
  return { status: 200, body: found === undefined ? {} : commitResource(bitbucket, repository, found) };
}

async function postStatus(call: Call): Promise<ApiResponse> {
  const { bitbucket } = call;
  const { repository, commit } = await findCommit(call);
  const fields = parseFields(NewStatus, call.body);
  const status = saveBuildStatus(bitbucket, repository, {
    commit,
    key: fields.key,
    state: fields.state,
    name: fields.name ?? '',
    description: fields.description ?? '',
    url: fields.url,
    refname: fields.refname ?? null,
    parent: null,
    buildNumber: null,
  });
  return { status: 201, body: statusResource(bitbucket, repository, status) };
}

async function findStatus(call: Call): Promise<{ repository: Repository; status: BuildStatus }> {
  const { repository, commit } = await findCommit(call);
  const key = call.params['key'] ?? '';
  const status = findBuildStatus(repository, commit, key);
  if (status === undefined) throw new ApiError(404, `Build status ${key} not found`);
  return { repository, status };
}

async function getStatus(call: Call): Promise<ApiResponse> {
  const { repository, status } = await findStatus(call);
  return { status: 200, body: statusResource(call.bitbucket, repository, status) };
}

async function putStatus(call: Call): Promise<ApiResponse> {
  const { bitbucket } = call;
  const { repository, status } = await findStatus(call);
  const fields = parseFields(ChangedStatus, call.body);
  status.state = fields.state ?? status.state;
  status.url = fields.url ?? status.url;
  status.name = fields.name ?? status.name;
  status.description = fields.description ?? status.description;
  if (fields.refname !== undefined) status.refname = fields.refname;
  status.updatedOn = bitbucket.now().toISOString();
  bitbucket.store.save(repository);
  return { status: 200, body: statusResource(bitbucket, repository, status) };
}

async function listStatuses(call: Call): Promise<ApiResponse> {
  const { bitbucket, url } = call;
  const { repository, commit } = await findCommit(call);
  const refname = url.searchParams.get('refname');
  const resources = buildStatusesOf(repository, commit, refname).map((status) =>
    statusResource(bitbucket, repository, status),
  );
  return listResponse(url, resources);
}

const COMMIT = '/repositories/{workspace}/{repo_slug}/commit/{commit}';

/** The operations on commits and their build statuses. */
export const commitRoutes: readonly Route[] = [
  { method: 'GET', path: COMMIT, scopes: ['repository'], handle: getCommit },
  { method: 'GET', path: `${COMMIT}/statuses`, scopes: ['repository'], handle: listStatuses },
  { method: 'POST', path: `${COMMIT}/statuses/build`, scopes: ['repository'], handle: postStatus },
  { method: 'GET', path: `${COMMIT}/statuses/build/{key}`, scopes: ['repository'], handle: getStatus },
  { method: 'PUT', path: `${COMMIT}/statuses/build/{key}`, scopes: ['repository'], handle: putStatus },
];
