import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { BoughError } from '../errors.ts';
import { isPublicAddress, mayBePublicHost, plainHost } from './public-address.ts';

/** The way out for requests. */
export interface Network {
  /**
   * Opens connections for a request to this URL.
   * @param connection `fresh` for one that no earlier request has used
   * @throws BoughError address_refused; the request fails with the same error when the host's addresses are refused
   */
  agentFor(url: URL, connection?: 'kept' | 'fresh'): HttpAgent;
}

/** As Node's own agents keep connections. */
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

/** A network without a guard, for addresses that the user or the deployment itself gave. */
export const openNetwork: Network = createNetwork({}, () => {});

/**
 * A network that reaches public addresses and the private hosts that the deployment names. The host's name is checked
 * before anything is looked up; each address that DNS gives is checked when a socket connects to it, so that a name
 * cannot change its address between the check and the connection. A refusal does not say what the name resolves to.
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
