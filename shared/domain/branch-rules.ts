import { changeWith, type Decision, ignore, type Moment, type State } from './decision.ts';
import { type Environment, expects, willBeDeleted } from './environment.ts';
import { type SourceEvent, short } from './source-event.ts';

type Pushed = Extract<SourceEvent, { type: 'branch.pushed' }>;
type Deleted = Extract<SourceEvent, { type: 'branch.deleted' }>;

/** A push creates the branch's environment or brings it up to date. */
export function decideOnPush(event: Pushed, state: State, moment: Moment): Decision {
  const { environment, integration } = state;
  if (!integration.fetch_branches) return ignore('fetch-branches is off');
  if (environment?.pull_request) return ignore(`a pull request has the environment ${environment.id}`);
  if (!environment) return createForBranch(event, state, moment);
  if (expects(environment, event.commit))
    return ignore(`${environment.id} is at ${short(event.commit)} already`);
  if (event.mirrored && environment.status === 'inactive' && environment.activities.length === 0) {
    return {
      verdict: 'change',
      because: `${short(event.commit)} was fetched`,
      environment: { ...environment, head_commit: event.commit, updated_at: moment.now },
      finished: [],
    };
  }
  return changeWith(environment, pushOf(event), moment);
}

/** A deleted branch takes its environment with it, active or not. */
export function decideOnBranchDeletion(event: Deleted, state: State, moment: Moment): Decision {
  const { environment, integration } = state;
  if (!integration.fetch_branches) return ignore('fetch-branches is off');
  if (!integration.prune_branches) return ignore('prune-branches is off');
  if (!environment) return ignore(`there is no environment ${event.branch}`);
  if (environment.pull_request) return ignore(`a pull request has the environment ${environment.id}`);
  if (isDefault(environment, state)) return ignore("the default branch's environment is never deleted");
  if (willBeDeleted(environment)) return ignore(`${environment.id} is being deleted already`);
  return changeWith(
    environment,
    {
      type: 'environment.delete',
      text: `Delete ${environment.id}`,
      because: `the branch ${event.branch} was deleted`,
    },
    moment,
  );
}

function createForBranch(event: Pushed, state: State, moment: Moment): Decision {
  const isMain = event.branch === state.default_branch;
  const environment: Environment = {
    id: event.branch,
    project: state.integration.project,
    integration: state.integration.id,
    title: event.branch,
    type: isMain ? 'production' : 'development',
    status: isMain ? 'active' : 'inactive',
    parent: isMain ? null : state.default_branch,
    head_commit: event.mirrored ? event.commit : null,
    pull_request: null,
    deployment: null,
    activities: [],
    created_at: moment.now,
    updated_at: moment.now,
    version: 0,
  };
  if (event.mirrored && environment.status === 'inactive') {
    return { verdict: 'change', because: `the branch ${event.branch} is new`, environment, finished: [] };
  }
  return changeWith(environment, { ...pushOf(event), because: `the branch ${event.branch} is new` }, moment);
}

function pushOf(event: Pushed) {
  return {
    type: 'environment.push' as const,
    text: `Push ${short(event.commit)} to ${event.branch}`,
    because: `${short(event.commit)} was pushed to ${event.branch}`,
    commit: event.commit,
  };
}

function isDefault(environment: Environment, state: State): boolean {
  return environment.type === 'production' || environment.id === state.default_branch;
}
