import type { BuildStatus, StatusState } from '../../domain/statuses/build-status.ts';
import { cut } from '../../domain/values/text.ts';
import { BoughError } from '../../errors.ts';
import { statusKey } from '../build-status.ts';
import { pathSegment } from '../path-segment.ts';
import { refusalIn } from '../refusal.ts';
import { type Api, isOutOfReach } from './api.ts';
import { keepComment } from './comments.ts';
import { repositoryPath } from './endpoints.ts';

const states: Record<StatusState, string> = {
  in_progress: 'INPROGRESS',
  successful: 'SUCCESSFUL',
  failed: 'FAILED',
  stopped: 'STOPPED',
};

const longestText = 255;

/** Bitbucket refuses hosts without a dot, and puts values of its own in place of what is in braces. */
export function takesStatusUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname.includes('.') && !/[{}]/.test(url);
}

/** Shows a status beside the commit; where that is a fork's and none of ours, in a comment on the pull request. */
export async function reportStatus(
  api: Api,
  { repository, project }: { repository: string; project: string },
  status: BuildStatus,
): Promise<void> {
  const owner = status.fork ?? repository;
  const path = `${repositoryPath(owner)}/commit/${pathSegment(status.commit)}/statuses/build`;
  try {
    await api.send('POST', path, statusBody(project, status));
  } catch (error) {
    if (status.fork === null) throw mayNotKnowYet(status.commit, error);
    if (status.pull_request === null || !isOutOfReach(error)) throw error;
    // A comment is mail to everyone on the pull request: what has only begun is no news.
    if (status.state === 'in_progress') return;
    const pullRequest = `${repositoryPath(repository)}/pullrequests/${pathSegment(status.pull_request)}`;
    await keepComment(api, pullRequest, statusKey(project, status.environment), status);
  }
}

/** The API sees a commit a little later than git does. */
function mayNotKnowYet(commit: string, cause: unknown): unknown {
  if (refusalIn(cause)?.status !== 404) return cause;
  return new BoughError('git_host_behind', `Bitbucket does not know the commit ${commit} yet.`, {
    cause,
  });
}

function statusBody(project: string, status: BuildStatus) {
  return {
    key: statusKey(project, status.environment),
    state: states[status.state],
    name: cut(`Bough: ${status.environment}`, longestText),
    url: status.url,
    description: cut(status.description, longestText),
    refname: status.branch,
  };
}
