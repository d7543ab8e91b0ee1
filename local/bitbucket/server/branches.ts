import * as z from 'zod';
import { createBranch, deleteBranch } from '../changes/branches.ts';
import { changeRepository } from '../changes/repositories.ts';
import { readCommits } from '../git/commits.ts';
import { listBranches, type Ref, readBranch, readHead, readMainBranch, resolveCommit } from '../git/refs.ts';
import type { ApiResponse } from '../http/router.ts';
import { branchNameOf, branchResource } from './branch-resource.ts';
import { listResponse } from './collections.ts';
import { commitResource } from './commit-resource.ts';
import { actorOf } from './credentials.ts';
import { invalidArgument, parseFields, ServerError } from './errors.ts';
import { findRepository } from './repositories.ts';
import { type Call, REPOSITORY, type Route } from './route.ts';

const directoryOf = (call: Call) => call.bitbucket.store.gitDirectory(findRepository(call));

/** `filterText` matches any part of the name, case-insensitively. */
async function listBranchResources(call: Call): Promise<ApiResponse> {
  const { bitbucket, url } = call;
  const directory = directoryOf(call);
  const [branches, mainBranch] = await Promise.all([
    listBranches(bitbucket.git, directory),
    readMainBranch(bitbucket.git, directory),
  ]);
  const text = url.searchParams.get('filterText')?.toLowerCase() ?? '';
  const found = branches.filter(({ name }) => name.toLowerCase().includes(text));
  return listResponse(
    url,
    found.map((branch) => branchResource(branch, mainBranch)),
  );
}

async function findDefaultBranch(call: Call): Promise<Ref | undefined> {
  const { git } = call.bitbucket;
  const directory = directoryOf(call);
  const name = await readHead(git, directory);
  const commit = await readBranch(git, directory, name);
  return commit === undefined ? undefined : { name, commit };
}

function noDefaultBranch({ params }: Call): ServerError {
  const message = `Repository ${params['project']}/${params['slug']} has no default branch.`;
  return new ServerError(404, 'repository.NoDefaultBranchException', message);
}

async function getDefaultBranch(call: Call): Promise<ApiResponse> {
  const branch = await findDefaultBranch(call);
  if (branch === undefined) throw noDefaultBranch(call);
  return { status: 200, body: branchResource(branch, branch.name) };
}

/** The older path: without a default branch, its response is empty since 7.x and a 404 before. */
async function getBranchesDefault(call: Call): Promise<ApiResponse> {
  const branch = await findDefaultBranch(call);
  if (branch !== undefined) return { status: 200, body: branchResource(branch, branch.name) };
  if (call.bitbucket.serverVersion === 'old') throw noDefaultBranch(call);
  return { status: 204 };
}

const BranchId = z.looseObject({ id: z.string() });

async function putDefaultBranch(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal, body } = call;
  const { id } = parseFields(BranchId, body);
  const fields = { mainBranch: branchNameOf(id) };
  await changeRepository(bitbucket, findRepository(call), fields, actorOf(principal));
  return { status: 204 };
}

const NewBranch = z.looseObject({ name: z.string().min(1), startPoint: z.string().min(1) });

async function postBranch(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const { git } = bitbucket;
  const { name, startPoint } = parseFields(NewBranch, call.body);
  const directory = directoryOf(call);
  const commit =
    (await readBranch(git, directory, branchNameOf(startPoint))) ??
    (await resolveCommit(git, directory, startPoint));
  if (commit === undefined) throw noCommit(call, startPoint);
  const branch = { name, commit };
  await createBranch(bitbucket, findRepository(call), branch, actorOf(principal));
  return { status: 200, body: branchResource(branch, undefined) };
}

const BranchDeletion = z.looseObject({
  name: z.string(),
  endPoint: z.string().optional(),
  dryRun: z.boolean().optional(),
});

/** Deleting a branch that does not exist succeeds. */
async function removeBranch(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const { name: id, endPoint, dryRun } = parseFields(BranchDeletion, call.body);
  const name = branchNameOf(id);
  const commit = await readBranch(bitbucket.git, directoryOf(call), name);
  if (commit === undefined || dryRun === true) return { status: 204 };
  if (endPoint !== undefined && endPoint !== commit) {
    throw invalidArgument('endPoint', `${id} is at ${commit}, not at ${endPoint}.`);
  }
  await deleteBranch(bitbucket, findRepository(call), { name, commit }, actorOf(principal));
  return { status: 204 };
}

function noCommit({ params }: Call, hash: string): ServerError {
  const where = `repository '${params['slug']}'`;
  const message = `Commit '${hash}' does not exist in ${where}.`;
  return new ServerError(404, 'commit.NoSuchCommitException', message);
}

/** The commit of a call's path, by its full or abbreviated hash; throws a 404 ServerError if unknown. */
export async function findCommit(call: Call): Promise<string> {
  const hash = call.params['commit'] ?? '';
  const commit = await resolveCommit(call.bitbucket.git, directoryOf(call), hash);
  if (commit === undefined) throw noCommit(call, hash);
  return commit;
}

async function getCommit(call: Call): Promise<ApiResponse> {
  const hash = await findCommit(call);
  const commit = (await readCommits(call.bitbucket.git, directoryOf(call), [hash])).get(hash);
  if (commit === undefined) throw noCommit(call, hash);
  return { status: 200, body: commitResource(commit) };
}

const BRANCHES = `${REPOSITORY}/branches`;

/** The operations on branches, the default branch and commits. */
export const branchRoutes: readonly Route[] = [
  { method: 'GET', path: BRANCHES, permission: 'read', handle: listBranchResources },
  { method: 'POST', path: BRANCHES, permission: 'write', handle: postBranch },
  { method: 'GET', path: `${BRANCHES}/default`, permission: 'read', handle: getBranchesDefault },
  { method: 'PUT', path: `${BRANCHES}/default`, permission: 'admin', handle: putDefaultBranch },
  {
    method: 'DELETE',
    path: '/branch-utils/projects/{project}/repos/{slug}/branches',
    permission: 'write',
    handle: removeBranch,
  },
  {
    method: 'GET',
    path: `${REPOSITORY}/default-branch`,
    permission: 'read',
    since: '9.4',
    handle: getDefaultBranch,
  },
  {
    method: 'PUT',
    path: `${REPOSITORY}/default-branch`,
    permission: 'admin',
    since: '9.4',
    handle: putDefaultBranch,
  },
  { method: 'GET', path: `${REPOSITORY}/commits/{commit}`, permission: 'read', handle: getCommit },
];
