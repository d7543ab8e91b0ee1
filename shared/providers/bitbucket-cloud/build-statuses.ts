import type { BuildStatus, StatusState } from '../../domain/statuses/build-status.ts';
import { cut } from '../../domain/values/text.ts';
import { BoughError } from '../../errors.ts';
import { errorResponseIn } from '../rest/error-response.ts';
import { pathSegment } from '../rest/path-segment.ts';
import { statusKey } from '../status-key.ts';
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

/** True for a URL that a build status may contain: Bitbucket rejects hosts without a dot and substitutes text in braces. */
export function takesStatusUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname.includes('.') && !/[{}]/.test(url);
}

/**
 * Posts a build status to the commit, or to a comment on the pull request when the commit belongs to a fork that the
 * credentials cannot write to.
 * @throws BoughError git_host_behind when Bitbucket's API does not know the commit yet
 */
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
    // Each comment sends e-mail to all participants, so a build that has only started gets none.
    if (status.state === 'in_progress') return;
    const pullRequest = `${repositoryPath(repository)}/pullrequests/${pathSegment(status.pull_request)}`;
    await keepComment(api, pullRequest, statusKey(project, status.environment), status);
  }
}

/** Translates a 404: the API has a commit slightly later than git. */
function mayNotKnowYet(commit: string, cause: unknown): unknown {
  if (errorResponseIn(cause)?.status !== 404) return cause;
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
