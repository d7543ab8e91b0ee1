import type { Bitbucket } from '../bitbucket.ts';
import { deleteBranch } from '../changes/branches.ts';
import { readCommits } from '../git/commits.ts';
import { listBranches, type Ref, readBranch } from '../git/refs.ts';
import type { ApiResponse } from '../http/router.ts';
import type { Repository } from '../store/records.ts';
import { actorOf } from './accounts.ts';
import { filterAndSort, paginate } from './collections.ts';
import { branchResource, commitResource } from './commit-resource.ts';
import { ApiError } from './errors.ts';
import { findRepository } from './repositories.ts';
import type { Call, Route } from './route.ts';

async function branchResources(bitbucket: Bitbucket, repository: Repository, branches: readonly Ref[]) {
  const directory = bitbucket.store.gitDirectory(repository);
  const hashes = branches.map((branch) => branch.commit);
  const commits = await readCommits(bitbucket.git, directory, hashes);
  return branches.flatMap((branch) => {
    const commit = commits.get(branch.commit);
    if (commit === undefined) return [];
    const target = commitResource(bitbucket, repository, commit);
    return [branchResource(bitbucket, repository, branch.name, target)];
  });
}

async function listBranchResources(call: Call): Promise<ApiResponse> {
  const { bitbucket, url } = call;
  const repository = findRepository(call);
  const branches = await listBranches(bitbucket.git, bitbucket.store.gitDirectory(repository));
  const found = filterAndSort(
    url,
    branches.map((branch) => ({ ...branch, target: { hash: branch.commit } })),
  );
  const { items, envelope } = paginate(url, found);
  return { status: 200, body: { ...envelope, values: await branchResources(bitbucket, repository, items) } };
}

interface Found {
  readonly repository: Repository;
  readonly branch: Ref;
}

async function findBranch(call: Call): Promise<Found> {
  const { bitbucket, params } = call;
  const repository = findRepository(call);
  const directory = bitbucket.store.gitDirectory(repository);
  const name = params['name'] ?? '';
  const commit = await readBranch(bitbucket.git, directory, name);
  if (commit === undefined) throw new ApiError(404, `Branch ${name} not found`);
  return { repository, branch: { name, commit } };
}

async function getBranch(call: Call): Promise<ApiResponse> {
  const { repository, branch } = await findBranch(call);
  const [resource] = await branchResources(call.bitbucket, repository, [branch]);
  return { status: 200, body: resource ?? {} };
}

async function removeBranch(call: Call): Promise<ApiResponse> {
  const { bitbucket, principal } = call;
  const { repository, branch } = await findBranch(call);
  await deleteBranch(bitbucket, repository, branch, actorOf(principal, repository));
  return { status: 204 };
}

const BRANCHES = '/repositories/{workspace}/{repo_slug}/refs/branches';

/** The operations on branches. */
export const branchRoutes: readonly Route[] = [
  { method: 'GET', path: BRANCHES, scopes: ['repository'], handle: listBranchResources },
  { method: 'GET', path: `${BRANCHES}/{name+}`, scopes: ['repository'], handle: getBranch },
  { method: 'DELETE', path: `${BRANCHES}/{name+}`, scopes: ['repository:write'], handle: removeBranch },
];
