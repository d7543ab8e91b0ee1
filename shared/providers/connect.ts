import type { Integration } from '../domain/integration.ts';
import type { ConnectGitHost, GitHost, Secrets } from '../ports.ts';
import { guardedNetwork } from '../runtime/network.ts';
import {
  repositoryUrl as cloudRepositoryUrl,
  type EndpointVariables,
  endpointsIn,
} from './bitbucket-cloud/endpoints.ts';
import { bitbucketCloud } from './bitbucket-cloud/host.ts';
import { bitbucketServer } from './bitbucket-server/host.ts';
import { repositoryUrl as serverRepositoryUrl } from './bitbucket-server/names.ts';

/** Opens an integration's Bitbucket. Connections are kept while the process lives, for their access tokens. */
export function connectGitHost(secrets: Secrets, variables: EndpointVariables): ConnectGitHost {
  const endpoints = endpointsIn(variables);
  const network = guardedNetwork(variables.BITBUCKET_PRIVATE_HOSTS);
  /** One line per provider. */
  const openHost = (integration: Integration, secret: string): GitHost => {
    switch (integration.type) {
      case 'bitbucket':
        return bitbucketCloud(
          endpoints,
          integration,
          { key: integration.app_credentials.key, secret },
          network,
        );
      case 'bitbucket_server':
        return bitbucketServer(integration, secret, network);
    }
  };
  const open = new Map<string, GitHost>();
  return async (integration) => {
    const identity = identityOf(integration);
    const known = open.get(identity);
    if (known) return known;
    const secret = await secrets.open('credentials', integration, integration.sealed_credentials);
    const host = openHost(integration, secret);
    open.set(identity, host);
    return host;
  };
}

/** Where git finds the repository: without credentials, for people to clone and push with their own. */
export function repositoryUrlOf(integration: Integration, variables: EndpointVariables): string {
  switch (integration.type) {
    case 'bitbucket':
      return cloudRepositoryUrl(endpointsIn(variables), integration.repository);
    case 'bitbucket_server':
      return serverRepositoryUrl(integration, integration.repository);
  }
}

/** What a connection is made of: an integration in which none of it changed keeps its own. */
function identityOf(integration: Integration): string {
  const place = integration.type === 'bitbucket' ? integration.app_credentials.key : integration.url;
  return [integration.type, place, integration.repository, integration.sealed_credentials].join(' ');
}
