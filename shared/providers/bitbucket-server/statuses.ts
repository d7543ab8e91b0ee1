import type { BuildStatus, StatusState } from '../../domain/statuses/build-status.ts';
import { cut } from '../../domain/values/text.ts';
import { BoughError } from '../../errors.ts';
import { statusKey } from '../build-status.ts';
import { pathSegment } from '../path-segment.ts';
import { refusalIn } from '../refusal.ts';
import type { Api } from './api.ts';
import { repositoryPath } from './names.ts';
import { isWithoutRepository } from './refusal.ts';

const states: Record<StatusState, string> = {
  in_progress: 'INPROGRESS',
  successful: 'SUCCESSFUL',
  failed: 'FAILED',
  stopped: 'CANCELLED',
};

/** Old servers know nothing that was stopped. */
const oldStates = { ...states, stopped: 'FAILED' };

const longestText = 255;
/** Characters of a status's URL; a longer one is replaced by the link to the log. */
export const longestUrl = 450;
const longestRef = 1024;

/** A link that was cut would lead nowhere. */
export function takesStatusUrl(url: string): boolean {
  return url.length <= longestUrl;
}

/**
 * Shows a status beside the commit, in the integration's repository. That has the commits of forks, too, some time
 * after there is a pull request; until then the fork has them.
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
      // Under this name the builds of all environments can be required for merging.
      parent: `bough-${project}`,
      ...refOf(status, place),
    });
  try {
    await post(states[status.state]);
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal?.status === 400 && status.state === 'stopped') return post(oldStates.stopped);
    if (refusal?.status !== 404 || isWithoutRepository(refusal)) throw error;
    if (!refusal.exceptions.includes('NoSuchCommitException')) {
      await reportToOldServer(api, project, status);
      return;
    }
    if (status.fork === null) throw notYet(status.commit, error);
    await post(states[status.state], status.fork).catch((cause: unknown) => {
      throw notYet(status.commit, cause);
    });
  }
}

/** Before 7.4 there were statuses of commits only, whichever repository has them. */
async function reportToOldServer(api: Api, project: string, status: BuildStatus): Promise<void> {
  try {
    await api.send('POST', `/build-status/latest/commits/${pathSegment(status.commit)}`, {
      ...bodyOf(project, status),
      state: oldStates[status.state],
    });
  } catch (error) {
    throw refusalIn(error)?.status === 404 ? notYet(status.commit, error) : error;
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

/** A branch of a fork is none of the repository, though it may have one of that name. A name that is too long is left out. */
function refOf({ fork, branch }: BuildStatus, place: string): { ref?: string } {
  if (fork !== null && fork !== place) return {};
  const ref = branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
  return ref.length <= longestRef ? { ref } : {};
}

function notYet(commit: string, cause: unknown): BoughError {
  return new BoughError('git_host_behind', `Bitbucket does not know the commit ${commit} yet.`, {
    cause,
  });
}
