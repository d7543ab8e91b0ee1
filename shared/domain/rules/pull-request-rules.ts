import { deletionRequest, pushRequest } from '../activities/requests.ts';
import { type PullRequest, pullRequestEnvironment, type SourceEvent } from '../deliveries/source-event.ts';
import {
  deletionGivenUp,
  type Environment,
  expectsCommit,
  newEnvironment,
  type PullRequestLink,
  pauseOf,
  protection,
  willBeDeleted,
} from '../environments/environment.ts';
import { longestTitle } from '../environments/title.ts';
import type { IntegrationOptions } from '../integrations/integration.ts';
import { sameCommit } from '../values/commit.ts';
import { cut } from '../values/text.ts';
import { changeWith, type Decision, type DecisionState, ignore, type Moment } from './decision.ts';
import { activated, initialResources, isActivationDue, waitsFor } from './waiting.ts';

type Changed = Extract<SourceEvent, { pull_request: PullRequest }>;
type Ended = Extract<SourceEvent, { number: number }>;

/** An open pull request gets an active environment below its target's, at its source's head. */
export function decideOnPullRequest(event: Changed, state: DecisionState, moment: Moment): Decision {
  const { environment, integration } = state;
  const pullRequest = event.pull_request;
  if (!integration.build_pull_requests) return ignore('build-pull-requests is off');
  const obstacle = reasonNotToBuild(pullRequest, integration);
  if (obstacle) return ignore(obstacle);
  if (!environment) return createForPullRequest(pullRequest, state, moment);
  if (!environment.pull_request) return { ...ignore(nameIsTaken(pullRequest.number)), is_name_taken: true };

  const described = describe(environment, pullRequest, state, moment);
  if (isActivationDue(described, pullRequest.source.commit, integration)) {
    const active = activated(described, initialResources(integration));
    return changeWith(active, activationOf(pullRequest, described, integration), moment);
  }
  const isReleased = environment.status === 'active' && isApprovedNow(environment, described, pullRequest);
  const isDue = isReleased || hasMoved(environment, pullRequest) || willBeDeleted(environment);
  const pause = isDue ? pauseOf(environment, pullRequest.source.commit, moment) : null;
  if (isDue && !pause) {
    return changeWith(described, pushOf(pullRequest, integration.resync_pull_requests), moment);
  }
  if (described === environment)
    return ignore(pause ?? `nothing that matters changed in pull request #${pullRequest.number}`);
  return {
    verdict: 'change',
    because: `pull request #${pullRequest.number} was edited`,
    environment: described,
    finished: [],
  };
}

/** Deletes the environment of a merged, declined, deleted or superseded pull request. */
export function decideOnPullRequestEnd(event: Ended, state: DecisionState, moment: Moment): Decision {
  const { environment } = state;
  const id = pullRequestEnvironment(event.number);
  if (!environment) return ignore(`there is no environment ${id}`);
  if (!environment.pull_request) return ignore(`a branch has the environment ${id}`);
  if (willBeDeleted(environment)) return ignore(`${id} is being deleted already`);
  const reason =
    protection(environment) ?? deletionGivenUp(environment) ?? pauseOf(environment, null, moment);
  if (reason) return ignore(reason);
  return changeWith(environment, deletionRequest(environment, endOf(event)), moment);
}

/** The reason for which a pull request has no environment, with the remedy, as a clause. */
export function nameIsTaken(number: number): string {
  const id = pullRequestEnvironment(number);
  return `the branch ${id} has the environment ${id}: rename the branch, and pull request #${number} gets it`;
}

function reasonNotToBuild({ fork, source }: PullRequest, options: IntegrationOptions): string | null {
  if (!fork) return null;
  if (options.build_fork_pull_requests === 'never') return 'build-fork-pull-requests is never';
  return source.repository === null ? 'the fork is gone, so there is nothing to build' : null;
}

/** Deliveries contain how a pull request ended; the prune finds only that it is not open. */
function endOf({ type, number }: Ended): string {
  const end =
    type === 'pull_request.deleted' ? 'is not open any more' : `was ${type.slice('pull_request.'.length)}`;
  return `pull request #${number} ${end}`;
}

