import type { GitHost } from '../../ports/git-host.ts';
import type { Network } from '../../runtime/http/network.ts';
import { errorResponseIn } from '../rest/error-response.ts';
import { pathSegment } from '../rest/path-segment.ts';
import { readPullRequest } from '../rest/read-pull-request.ts';
import { type RateLimiter, unlimited } from '../traffic/rate-limiter.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type Api, bitbucketApi } from './api.ts';
import { reportStatus, takesStatusUrl } from './build-statuses.ts';
import { branchUrl, type Endpoints, repositoryPath, repositoryUrl } from './endpoints.ts';
import { bitbucketSource } from './git-source.ts';
import { permissionsMissingIn } from './permissions.ts';
import { toPullRequest } from './pull-request.ts';
import { PullRequestResponse, RepositoryResponse } from './schema.ts';
import { repositoryWebhooks } from './webhook-registration.ts';

/** The `GitHost` of a Bitbucket Cloud repository. The tokens come from an OAuth consumer that can read the repository. */
export function bitbucketCloud(
  endpoints: Endpoints,
  { repository, project }: { repository: string; project: string },
  tokens: AccessTokens,
  network: Network,
  rateLimiter: RateLimiter = unlimited,
): GitHost {
  const api = bitbucketApi(endpoints.apiUrl, tokens, network, rateLimiter);
  const path = repositoryPath(repository);
  const listPullRequests = async (mostPages: number | null) => {
    const url = `${path}/pullrequests?state=OPEN&pagelen=50`;
    const { values, hasMore } = await api.firstPages(url, PullRequestResponse, mostPages ?? Infinity);
    return { list: values.map(toPullRequest), has_more: hasMore };
  };

  return {
    async repository() {
      const response = await api.get(`${path}?fields=uuid,full_name,mainbranch.name`, RepositoryResponse);
      return {
        uuid: response.uuid,
        full_name: response.full_name,
        default_branch: response.mainbranch?.name ?? null,
      };
    },
    async missingPermissions() {
      const scopes = await tokens.renewScopes();
      return scopes ? permissionsMissingIn(scopes) : [];
    },
    openPullRequests: listPullRequests,
    pullRequest: (number) =>
      readPullRequest(number, {
        read: () => findPullRequest(api, `${path}/pullrequests/${pathSegment(number)}`),
        listOpen: listPullRequests,
      }),
    takesStatusUrl,
    reportStatus: (status) => reportStatus(api, { repository, project }, status),
    branchUrl: (branch) => branchUrl(endpoints, repository, branch),
    ...repositoryWebhooks(api, path, project),
    source: async (fork) => bitbucketSource(repositoryUrl(endpoints, fork ?? repository), tokens, network),
  };
}

/** Null after a 404, which may also concern the repository: Bitbucket's response does not distinguish the two. */
async function findPullRequest(api: Api, path: string) {
  try {
    const response = await api.get(path, PullRequestResponse);
    return { state: response.state, pull_request: toPullRequest(response) };
  } catch (error) {
    if (errorResponseIn(error)?.status === 404) return null;
    throw error;
  }
}
