import type { ActivityRequest } from '../activities/activity.ts';
import type { Integration, Resources } from '../integrations/integration.ts';
import { type Change, changeWith, type Moment } from '../rules/decision.ts';
import { activated, initialResources, waitsFor } from '../rules/waiting.ts';
import { isFullCommit, sameCommit, shortCommit } from '../values/commit.ts';
import { type Environment, isDefault } from './environment.ts';

/** A request of a user for an existing environment. */
export type Action =
  | {
      type: 'activate';
      resources?: Resources | undefined;
      /** The commit that the user reviewed, for an environment that waits for approval. */
      commit?: string | undefined;
    }
  /** `confirmed` allows the loss of a protected environment's data. */
  | { type: 'deactivate'; confirmed?: boolean | undefined }
  | { type: 'delete'; confirmed?: boolean | undefined }
  | { type: 'redeploy' }
  | { type: 'merge' }
  | { type: 'synchronize'; code: boolean; data: boolean; confirmed?: boolean };

/** The records that an action is decided from. */
export interface ActionContext {
  environment: Environment;
  /** Null after the integration was removed. */
  integration: Integration | null;
  /** The environment whose data would be copied: see `dataSource`. */
  data_source: Environment | null;
}

/** The reason for which an action is refused, and the alternative. */
export interface Refusal {
  verdict: 'refuse';
  because: string;
  remedy: string;
  /** The field of the request that causes the refusal, if there is one. */
  field?: string;
}

/**
 * Decides an action on an environment. Changes to code and branches are refused, because the repository manages them.
 * Refusals have Upsun's wording where Upsun has one.
 */
export function decideAction(action: Action, context: ActionContext, moment: Moment): Change | Refusal {
  const { environment } = context;
  if (action.type === 'merge') return refuseMerge(context);
  if (action.type === 'synchronize' && action.code) return refuseCode(context);
  if (environment.activities.length > 0) {
    return refuse(
      'An activity is currently pending or in progress on the environment.',
      'Wait until it has ended: bough activity:list shows it.',
    );
  }
  switch (action.type) {
    case 'activate':
      return activate(action, context, moment);
    case 'deactivate':
      return deactivate(action, context, moment);
    case 'redeploy':
      return redeploy(context, moment);
    case 'synchronize':
      return synchronize(action, context, moment);
    case 'delete':
      return remove(action, context, moment);
    default:
      return action satisfies never;
  }
}

type Activation = Extract<Action, { type: 'activate' }>;

function activate(
  action: Activation,
  { environment, integration }: ActionContext,
  moment: Moment,
): Change | Refusal {
  const { id, head_commit, status } = environment;
  if (!integration) return refuseWithoutIntegration(environment);
  if (!head_commit) return refuse(`The environment ${id} has no code yet.`, 'Push to its branch first.');
  const needsApproval = waitsFor(environment, head_commit, integration) === 'approval';
  if (status === 'active' && !needsApproval) {
    return refuse(`The environment ${id} is active already.`, `Deploy it again with environment:redeploy.`);
  }
  if (action.commit && !sameCommit(action.commit, head_commit)) {
    return refuse(
      `The environment ${id} is at ${shortCommit(head_commit)} now, not at ${shortCommit(action.commit)}.`,
      'Look at what has changed, then activate it again.',
      'commit',
    );
  }
  const fork = environment.pull_request?.fork;
  if (fork && integration.build_fork_pull_requests === 'never') {
    return refuse(
      `The environment ${id} is from a fork, and build-fork-pull-requests is never.`,
      'Allow them first: bough integration:update --build-fork-pull-requests approved',
    );
  }
  if (fork && !isFullCommit(head_commit)) return fetchAgain(environment, moment);
  const approved = approve(environment, head_commit);
  if (!action.resources && waitsFor(approved, head_commit, integration) === 'resources') {
    return refuse(
      "Required: the integration's resources-init is manual",
      'Choose default, minimum or parent.',
      'resources.init',
    );
  }
  const isFirst = environment.deployment === null;
  const strategy = action.resources ?? initialResources(integration);
  const active = activated(
    action.resources ? { ...approved, resources: action.resources } : approved,
    strategy,
  );
  return changeWith(
    active,
    {
      ...requestOf(environment, 'environment.activate', `Activate ${id} at ${shortCommit(head_commit)}`),
      // A reactivated environment starts with the parent's data, like a new one.
      clone_data: isFirst || integration.resync_pull_requests,
    },
    moment,
  );
}

/** Fetches a fork again that could not be read: a commit that was not fetched cannot be approved. */
function fetchAgain(environment: Environment, moment: Moment): Change {
  return changeWith(
    environment,
    requestOf(environment, 'environment.push', `Fetch ${environment.id} again`),
    moment,
  );
}

function approve(environment: Environment, commit: string): Environment {
  const link = environment.pull_request;
  if (!link?.fork) return environment;
  return { ...environment, pull_request: { ...link, fork: { ...link.fork, approved_commit: commit } } };
}