function hasMoved(environment: Environment, { source }: PullRequest): boolean {
  return source.commit !== null && !expectsCommit(environment, source.commit);
}

/** True when a change of the options has just approved the commit. */
function isApprovedNow(before: Environment, after: Environment, { source }: PullRequest): boolean {
  const approved = (environment: Environment) =>
    sameCommit(environment.pull_request?.fork?.approved_commit ?? null, source.commit);
  return !approved(before) && approved(after);
}

function createForPullRequest(pullRequest: PullRequest, state: DecisionState, moment: Moment): Decision {
  const { integration } = state;
  const id = pullRequestEnvironment(pullRequest.number);
  const inactive = newEnvironment(
    {
      id,
      project: integration.project,
      integration: integration.id,
      title: titleOf(pullRequest),
      parent: pullRequest.target.branch,
      pull_request: linkOf(pullRequest, null, integration),
    },
    moment,
  );
  const wait = waitsFor(inactive, pullRequest.source.commit, integration);
  if (wait) {
    const because = `pull request #${pullRequest.number} is open and waits for ${wait}`;
    return changeWith(inactive, { ...pushOf(pullRequest, false), because }, moment);
  }
  const environment = activated(inactive, initialResources(integration));
  return changeWith(environment, activationOf(pullRequest, inactive, integration), moment);
}

function activationOf(pullRequest: PullRequest, { activities }: Environment, options: IntegrationOptions) {
  const { number, source } = pullRequest;
  return {
    type: 'environment.activate' as const,
    text: `Activate ${pullRequestEnvironment(number)} for pull request #${number}: ${titleOf(pullRequest)}`,
    because: `pull request #${number} is open`,
    commit: source.commit,
    // A queued activity may become the first deployment, which copies the data.
    clone_data: options.pull_requests_clone_parent_data && activities.length === 0,
  };
}

/** The environment with the pull request's title, link and parent; the same object when nothing changes. */
function describe(
  environment: Environment,
  pullRequest: PullRequest,
  { integration, has_target = false }: DecisionState,
  moment: Moment,
): Environment {
  const before = environment.pull_request;
  const link = linkOf(pullRequest, before, integration);
  const isSame =
    environment.title === titleOf(pullRequest) &&
    before?.target_branch === link.target_branch &&
    before.source_branch === link.source_branch &&
    before.fork?.repository === link.fork?.repository &&
    before.fork?.approved_commit === link.fork?.approved_commit;
  if (isSame && !has_target) return environment;
  const isRetargeted = before?.target_branch !== link.target_branch;
  return {
    ...environment,
    title: titleOf(pullRequest),
    pull_request: link,
    parent: isRetargeted || has_target ? pullRequest.target.branch : environment.parent,
    parent_is_chosen: environment.parent_is_chosen && !isRetargeted,
    updated_at: moment.now,
  };
}

function pushOf(pullRequest: PullRequest, resync: boolean) {
  const { number, source } = pullRequest;
  const push = pushRequest(source.commit, `pull request #${number}`, source.branch);
  return { ...push, clone_data: resync };
}

function titleOf(pullRequest: PullRequest): string {
  return cut(pullRequest.title, longestTitle);
}

function linkOf(
  { number, source, target, fork }: PullRequest,
  before: PullRequestLink | null,
  options: IntegrationOptions,
): PullRequestLink {
  const link = { number, source_branch: source.branch, target_branch: target.branch };
  if (!fork) return { ...link, fork: null };
  const approved_commit = before?.fork?.approved_commit ?? null;
  const isApproved =
    options.build_fork_pull_requests !== 'always' || sameCommit(approved_commit, source.commit);
  return {
    ...link,
    fork: {
      repository: source.repository ?? before?.fork?.repository ?? '',
      // With the option `always`, each commit is approved as it arrives.
      approved_commit: isApproved ? approved_commit : (source.commit ?? approved_commit),
    },
  };
}
