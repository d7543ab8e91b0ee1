import { changeWith, type Decision, ignore, type Moment, type State } from './decision.ts';
import { type Environment, expects, willBeDeleted } from './environment.ts';
import { type PullRequest, pullRequestEnvironment, type SourceEvent, short } from './source-event.ts';

type Changed = Extract<SourceEvent, { pull_request: PullRequest }>;
type Ended = Extract<SourceEvent, { number: number }>;

/** An open pull request has an active environment under its target's, at its source's head. */
export function decideOnPullRequest(event: Changed, state: State, moment: Moment): Decision {
  const { environment, integration } = state;
  const pullRequest = event.pull_request;
  if (!integration.build_pull_requests) return ignore('build-pull-requests is off');
  if (pullRequest.fork) return ignore('pull requests from forks are not built');
  if (!environment) return createForPullRequest(pullRequest, state, moment);
  if (!environment.pull_request) return ignore(`a branch has the environment ${environment.id}`);

  const described = describe(environment, pullRequest, moment);
  const hasMoved = pullRequest.source.commit !== null && !expects(environment, pullRequest.source.commit);
  if (hasMoved || willBeDeleted(environment)) {
    return changeWith(described, pushOf(pullRequest, integration.resync_pull_requests), moment);
  }
  if (described === environment)
    return ignore(`nothing that matters changed in pull request #${pullRequest.number}`);
  return {
    verdict: 'change',
    because: `pull request #${pullRequest.number} was edited`,
    environment: described,
    finished: [],
  };
}

/** Merged, declined, deleted and superseded pull requests are alike: the environment goes. */
export function decideOnPullRequestEnd(event: Ended, state: State, moment: Moment): Decision {
  const { environment } = state;
  const id = pullRequestEnvironment(event.number);
  if (!environment) return ignore(`there is no environment ${id}`);
  if (!environment.pull_request) return ignore(`a branch has the environment ${id}`);
  if (willBeDeleted(environment)) return ignore(`${id} is being deleted already`);
  return changeWith(
    environment,
    {
      type: 'environment.delete',
      text: `Delete ${id}`,
      because: `pull request #${event.number} was ${event.type.replace('pull_request.', '')}`,
    },
    moment,
  );
}

function createForPullRequest(pullRequest: PullRequest, state: State, moment: Moment): Decision {
  const { integration } = state;
  const id = pullRequestEnvironment(pullRequest.number);
  const environment: Environment = {
    id,
    project: integration.project,
    integration: integration.id,
    title: titleOf(pullRequest),
    type: 'development',
    status: 'active',
    parent: pullRequest.target.branch,
    head_commit: null,
    pull_request: linkOf(pullRequest),
    deployment: null,
    activities: [],
    created_at: moment.now,
    updated_at: moment.now,
    version: 0,
  };
  return changeWith(
    environment,
    {
      type: 'environment.activate',
      text: `Activate ${id} for pull request #${pullRequest.number}: ${pullRequest.title}`,
      because: `pull request #${pullRequest.number} is open`,
      commit: pullRequest.source.commit,
      clone_data: integration.pull_requests_clone_parent_data,
    },
    moment,
  );
}

/** The environment under the pull request's title and target; the same object when nothing is new. */
function describe(environment: Environment, pullRequest: PullRequest, moment: Moment): Environment {
  const link = linkOf(pullRequest);
  const isSame =
    environment.title === titleOf(pullRequest) &&
    environment.pull_request?.target_branch === link.target_branch &&
    environment.pull_request.source_branch === link.source_branch;
  if (isSame) return environment;
  const isRetargeted = environment.pull_request?.target_branch !== link.target_branch;
  return {
    ...environment,
    title: titleOf(pullRequest),
    pull_request: link,
    parent: isRetargeted ? pullRequest.target.branch : environment.parent,
    updated_at: moment.now,
  };
}

function pushOf(pullRequest: PullRequest, resync: boolean) {
  const commit = pullRequest.source.commit;
  const at = commit ? short(commit) : pullRequest.source.branch;
  return {
    type: 'environment.push' as const,
    text: `Push ${at} to pull request #${pullRequest.number}`,
    because: `${at} was pushed to pull request #${pullRequest.number}`,
    commit,
    clone_data: resync,
  };
}

function titleOf(pullRequest: PullRequest): string {
  return pullRequest.title.slice(0, 200);
}

function linkOf(pullRequest: PullRequest): NonNullable<Environment['pull_request']> {
  return {
    number: pullRequest.number,
    source_branch: pullRequest.source.branch,
    target_branch: pullRequest.target.branch,
  };
}
