import type { GitHost } from '../../ports/git-host.ts';
import type { Network } from '../../runtime/network.ts';
import { type Gate, openGate } from '../gate.ts';
import { pathSegment } from '../path-segment.ts';
import { readPullRequest } from '../read-pull-request.ts';
import { refusalIn } from '../refusal.ts';
import { accessTokens, type Consumer } from './access-tokens.ts';
import { type Api, bitbucketApi } from './api.ts';
import { branchUrl, type Endpoints, repositoryPath, repositoryUrl } from './endpoints.ts';
import { repositoryWebhooks } from './hooks.ts';
import { permissionsMissingIn } from './permissions.ts';
import { toPullRequest } from './pull-request.ts';
import { PullRequestAnswer, RepositoryAnswer } from './schema.ts';
import { bitbucketSource } from './source.ts';
import { reportStatus, takesStatusUrl } from './statuses.ts';

/** Bitbucket Cloud behind the port. The secret stays in the closure; nothing here writes it anywhere. */
export function bitbucketCloud(
  endpoints: Endpoints,
  { repository, project }: { repository: string; project: string },
  consumer: Consumer,
  network: Network,
  gate: Gate = openGate,
): GitHost {
  const tokens = accessTokens(endpoints.oauthUrl, consumer, network);
  const api = bitbucketApi(endpoints.apiUrl, tokens, network, gate);
  const path = repositoryPath(repository);
  const listPullRequests = async (mostPages: number | null) => {
    const url = `${path}/pullrequests?state=OPEN&pagelen=50`;
    const { values, hasMore } = await api.firstPages(url, PullRequestAnswer, mostPages ?? Infinity);
    return { list: values.map(toPullRequest), has_more: hasMore };
  };

  return {
    async repository() {
      const answer = await api.get(`${path}?fields=uuid,full_name,mainbranch.name`, RepositoryAnswer);
      return {
        uuid: answer.uuid,
        full_name: answer.full_name,
        default_branch: answer.mainbranch?.name ?? null,
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

/** Null when Bitbucket does not find it, which may be about the repository, too: Bitbucket does not say. */
async function findPullRequest(api: Api, path: string) {
  try {
    const answer = await api.get(path, PullRequestAnswer);
    return { state: answer.state, pull_request: toPullRequest(answer) };
  } catch (error) {
    if (refusalIn(error)?.status === 404) return null;
    throw error;
  }
}
