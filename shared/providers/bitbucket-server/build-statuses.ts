import type { BuildStatus, StatusState } from '../../domain/statuses/build-status.ts';
import { cut } from '../../domain/values/text.ts';
import { BoughError } from '../../errors.ts';
import { errorResponseIn } from '../rest/error-response.ts';
import { pathSegment } from '../rest/path-segment.ts';
import { statusKey } from '../status-key.ts';
import type { Api } from './api.ts';
import { isRepositoryMissing } from './error-format.ts';
import { repositoryPath } from './names.ts';

const states: Record<StatusState, string> = {
  in_progress: 'INPROGRESS',
  successful: 'SUCCESSFUL',
  failed: 'FAILED',
  stopped: 'CANCELLED',
};

/** Older servers do not know the state CANCELLED. */
const oldStates = { ...states, stopped: 'FAILED' };

const longestText = 255;
/** Characters of a status's URL; a longer one is replaced by the link to the log. */
export const longestUrl = 450;
const longestRef = 1024;

/** True for a URL that fits into a build status: a truncated link would be broken. */
export function takesStatusUrl(url: string): boolean {
  return url.length <= longestUrl;
}

/**
 * Posts a build status to the commit in the integration's repository. A fork's commit appears there some time after
 * the pull request is created; until then the status is posted to the fork.
 * @throws BoughError git_host_behind when the server does not know the commit yet
 */
export async function reportStatus(
  api: Api,
  { repository, project }: { repository: string; project: string },
  status: BuildStatus,
): Promise<void> {
  const post = (state: string, place = repository) =>
    api.send('POST', `${repositoryPath(place)}/commits/${pathSegment(status.commit)}/builds`, {
      ...bodyOf(project, status),
      state,
      // A merge check can require all builds with this parent.
      parent: `bough-${project}`,
      ...refOf(status, place),
    });
  try {
    await post(states[status.state]);
  } catch (error) {
    const errorResponse = errorResponseIn(error);
    if (errorResponse?.status === 400 && status.state === 'stopped') return post(oldStates.stopped);
    if (errorResponse?.status !== 404 || isRepositoryMissing(errorResponse)) throw error;
    if (!errorResponse.exceptions.includes('NoSuchCommitException')) {
      await reportToOldServer(api, project, status);
      return;
    }
    if (status.fork === null) throw commitUnknown(status.commit, error);
    await post(states[status.state], status.fork).catch((cause: unknown) => {
      throw commitUnknown(status.commit, cause);
    });
  }
}

/** Servers before 7.4 attach statuses to commits, without a repository. */
async function reportToOldServer(api: Api, project: string, status: BuildStatus): Promise<void> {
  try {
    await api.send('POST', `/build-status/latest/commits/${pathSegment(status.commit)}`, {
      ...bodyOf(project, status),
      state: oldStates[status.state],
    });
  } catch (error) {
    throw errorResponseIn(error)?.status === 404 ? commitUnknown(status.commit, error) : error;
  }
}

function bodyOf(project: string, status: BuildStatus) {
  return {
    key: statusKey(project, status.environment),
    name: cut(`Bough: ${status.environment}`, longestText),
    url: status.url,
    description: cut(status.description, longestText),
  };
}

/** Omitted for a fork's branch, which may have the same name as a branch of the repository, and for a name that is too long. */
function refOf({ fork, branch }: BuildStatus, place: string): { ref?: string } {
  if (fork !== null && fork !== place) return {};
  const ref = branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
  return ref.length <= longestRef ? { ref } : {};
}

function commitUnknown(commit: string, cause: unknown): BoughError {
  return new BoughError('git_host_behind', `Bitbucket does not know the commit ${commit} yet.`, {
    cause,
  });
}
