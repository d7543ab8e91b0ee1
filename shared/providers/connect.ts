import type { ConnectGitHost, Secrets } from '../ports.ts';
import { bitbucketCloud, type Endpoints } from './bitbucket-cloud/host.ts';

/** Opens an integration's Bitbucket. Connections are kept while the process lives, for their access tokens. */
export function connectGitHost({
  secrets,
  endpoints,
}: {
  secrets: Secrets;
  endpoints: Endpoints;
}): ConnectGitHost {
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