/** The actions that delete the environment's data. */
type Removal = Extract<Action, { type: 'deactivate' | 'delete' }>;

function deactivate(
  { confirmed }: Removal,
  { environment }: ActionContext,
  moment: Moment,
): Change | Refusal {
  if (isDefault(environment)) return refuseDefault('deactivated');
  if (environment.status !== 'active') return refuseInactive();
  if (environment.protected && !confirmed) return refuseProtected(environment);
  return changeWith(
    environment,
    requestOf(environment, 'environment.deactivate', `Deactivate ${environment.id}`),
    moment,
  );
}

function redeploy({ environment, integration }: ActionContext, moment: Moment): Change | Refusal {
  if (!integration) return refuseWithoutIntegration(environment);
  if (environment.status !== 'active') return refuseInactive();
  return changeWith(
    environment,
    requestOf(environment, 'environment.redeploy', `Redeploy ${environment.id}`),
    moment,
  );
}

function synchronize(
  { confirmed = false }: Extract<Action, { type: 'synchronize' }>,
  { environment, integration, data_source }: ActionContext,
  moment: Moment,
): Change | Refusal {
  if (!integration) return refuseWithoutIntegration(environment);
  if (environment.status !== 'active') return refuseInactive();
  if (environment.parent === null) {
    return refuse(
      'The environment does not have a parent.',
      'There is nothing that its data could be copied from.',
    );
  }
  if (!data_source) {
    return refuse(
      `The parent environment ${environment.parent} is not active.`,
      `Activate it: bough environment:activate ${environment.parent}`,
    );
  }
  // The copy replaces the data of the environment.
  if (environment.protected && !confirmed) return refuseProtected(environment);
  return changeWith(
    environment,
    {
      ...requestOf(
        environment,
        'environment.synchronize',
        `Synchronize the data of ${environment.id} from ${data_source.id}`,
      ),
      clone_data: true,
    },
    moment,
  );
}

/** Deletes permanently. Environments that the integration synchronizes are refused: a prune would create them again. */
function remove(
  { confirmed }: Removal,
  { environment, integration }: ActionContext,
  moment: Moment,
): Change | Refusal {
  // A project without an integration has no default branch to keep.
  if (isDefault(environment) && integration) return refuseDefault('deleted');
  const isStuck = environment.failed_deletions > 0;
  // The integration never deletes a protected environment, so the user may.
  const isLeftToIntegration = !isStuck && !environment.protected && environment.has_remote;
  if (integration && isLeftToIntegration && isManaged(environment, integration)) {
    return refuse(
      `The project's branches are managed externally through its ${integration.type} integration, so its environments cannot be deleted directly.`,
      environment.pull_request
        ? 'Decline or merge the pull request, or take its environment down with environment:deactivate.'
        : 'Delete the branch in the repository, or take its environment down with environment:deactivate.',
    );
  }
  if (environment.protected && !confirmed) return refuseProtected(environment);
  return changeWith(
    // The check right before the deletion would keep a protected environment.
    { ...environment, protected: false },
    requestOf(environment, 'environment.delete', `Delete ${environment.id}`),
    moment,
  );
}

function isManaged({ pull_request }: Environment, integration: Integration): boolean {
  return pull_request ? integration.build_pull_requests : integration.prune_branches;
}

function requestOf(
  { head_commit }: Environment,
  type: ActivityRequest['type'],
  text: string,
): Omit<ActivityRequest, 'id'> {
  return { type, text, because: 'a user asked for it', commit: head_commit, requested: true };
}

function refuseMerge({ environment, integration }: ActionContext): Refusal {
  const manager = integration ? `its ${integration.type} integration` : 'its repository';
  return refuse(
    `The environment ${environment.id} can't be merged. The project's code is managed externally through ${manager}.`,
    'Merge the pull request or the branch in the repository.',
  );
}

function refuseCode({ integration }: ActionContext): Refusal {
  const manager = integration ? `the project's ${integration.type} integration` : 'its repository';
  return refuse(
    `Code cannot be synchronized as it is managed by ${manager}.`,
    "Merge the parent's branch into this one in a checkout, and push it.",
  );
}

function refuseDefault(participle: string): Refusal {
  return refuse(
    `The default environment cannot be ${participle}.`,
    'Make another branch the default one first: bough project:info default_branch BRANCH',
  );
}

function refuseProtected({ id }: Environment): Refusal {
  return refuse(
    `The environment ${id} is protected.`,
    `Confirm it with the environment's id, or lift the protection: bough environment:info -e ${id} protected false`,
    'confirm',
  );
}

function refuseInactive(): Refusal {
  return refuse('The environment is not active.', 'Activate it with environment:activate.');
}

/** The refusal of an action that needs code when the integration is gone. */
export function refuseWithoutIntegration({ id }: Environment): Refusal {
  return refuse(
    `The environment ${id} has no integration any more.`,
    'Add one for its repository: bough integration:add',
  );
}

function refuse(because: string, remedy: string, field?: string): Refusal {
  return { verdict: 'refuse', because, remedy, ...(field === undefined ? {} : { field }) };
}
