import { type Environment, type Fork, isDefault } from '../environments/environment.ts';
import type { IntegrationOptions, Resources } from '../integrations/integration.ts';
import { isFullCommit, sameCommit, shortCommit } from '../values/commit.ts';

/** The user's part before a deployment: the approval of a fork's commit, or the choice of resources. */
export type Wait = 'approval' | 'resources';

type Subject = Pick<Environment, 'id' | 'pull_request' | 'resources'>;

/** The requirement that `commit` lacks before its deployment; null for none. */
export function waitsFor(
  { pull_request, resources }: Subject,
  commit: string | null,
  options: IntegrationOptions,
): Wait | null {
  const fork = pull_request?.fork;
  const needsApproval = fork && options.build_fork_pull_requests !== 'always';
  if (needsApproval && !isApproved(fork, commit)) return 'approval';
  return resources === null && options.environment_init_resources === 'manual' ? 'resources' : null;
}

/** An abbreviated id is no approval, because it may match several commits. */
function isApproved({ approved_commit }: Fork, commit: string | null): boolean {
  return approved_commit !== null && isFullCommit(approved_commit) && sameCommit(approved_commit, commit);
}

/** The message about a missing requirement, with the command that satisfies it. */
export function explainWait({ id }: Subject, wait: Wait, commit: string): string {
  return wait === 'approval'
    ? `${shortCommit(commit)} comes from a fork and waits for approval: bough environment:activate ${id}`
    : `${id} waits for its resources: bough environment:activate ${id} --resources-init default`;
}

/** The environment with the status active; it keeps its resources, or gets the given ones. */
export function activated(environment: Environment, resources: Resources): Environment {
  return { ...environment, status: 'active', resources: environment.resources ?? resources };
}

/** The resources of environments that the integration activates. */
export function initialResources({ environment_init_resources: strategy }: IntegrationOptions): Resources {
  return strategy === 'manual' ? 'default' : strategy;
}

/** True for an environment whose activation waited for a requirement that is satisfied now. */
export function isActivationDue(
  environment: Environment,
  commit: string | null,
  options: IntegrationOptions,
): boolean {
  const isAsleep = environment.status === 'inactive' && shouldBeActive(environment);
  return isAsleep && waitsFor(environment, commit, options) === null;
}

/** True for an active environment, and for one whose activation waits; false for one that a user deactivated. */
export function shouldBeActive(environment: Environment): boolean {
  const isMeantToBe = environment.pull_request !== null || isDefault(environment);
  return environment.status === 'active' || (isMeantToBe && environment.resources === null);
}
