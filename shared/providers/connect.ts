import { createHash } from 'node:crypto';
import type { Integration } from '../domain/integrations/integration.ts';
import type { Urgency } from '../domain/integrations/rate-budget.ts';
import type { ConnectGitHost, GitHost } from '../ports/git-host.ts';
import type { Secrets } from '../ports/secrets.ts';
import { guardedNetwork } from '../runtime/network.ts';
import {
  repositoryUrl as cloudRepositoryUrl,
  type EndpointVariables,
  endpointsIn,
} from './bitbucket-cloud/endpoints.ts';
import { bitbucketCloud } from './bitbucket-cloud/host.ts';
import { bitbucketServer } from './bitbucket-server/host.ts';
import { repositoryUrl as serverRepositoryUrl } from './bitbucket-server/names.ts';
import { behindCircuit } from './host-circuit.ts';
import type { Traffic } from './traffic.ts';

/**
 * Opens an integration's Bitbucket. Connections are kept while the process lives, for their access tokens.
 * @param urgency of all calls that are made over these connections
 */
export function connectGitHost(
  secrets: Secrets,
  variables: EndpointVariables,
  traffic: Traffic,
  urgency: Urgency = 'deployment',
): ConnectGitHost {
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
          traffic.openGate(
            accountOf(integration.type, integration.app_credentials.key),
            cloudCallsPerHour,
            urgency,
          ),
        );
      case 'bitbucket_server':
        // Data Center has a token bucket per user, which only its refusals tell of.
        return bitbucketServer(
          integration,
          secret,
          network,
          traffic.openGate(accountOf(integration.type, integration.url, secret), null, urgency),
        );
    }
  };
  const open = new Map<string, GitHost>();
  return async (integration) => {
    const identity = identityOf(integration);
    const known = open.get(identity);
    if (known) return known;
    const secret = await secrets.open('credentials', integration, integration.sealed_credentials);
    const circuit = traffic.circuitOf(hostNameOf(integration));
    const host = behindCircuit(openHost(integration, secret), circuit);
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

/**
 * Calls to repositories that Bitbucket Cloud allows an account in a sliding hour. Larger workspaces may have more, and
 * Bitbucket says so in its answers.
 */
export const cloudCallsPerHour = 1000;

/** Names the account that Bitbucket counts calls for: the consumer's on Cloud, the token's on a server. */
function accountOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
}

/** Cloud's API and its git server have names of their own, and fail together. */
function hostNameOf(integration: Integration): string {
  return integration.type === 'bitbucket' ? 'Bitbucket' : new URL(integration.url).host;
}

/** What a connection is made of: an integration in which none of it changed keeps its own. */
function identityOf(integration: Integration): string {
  const place = integration.type === 'bitbucket' ? integration.app_credentials.key : integration.url;
  return [integration.type, place, integration.repository, integration.sealed_credentials].join(' ');
}
