import type { ConnectGitHost, Secrets } from '../ports.ts';
import { type EndpointVariables, endpointsIn } from './bitbucket-cloud/endpoints.ts';
import { bitbucketCloud } from './bitbucket-cloud/host.ts';

/** Opens an integration's Bitbucket. Connections are kept while the process lives, for their access tokens. */
export function connectGitHost(secrets: Secrets, variables: EndpointVariables): ConnectGitHost {
  const endpoints = endpointsIn(variables);
  const open = new Map<string, Awaited<ReturnType<ConnectGitHost>>>();
  return async (integration) => {
    const identity = `${integration.repository} ${integration.sealed_credentials}`;
    const known = open.get(identity);
    if (known) return known;
    const secret = await secrets.open('credentials', integration, integration.sealed_credentials);
    const host = bitbucketCloud(endpoints, integration, { key: integration.app_credentials.key, secret });
    open.set(identity, host);
    return host;
  };
}
