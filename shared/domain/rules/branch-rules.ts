import { deletionRequest, pushRequest } from '../activities/requests.ts';
import type { SourceEvent } from '../deliveries/source-event.ts';
import {
  deletionGivenUp,
  type Environment,
  expectsCommit,
  isDefault,
  newEnvironment,
  pauseOf,
  protection,
  willBeDeleted,
} from '../environments/environment.ts';
import { whyNotPruned } from '../integrations/integration.ts';
import { shortCommit } from '../values/commit.ts';
import { changeWith, type Decision, type DecisionState, ignore, type Moment } from './decision.ts';
import { hoursOf, needsMark, reasonToWait } from './grace-period.ts';
import { activated, initialResources, isActivationDue, shouldBeActive, waitsFor } from './waiting.ts';

type Pushed = Extract<SourceEvent, { type: 'branch.pushed' }>;
type Deleted = Extract<SourceEvent, { type: 'branch.deleted' }>;

/** A push creates the branch's environment or updates it. */
export function decideOnPush(event: Pushed, state: DecisionState, moment: Moment): Decision {
  const { integration } = state;
  if (!integration.fetch_branches) return ignore('fetch-branches is off');
  const environment = state.environment && { ...state.environment, gone_since: null };
  if (environment?.pull_request) return ignore(`a pull request has the environment ${environment.id}`);
  if (!environment) return createForBranch(event, state, moment);
  if (isActivationDue(environment, event.commit, integration)) {
    return changeWith(
      activated(environment, initialResources(integration)),
      pushRequest(event.commit, event.branch),
      moment,
    );
  }
  if (expectsCommit(environment, event.commit)) {
    const isBack = state.environment?.gone_since !== null;
    return isBack ? comeBack(environment, event, moment) : becomeRemote(environment, event, moment);
  }
  if (event.mirrored && !shouldBeActive(environment) && environment.activities.length === 0) {
    return {
      verdict: 'change',
      because: `${shortCommit(event.commit)} was fetched`,
      environment: { ...environment, has_remote: true, head_commit: event.commit, updated_at: moment.now },
      finished: [],
    };
  }
  const pause = pauseOf(environment, event.commit, moment);
  if (pause) return ignore(pause);
  return changeWith({ ...environment, has_remote: true }, pushRequest(event.commit, event.branch), moment);
}

/** Removes the mark of a deleted branch; the environment has the commit already. */
function comeBack(environment: Environment, { branch }: Pushed, moment: Moment): Decision {
  return {
    verdict: 'change',
    because: `the branch ${branch} is back`,
    environment: { ...environment, has_remote: true, updated_at: moment.now },
    finished: [],
  };
}

/** A push to the branch of `environment:branch` makes the repository its owner. */
function becomeRemote(environment: Environment, { branch, commit }: Pushed, moment: Moment): Decision {
  if (environment.has_remote) return ignore(`${environment.id} is at ${shortCommit(commit)} already`);
  return {
    verdict: 'change',
    because: `the repository has a branch ${branch} now`,
    environment: { ...environment, has_remote: true, updated_at: moment.now },
    finished: [],
  };
}

/** Deletes the environment of a deleted branch, active or not; the default branch's is kept. */
export function decideOnBranchDeletion(event: Deleted, state: DecisionState, moment: Moment): Decision {
  const { environment, integration } = state;
  const isOff = whyNotPruned(integration);
  if (isOff) return ignore(isOff);
  if (!environment) return ignore(`there is no environment ${event.branch}`);
  if (environment.pull_request) return ignore(`a pull request has the environment ${environment.id}`);
  if (isDefault(environment) || environment.id === state.default_branch)
    return ignore("the default branch's environment is never deleted");
  if (willBeDeleted(environment)) return ignore(`${environment.id} is being deleted already`);
  const reason =
    protection(environment) ?? deletionGivenUp(environment) ?? pauseOf(environment, null, moment);
  if (reason) return ignore(reason);
  const because = environment.has_remote
    ? `the branch ${event.branch} was deleted`
    : `the repository has no branch ${event.branch}`;
  if (needsMark(environment, integration)) return markGone(environment, state, because, moment);
  const wait = reasonToWait(environment, integration, moment.now);
  if (wait) return ignore(wait);
  return changeWith(environment, deletionRequest(environment, because), moment);
}

/** Starts the grace period, in which the branch may be restored. */
function markGone(
  environment: Environment,
  { integration }: DecisionState,
  because: string,
  { now }: Moment,
): Decision {
  return {
    verdict: 'change',
    because: `${because}: ${environment.id} goes in ${hoursOf(integration)}`,
    environment: { ...environment, gone_since: now, updated_at: now },
    finished: [],
  };
}

function createForBranch(event: Pushed, state: DecisionState, moment: Moment): Decision {
  const isMain = event.branch === state.default_branch;
  const inactive = newEnvironment(
    {
      id: event.branch,
      project: state.integration.project,
      integration: state.integration.id,
      title: event.branch,
      type: isMain ? 'production' : 'development',
      parent: isMain ? null : state.default_branch,
      head_commit: event.mirrored ? event.commit : null,
    },
    moment,
  );
  const { integration } = state;
  const startsActive = isMain && waitsFor(inactive, event.commit, integration) === null;
  const environment = startsActive ? activated(inactive, initialResources(integration)) : inactive;
  // The default branch's environment gets an activity even if it waits: its status must be reported.
  if (event.mirrored && !isMain) {
    return { verdict: 'change', because: `the branch ${event.branch} is new`, environment, finished: [] };
  }
  return changeWith(
    environment,
    { ...pushRequest(event.commit, event.branch), because: `the branch ${event.branch} is new` },
    moment,
  );
}
