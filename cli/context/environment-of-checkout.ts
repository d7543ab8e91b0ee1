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
 * The environment of the branch that is checked out, else that of its newest pull request; null when the checkout is not
 * of the project's repository, tracks another repository, or the branch has neither.
 */
export async function environmentOfCheckout(
  api: Api,
  project: Project,
  checkout: Checkout | null,
): Promise<EnvironmentOfCheckout | null> {
  const branch = checkout && branchOf(project, checkout);
  if (!branch) return null;
  const own = await api.find(path`/projects/${project.id}/environments/${branch}`, Environment);
  if (own && !own.is_pr) return { environment: own, because: `the branch ${branch} is checked out` };
  const id = idOfBranch(branch, await pullRequestsLike(api, project, branch));
  const environment = id && (await api.find(path`/projects/${project.id}/environments/${id}`, Environment));
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

/** The environment of a branch among others: its own, else that of its newest pull request; null without either. */
export function idOfBranch(
  branch: string,
  environments: readonly Pick<EnvironmentRow, 'id' | 'pull_request'>[],
): string | null {
  const isOwn = ({ id, pull_request }: Pick<EnvironmentRow, 'id' | 'pull_request'>) =>
    id === branch && pull_request === null;
  const [newest] = environments
    .flatMap(({ id, pull_request }) => (pull_request === null ? [] : [{ id, ...pull_request }]))
    .filter(({ source_branch, fork }) => source_branch === branch && fork === null)
    .sort((one, other) => other.number - one.number);
  return environments.find(isOwn)?.id ?? newest?.id ?? null;
}

function pullRequestsLike(api: Api, { id }: Project, branch: string): Promise<EnvironmentRow[]> {
  const query = new URLSearchParams({ view: 'row', kind: 'pull_request', search: branch });
  return api.list(`${path`/projects/${id}/environments`}?${query}`, EnvironmentRow);
}
