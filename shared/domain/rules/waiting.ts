import { type Environment, type Fork, isDefault } from '../environments/environment.ts';
import type { IntegrationOptions, Resources } from '../integrations/integration.ts';
import { isFullCommit, sameCommit, shortCommit } from '../values/commit.ts';

/** What a person must do before a commit is deployed: agree to a stranger's code, or say what it shall run on. */
export type Wait = 'approval' | 'resources';

type Subject = Pick<Environment, 'id' | 'pull_request' | 'resources'>;

/** What the environment waits for before `commit` may be deployed to it; null when nothing is in the way. */
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

/** Only a whole id is an approval: of an abbreviated one there can be two. */
function isApproved({ approved_commit }: Fork, commit: string | null): boolean {
  return approved_commit !== null && isFullCommit(approved_commit) && sameCommit(approved_commit, commit);
}

/** Says what is waited for and which command ends it. */
export function explainWait({ id }: Subject, wait: Wait, commit: string): string {
  return wait === 'approval'
    ? `${shortCommit(commit)} comes from a fork and waits for approval: bough environment:activate ${id}`
    : `${id} waits for its resources: bough environment:activate ${id} --resources-init default`;
}

/** The environment, awake; its resources are those that it has, else those that are given. */
export function activated(environment: Environment, resources: Resources): Environment {
  return { ...environment, status: 'active', resources: environment.resources ?? resources };
}

/** What the integration gives to environments that it activates by itself. */
export function initialResources({ environment_init_resources: strategy }: IntegrationOptions): Resources {
  return strategy === 'manual' ? 'default' : strategy;
}

/** True for one that was to be active from the start, had to wait, and need not any more. */
export function isActivationDue(
  environment: Environment,
  commit: string | null,
  options: IntegrationOptions,
): boolean {
  const isAsleep = environment.status === 'inactive' && shouldBeActive(environment);
  return isAsleep && waitsFor(environment, commit, options) === null;
}

/** True for one that is active, or would be if nothing stood in the way. Who was put to sleep waits for nothing. */
export function shouldBeActive(environment: Environment): boolean {
  const isMeantToBe = environment.pull_request !== null || isDefault(environment);
  return environment.status === 'active' || (isMeantToBe && environment.resources === null);
}
