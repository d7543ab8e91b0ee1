import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { BoughError } from '../../errors.ts';
import { isPublicAddress, mayBePublicHost, plainHost } from './public-address.ts';

/** Decides which hosts and addresses requests may reach. */
export interface Network {
  /**
   * Returns the agent that opens connections for a request to this URL.
   * @param connection `fresh` for a connection that no earlier request has used
   * @throws BoughError address_refused; the request fails with the same error when the host's addresses are refused
   */
  agentFor(url: URL, connection?: 'kept' | 'fresh'): HttpAgent;
}

/** The options of Node's own global agents. */
const kept = { keepAlive: true, timeout: 5_000 };

function createNetwork(options: { lookup?: LookupFunction }, admit: (url: URL) => void): Network {
  const agents = {
    'http:': { kept: new HttpAgent({ ...options, ...kept }), fresh: new HttpAgent(options) },
    'https:': { kept: new HttpsAgent({ ...options, ...kept }), fresh: new HttpsAgent(options) },
  };
  return {
    agentFor(url, connection = 'kept') {
      admit(url);
      return agents[url.protocol === 'https:' ? 'https:' : 'http:'][connection];
    },
  };
}

/** A network without restrictions, for addresses from the user or the deployment itself. */
export const unrestrictedNetwork: Network = createNetwork({}, () => {});

/**
 * A network that reaches public addresses and the private hosts that the deployment lists. The host name is checked
 * before the DNS lookup. The resolved addresses are checked within the connection's own lookup, so DNS rebinding cannot
 * circumvent the check. The error does not contain the resolved addresses.
 * @param privateHosts the setting bitbucketPrivateHosts: `host` or `host:port`, separated by commas
 */
export function guardedNetwork(privateHosts: string, lookup: LookupFunction = systemLookup): Network {
  const named = new Set(privateHosts.split(',').map((host) => host.trim().toLowerCase()));
  const isNamed = ({ hostname, port, protocol }: URL) => {
    const host = hostname.toLowerCase().replace(/\.$/, '');
    return named.has(host) || named.has(`${host}:${port || (protocol === 'https:' ? 443 : 80)}`);
  };
  const checked: LookupFunction = (hostname, options, done) => {
    lookup(hostname, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : found?.map(({ address }) => address);
      if (error || addresses?.every(isPublicAddress)) done(error, found, family);
      else done(refusal(hostname), '');
    });
  };
  const open = createNetwork({ lookup }, () => {});
  const guarded = createNetwork({ lookup: checked }, ({ hostname }) => {
    if (!mayBePublicHost(hostname)) throw refusal(hostname);
  });
  return { agentFor: (url, connection) => (isNamed(url) ? open : guarded).agentFor(url, connection) };
}

function refusal(hostname: string): BoughError {
  const host = plainHost(hostname);
  return new BoughError('address_refused', `The host ${host} is not on the internet.`, {
    remedy: `If it is your Bitbucket, name it in the deployment's setting bitbucketPrivateHosts: npx cdk deploy -c bitbucketPrivateHosts=${host}`,
  });
}
