import { isRefName } from '../deliveries/branch-name.ts';
import type { Integration, Resources } from '../integrations/integration.ts';
import { type Change, changeWith, type Moment } from '../rules/decision.ts';
import { initialResources } from '../rules/waiting.ts';
import { isFullCommit, shortCommit } from '../values/commit.ts';
import type { Refusal } from './actions.ts';
import { type Environment, type EnvironmentType, newEnvironment } from './environment.ts';

/** The input of `environment:branch`. */
export interface BranchRequest {
  name: string;
  title: string;
  /** Start with a copy of the parent's data. */
  clone_parent: boolean;
  type?: Exclude<EnvironmentType, 'production'> | undefined;
  resources?: Resources | undefined;
}

/** Creates an active environment with its parent's code. The next prune deletes it, unless its branch was pushed. */
export function decideBranch(
  request: BranchRequest,
  { parent, existing, integration }: BranchContext,
  moment: Moment,
): Change | Refusal {
  const { name } = request;
  const commit = parent.head_commit;
  if (!isBranchName(name)) return refuse('name', 'Must be the name of a git branch, and not pr-<number>');
  if (existing) return refuse('name', `The environment ${name} exists already`);
  if (!commit || !isFullCommit(commit))
    return refuse('parent', `The environment ${parent.id} has no code yet`);
  if (parent.pull_request?.fork) {
    return refuse(
      'parent',
      `The environment ${parent.id} has code from a fork, which is approved there only`,
    );
  }
  if (!request.resources && integration.environment_init_resources === 'manual') {
    return refuse('resources.init', "Required: the integration's resources-init is manual");
  }
  const environment = newEnvironment(
    {
      id: name,
      project: parent.project,
      integration: integration.id,
      title: request.title || name,
      type: request.type ?? 'development',
      status: 'active',
      parent: parent.id,
      head_commit: commit,
      has_remote: false,
      resources: request.resources ?? initialResources(integration),
    },
    moment,
  );
  return changeWith(
    environment,
    {
      type: 'environment.branch',
      text: `Branch ${name} from ${parent.id} at ${shortCommit(commit)}`,
      because: 'a user asked for it',
      commit,
      clone_data: request.clone_parent,
      requested: true,
    },
    moment,
  );
}

interface BranchContext {
  parent: Environment;
  /** The environment that has the name already; null when the name is free. */
  existing: Environment | null;
  integration: Integration;
}

/** git stores a reference in a file, and file names have at most this many bytes. */
export const longestName = 250;

/** True for names that `git check-ref-format --branch` accepts, except the ids of pull request environments. */
function isBranchName(name: string): boolean {
  if (/^pr-\d+$/.test(name) || name.length > longestName) return false;
  if (name.startsWith('-') || ['@', 'HEAD'].includes(name)) return false;
  return isRefName(name);
}

function refuse(field: string, because: string): Refusal {
  return { verdict: 'refuse', because, remedy: 'Correct the named fields.', field };
}
