import { type Api, path } from '../api/client.ts';
import { Environment, EnvironmentRow, type Project } from '../api/resources.ts';
import type { Checkout } from './checkout.ts';
import { remoteOf } from './match-checkout.ts';

/** The environment of the branch that is checked out, and the reason. */
export interface EnvironmentOfCheckout {
  environment: Environment;
  because: string;
}

/**
 * The environment of the branch that is checked out; null when the checkout is not of the project's repository, tracks
 * another repository, or the branch has no environment.
 */
export async function environmentOfCheckout(
  api: Api,
  project: Project,
  checkout: Checkout | null,
): Promise<EnvironmentOfCheckout | null> {
  const branch = checkout && branchOf(project, checkout);
  if (!branch) return null;
  const find = (id: string) => api.find(path`/projects/${project.id}/environments/${id}`, Environment);
  const namesake = await find(branch);
  const own = namesake?.pull_request === null ? namesake : null;
  const rows = own && own.status !== 'inactive' ? [] : await pullRequestsLike(api, project, branch);
  const id = idOfBranch(branch, own ? [...rows, own] : rows);
  if (own && id === own.id) return { environment: own, because: `the branch ${branch} is checked out` };
  const environment = id && (await find(id));
  if (!environment) return null;
  return { environment, because: `it is the pull request of ${branch}, which is checked out` };
}

/** The branch that is checked out, if it belongs to the project's repository. */
export function branchOf(project: Project, checkout: Checkout): string | null {
  const { branch } = checkout;
  const remote = remoteOf(project, checkout);
  if (!branch || !remote) return null;
  // The branch of a fork can have the name of a branch in the repository.
  return branch.remote === null || branch.remote === remote.name ? branch.name : null;
}

/**
 * The environment of a branch among others: its own, unless that is inactive and the branch has a pull request, whose newest
 * environment it is then. A fetch creates an inactive environment for each branch, and pull requests are deployed.
 */
export function idOfBranch(
  branch: string,
  environments: readonly Pick<EnvironmentRow, 'id' | 'status' | 'pull_request'>[],
): string | null {
  const own = environments.find(({ id, pull_request }) => id === branch && pull_request === null);
  if (own && own.status !== 'inactive') return own.id;
  const [newest] = environments
    .flatMap(({ id, pull_request }) => (pull_request === null ? [] : [{ id, ...pull_request }]))
    .filter(({ source_branch, fork }) => source_branch === branch && fork === null)
    .sort((one, other) => other.number - one.number);
  return newest?.id ?? own?.id ?? null;
}

function pullRequestsLike(api: Api, { id }: Project, branch: string): Promise<EnvironmentRow[]> {
  const query = new URLSearchParams({ view: 'row', kind: 'pull_request', search: branch });
  return api.list(`${path`/projects/${id}/environments`}?${query}`, EnvironmentRow);
}
