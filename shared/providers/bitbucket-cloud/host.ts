import { BoughError } from '../../errors.ts';
import type { GitHost } from '../../ports.ts';
import type { Network } from '../../runtime/network.ts';
import { pathSegment } from '../path-segment.ts';
import { accessTokens, type Consumer } from './access-tokens.ts';
import { bitbucketApi } from './api.ts';
import { type Endpoints, repositoryPath, repositoryUrl } from './endpoints.ts';
import { repositoryWebhooks } from './hooks.ts';
import { permissionsMissingIn } from './permissions.ts';
import { toPullRequest } from './pull-request.ts';
import { PullRequestAnswer, RepositoryAnswer } from './schema.ts';
import { bitbucketSource } from './source.ts';
import { reportStatus } from './statuses.ts';

/** Bitbucket Cloud behind the port. The secret stays in the closure; nothing here writes it anywhere. */
export function bitbucketCloud(
  endpoints: Endpoints,
  { repository, project }: { repository: string; project: string },
  consumer: Consumer,
  network: Network,
): GitHost {
  const tokens = accessTokens(endpoints.oauthUrl, consumer, network);
  const api = bitbucketApi(endpoints.apiUrl, tokens, network);
  const path = repositoryPath(repository);

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
    async openPullRequests(mostPages) {
      const url = `${path}/pullrequests?state=OPEN&pagelen=50`;
      const { values, hasMore } = await api.firstPages(url, PullRequestAnswer, mostPages ?? Infinity);
      return { list: values.map(toPullRequest), has_more: hasMore };
    },
    async openPullRequest(number) {
      try {
        const answer = await api.get(`${path}/pullrequests/${pathSegment(number)}`, PullRequestAnswer);
        return answer.state === 'OPEN' ? toPullRequest(answer) : null;
      } catch (error) {
        if (!(error instanceof BoughError) || error.code !== 'git_host_not_found') throw error;
        // Bitbucket does not say what it has not found. When it has the repository, it is the pull request.
        await api.get(`${path}?fields=uuid,full_name`, RepositoryAnswer);
        return null;
      }
    },
    reportStatus: (status) => reportStatus(api, { repository, project }, status),
    ...repositoryWebhooks(api, path, project),
    source: async (fork) => bitbucketSource(repositoryUrl(endpoints, fork ?? repository), tokens, network),
  };
}
