import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRefs } from '../../../shared/git/list-refs.ts';
import { callRest } from '../../../shared/providers/rest/client.ts';
import { unlimited } from '../../../shared/providers/traffic/rate-limiter.ts';
import { http } from '../../../shared/runtime/http/http-client.ts';
import { guardedNetwork, type Network, unrestrictedNetwork } from '../../../shared/runtime/http/network.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';

let server: HttpServer;
let port: string;
beforeAll(async () => {
  server = await startHttpServer(() => ({ status: 200, body: 'db-password=hunter2' }));
  port = new URL(server.url).port;
});
afterAll(() => server.stop());

/** A DNS server's answers, one after the other; the last is repeated. */
function dns(...answers: (string | string[])[]) {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, options, done) => {
    const addresses = [answers[Math.min(asked.length, answers.length - 1)] ?? []].flat();
    asked.push(hostname);
    const found: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    const [first = { address: '', family: 4 }] = found;
    if (options.all) done(null, found);
    else done(null, first.address, first.family);
  };
  return { lookup, asked };
}

/** The error of a call, and whether the server heard of it. */
async function attempt(call: () => Promise<unknown>) {
  const before = server.requests.length;
  const error = await call().then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, heard: server.requests.length > before };
}

/** Each way out to a Bitbucket. */
const ways: [string, (url: string, network: Network) => Promise<unknown>][] = [
  ['http', (url, network) => http(url, { network })],
  ['a write', (url, network) => http(url, { network, method: 'POST', body: '{}' })],
  ['REST', (url, network) => callRest({ method: 'GET', url, headers: {}, network, rateLimiter: unlimited })],
  ['git', (url, network) => listRefs({ url, headers: {}, network })],
];

describe.each(ways)('a call by %s', (_, call) => {
  it.each([
    ['a loopback address', '127.0.0.1'],
    ['another notation of the loopback address', '2130706433'],
    ['the loopback address within an IPv6 address', '[::ffff:127.0.0.1]'],
    ['localhost', 'localhost'],
    ['an internal name', 'git.internal'],
  ])('is refused before any DNS lookup: %s', async (_what, host) => {
    const { lookup, asked } = dns('127.0.0.1');
    const { error, heard } = await attempt(() =>
      call(`http://${host}:${port}/a`, guardedNetwork('', lookup)),
    );
    expect(error).toMatchObject({ code: 'address_refused', disposition: 'halt' });
    expect([heard, asked]).toEqual([false, []]);
  });

  it.each([
    ['is private', ['127.0.0.1']],
    ['is private, among others', ['8.8.8.8', '127.0.0.1']],
    ['is private, of IPv6', ['::1']],
  ])('is refused when an address of its host %s', async (_what, addresses) => {
    const { lookup } = dns(addresses);
    const { error, heard } = await attempt(() =>
      call(`http://git.example.com:${port}/a`, guardedNetwork('', lookup)),
    );
    expect(error).toMatchObject({ code: 'address_refused' });
    expect(heard).toBe(false);
  });

  it('reports the host and the setting, not the address', async () => {
    const { lookup } = dns('127.0.0.1');
    const { error } = await attempt(() => call('http://git.example.com/a', guardedNetwork('', lookup)));
    expect(error).toMatchObject({
      message: 'The host git.example.com is not on the internet.',
      remedy: expect.stringContaining('bitbucketPrivateHosts=git.example.com'),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain('127.0.0.1');
  });

  it('is refused with the same error whether or not a server listens', async () => {
    const { lookup } = dns('127.0.0.1');
    const network = guardedNetwork('', lookup);
    const refusals = await Promise.all(
      [port, '1'].map(
        async (each) => (await attempt(() => call(`http://git.example.com:${each}/a`, network))).error,
      ),
    );
    const [open, closed] = refusals.map((error) => JSON.stringify([String(error), Object(error).remedy]));
    expect(open).toBe(closed);
  });

  it('reaches a listed private host', async () => {
    const { lookup } = dns('127.0.0.1');
    const network = guardedNetwork(`other.example.com, GIT.example.com:${port}`, lookup);
    const { heard } = await attempt(() => call(`http://git.example.com:${port}/a`, network));
    expect(heard).toBe(true);
  });

  it.each([
    ['another port', () => `git.example.com:1`],
    ['a subdomain', () => `a.git.example.com`],
    ['a name with the same ending', () => `evilgit.example.com`],
  ])('is refused for %s of a listed host', async (_what, host) => {
    const { lookup } = dns('127.0.0.1');
    const network = guardedNetwork(`git.example.com:${port}`, lookup);
    const { error } = await attempt(() => call(`http://${host()}/a`, network));
    expect(error).toMatchObject({ code: 'address_refused' });
  });
});

describe('a name with changing addresses', () => {
  it('is checked again for each connection', async () => {
    // A first answer that passes could be followed by another, were the check not part of connecting.
    const { lookup, asked } = dns('127.0.0.1', '10.0.0.5', '169.254.169.254');
    const network = guardedNetwork('', lookup);
    for (let count = 0; count < 3; count += 1) {
      const { error } = await attempt(() => http(`http://rebinding.example.com:${port}/`, { network }));
      expect(error).toMatchObject({ code: 'address_refused' });
    }
    expect(asked).toHaveLength(3);
  });

  it('is connected to exactly the checked addresses', async () => {
    const named = guardedNetwork('git.example.com', dns('127.0.0.1').lookup);
    await http(`http://git.example.com:${port}/`, { network: named });
    // The connection that is kept belongs to a network that allows the host, and is of no use to another.
    const other = guardedNetwork('', dns('127.0.0.1').lookup);
    const { error } = await attempt(() => http(`http://git.example.com:${port}/`, { network: other }));
    expect(error).toMatchObject({ code: 'address_refused' });
  });
});

describe('a redirect to a private address', () => {
  it('is not followed, and the error does not describe its target', async () => {
    const front = await startHttpServer(() => ({
      status: 302,
      headers: { location: `http://127.0.0.1:${port}/secret` },
    }));
    const network = guardedNetwork(new URL(front.url).host);
    for (const call of [
      () =>
        callRest({
          method: 'GET',
          url: front.url,
          headers: { authorization: 'Bearer t' },
          network,
          rateLimiter: unlimited,
        }),
      () => listRefs({ url: front.url, headers: { authorization: 'Bearer t' }, network }),
    ]) {
      const { heard } = await attempt(call);
      expect(heard).toBe(false);
    }
    await front.stop();
  });
});

describe('the unrestricted network', () => {
  it('reaches a loopback address', async () => {
    await expect(http(server.url, { network: unrestrictedNetwork })).resolves.toMatchObject({ status: 200 });
    await expect(http(server.url)).resolves.toMatchObject({ status: 200 });
  });
});
