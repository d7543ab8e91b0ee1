import { BoughError } from '../../errors.ts';
import { gitSource } from '../../git/source.ts';
import type { GitHost } from '../../ports/git-host.ts';
import type { Network } from '../../runtime/http/network.ts';
import { pathSegment } from '../rest/path-segment.ts';
import { readPullRequest } from '../rest/read-pull-request.ts';
import { type RateLimiter, unlimited } from '../traffic/rate-limiter.ts';
import { type Api, type EmptyResponse, serverApi } from './api.ts';
import { RefResponse, RepositoryResponse } from './api-schema.ts';
import { reportStatus, takesStatusUrl } from './build-statuses.ts';
import { isRepositoryMissing } from './error-format.ts';
import { branchName, branchUrl, fullName, repositoryPath, repositoryUrl } from './names.ts';
import { PullRequestResponse } from './payload-schema.ts';
import { missingPermissions } from './permissions.ts';
import { toPullRequest } from './pull-request.ts';
import { repositoryWebhooks } from './webhook-registration.ts';

/**
 * The `GitHost` of a repository, `PROJECT/name`, on the Bitbucket Server or Data Center with the base `url`. The token
 * stays in the closure.
 * @throws BoughError git_host_credentials for a token that is not a valid header value
 */
export function bitbucketServer(
  { url, repository, project }: { url: string; repository: string; project: string },
  token: string,
  network: Network,
  rateLimiter: RateLimiter = unlimited,
): GitHost {
  // Node's error about an invalid header would quote the token.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new BoughError('git_host_credentials', 'The access token has characters that no token can have.', {
      remedy: 'Copy the access token once more from where Bitbucket showed it.',
    });
  }
  const api = serverApi(url, token, network, rateLimiter);
  const path = repositoryPath(repository);
  const listPullRequests = async () => {
    const responses = await api.list(`${path}/pull-requests?state=OPEN`, PullRequestResponse);
    return { list: responses.map(toPullRequest), has_more: false };
  };

  return {
    async repository() {
      const response = await api.get(path, RepositoryResponse);
      return {
        uuid: String(response.id),
        full_name: fullName(response) ?? repository,
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

/** Null in an empty repository. Older servers have another endpoint. */
async function defaultBranch(api: Api, path: string): Promise<string | null> {
  const isAbsent = (response: EmptyResponse) =>
    response.status === 204 || (response.status === 404 && !isRepositoryMissing(response));
  const ref =
    (await api.find(`${path}/default-branch`, RefResponse, isAbsent)) ??
    (await api.find(`${path}/branches/default`, RefResponse, isAbsent));
  return ref ? branchName(ref.id) : null;
}

/** Null for a deleted pull request. */
async function findPullRequest(api: Api, path: string) {
  const response = await api.find(path, PullRequestResponse, isDeleted);
  return response && { state: response.state, pull_request: toPullRequest(response) };
}

/** Any other 404 may concern the repository, and proves nothing about the pull request. */
function isDeleted({ status, exceptions }: EmptyResponse): boolean {
  return status === 404 && exceptions.includes('NoSuchPullRequestException');
}
