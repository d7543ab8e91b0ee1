import { createHash } from 'node:crypto';
import type { Integration } from '../domain/integrations/integration.ts';
import type { Urgency } from '../domain/integrations/rate-budget.ts';
import type { ConnectGitHost, GitHost } from '../ports/git-host.ts';
import type { Secrets } from '../ports/secrets.ts';
import { boundedCache, keptSecrets } from '../runtime/bounded-cache.ts';
import { guardedNetwork } from '../runtime/http/network.ts';
import { accessTokens } from './bitbucket-cloud/access-tokens.ts';
import {
  pullRequestUrl as cloudPullRequestUrl,
  repositoryUrl as cloudRepositoryUrl,
  type EndpointVariables,
  endpointsIn,
} from './bitbucket-cloud/endpoints.ts';
import { bitbucketCloud } from './bitbucket-cloud/host.ts';
import { bitbucketServer } from './bitbucket-server/host.ts';
import {
  pullRequestUrl as serverPullRequestUrl,
  repositoryUrl as serverRepositoryUrl,
} from './bitbucket-server/names.ts';
import { withCircuitBreaker } from './traffic/circuit-breaker.ts';
import type { Traffic } from './traffic/traffic.ts';

/**
 * Connects to an integration's Bitbucket. The process caches each connection. All connections of an OAuth consumer share
 * one access token.
 * @param urgency of all calls over these connections
 */
export function connectGitHost(
  secrets: Secrets,
  variables: EndpointVariables,
  traffic: Traffic,
  urgency: Urgency = 'deployment',
): ConnectGitHost {
  const endpoints = endpointsIn(variables);
  const network = guardedNetwork(variables.BITBUCKET_PRIVATE_HOSTS);
  const openHost = (integration: Integration, secret: string): GitHost => {
    switch (integration.type) {
      case 'bitbucket': {
        const consumer = { key: integration.app_credentials.key, secret };
        // With the secret in its id, a wrong secret never gets the token of the right one.
        const tokens = traffic.tokensFor(accountOf(integration.type, consumer.key, secret), () =>
          accessTokens(endpoints.oauthUrl, consumer, network),
        );
        return bitbucketCloud(
          endpoints,
          integration,
          tokens,
          network,
          traffic.rateLimiterFor(
            accountOf(integration.type, integration.app_credentials.key),
            cloudCallsPerHour,
            urgency,
          ),
        );
      }
      case 'bitbucket_server':
        // Data Center limits each user by a token bucket and reports its state only by 429 responses.
        return bitbucketServer(
          integration,
          secret,
          network,
          traffic.rateLimiterFor(accountOf(integration.type, integration.url, secret), null, urgency),
        );
    }
  };
  // A connection contains its unsealed credentials.
  const open = boundedCache<GitHost>(keptSecrets);
  return async (integration) => {
    const identity = identityOf(integration);
    const known = open.get(identity);
    if (known) return known;
    const secret = await secrets.open('credentials', integration, integration.sealed_credentials);
    const circuit = traffic.circuitBreakerFor(hostNameOf(integration));
    const host = withCircuitBreaker(openHost(integration, secret), circuit);
    open.set(identity, host);
    return host;
  };
}

/** The repository's URL for git, without credentials: people clone and push with their own. */
export function repositoryUrlOf(integration: Integration, variables: EndpointVariables): string {
  switch (integration.type) {
    case 'bitbucket':
      return cloudRepositoryUrl(endpointsIn(variables), integration.repository);
    case 'bitbucket_server':
      return serverRepositoryUrl(integration, integration.repository);
  }
}

/** The URL of a pull request's web page. */
export function pullRequestUrlOf(
  integration: Integration,
  variables: EndpointVariables,
  number: number,
): string {
  switch (integration.type) {
    case 'bitbucket':
      return cloudPullRequestUrl(endpointsIn(variables), integration.repository, number);
    case 'bitbucket_server':
      return serverPullRequestUrl(integration, integration.repository, number);
  }
}

/**
 * The calls to repositories that Bitbucket Cloud allows each account in a sliding hour. Larger workspaces may have a
 * higher limit, which Bitbucket sends in its response headers.
 */
export const cloudCallsPerHour = 1000;

/** A hash that identifies the account whose calls Bitbucket counts: the OAuth consumer's on Cloud, the token's on a server. */
function accountOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 32);
}

/** One name for all of Cloud: its API and its git server have different hosts and fail together. */
function hostNameOf(integration: Integration): string {
  return integration.type === 'bitbucket' ? 'Bitbucket' : new URL(integration.url).host;
}

/** The cache key of a connection: every field that the connection depends on. */
function identityOf(integration: Integration): string {
  const place = integration.type === 'bitbucket' ? integration.app_credentials.key : integration.url;
  return [integration.type, place, integration.repository, integration.sealed_credentials].join(' ');
}
