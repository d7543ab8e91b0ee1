import { BoughError } from '../../errors.ts';
import { gitSource } from '../../git/source.ts';
import type { GitHost } from '../../ports/git-host.ts';
import type { Network } from '../../runtime/network.ts';
import { type Gate, openGate } from '../gate.ts';
import { pathSegment } from '../path-segment.ts';
import { readPullRequest } from '../read-pull-request.ts';
import { RefAnswer, RepositoryAnswer } from './answers.ts';
import { type Api, type Empty, serverApi } from './api.ts';
import { repositoryWebhooks } from './hooks.ts';
import { branchName, branchUrl, fullName, repositoryPath, repositoryUrl } from './names.ts';
import { missingPermissions } from './permissions.ts';
import { toPullRequest } from './pull-request.ts';
import { isWithoutRepository } from './refusal.ts';
import { PullRequestAnswer } from './schema.ts';
import { reportStatus, takesStatusUrl } from './statuses.ts';

/**
 * Bitbucket Server or Data Center behind the port, at its base `url`; the repository is `PROJECT/name`.
 * The token stays in the closure; nothing here writes it anywhere.
 * @throws BoughError git_host_credentials for a token that no header can carry
 */
export function bitbucketServer(
  { url, repository, project }: { url: string; repository: string; project: string },
  token: string,
  network: Network,
  gate: Gate = openGate,
): GitHost {
  // The error about a header that cannot be sent would quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new BoughError('git_host_credentials', 'The access token has characters that no token has.', {
      remedy: 'Copy the access token once more from where Bitbucket showed it.',
    });
  }
  const api = serverApi(url, token, network, gate);
  const path = repositoryPath(repository);
  const listPullRequests = async () => {
    const answers = await api.list(`${path}/pull-requests?state=OPEN`, PullRequestAnswer);
    return { list: answers.map(toPullRequest), has_more: false };
  };

  return {
    async repository() {
      const answer = await api.get(path, RepositoryAnswer);
      return {
        uuid: String(answer.id),
        full_name: fullName(answer) ?? repository,
        default_branch: await defaultBranch(api, path),
      };
    },
    missingPermissions: () => missingPermissions(api, path),
    openPullRequests: listPullRequests,
    pullRequest: (number) =>
      readPullRequest(number, {
        read: () => findPullRequest(api, `${path}/pull-requests/${pathSegment(number)}`),
        listOpen: listPullRequests,
      }),
    takesStatusUrl,
    reportStatus: (status) => reportStatus(api, { repository, project }, status),
    branchUrl: (branch) => branchUrl(url, repository, branch),
    ...repositoryWebhooks(api, path, project),
    source: async (fork) =>
      gitSource({
        url: repositoryUrl({ url }, fork ?? repository),
        headers: { authorization: `Bearer ${token}` },
        network,
      }),
  };
}

/** Null in an empty repository. Old servers have it elsewhere. */
async function defaultBranch(api: Api, path: string): Promise<string | null> {
  const isNowhere = (answer: Empty) =>
    answer.status === 204 || (answer.status === 404 && !isWithoutRepository(answer));
  const ref =
    (await api.find(`${path}/default-branch`, RefAnswer, isNowhere)) ??
    (await api.find(`${path}/branches/default`, RefAnswer, isNowhere));
  return ref ? branchName(ref.id) : null;
}

/** Null for one that was deleted. */
async function findPullRequest(api: Api, path: string) {
  const answer = await api.find(path, PullRequestAnswer, isDeleted);
  return answer && { state: answer.state, pull_request: toPullRequest(answer) };
}

/** Any other 404 may be about the repository, and says nothing about the pull request. */
function isDeleted({ status, exceptions }: Empty): boolean {
  return status === 404 && exceptions.includes('NoSuchPullRequestException');
}
