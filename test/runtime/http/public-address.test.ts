import { describe, expect, it } from 'vitest';
import { isPublicAddress, mayBePublicHost } from '../../../shared/runtime/http/public-address.ts';

describe('an IP address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2401:1d80:3000::1',
    '2606:4700:4700::1111',
    '2001:200::1',
    '2003::1',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['private', '10.0.0.5'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ["a carrier's", '100.64.0.1'],
    ["a carrier's", '100.127.255.255'],
    ['link-local', '169.254.1.1'],
    ["the metadata service's", '169.254.169.254'],
    ["the metadata service's", 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with its zone', 'fe80::1%eth0'],
    ['unique-local', 'fc00::1'],
    ['unique-local', 'fdff::1'],
    ['an embedded IPv4 address (mapped)', '::ffff:127.0.0.1'],
    ['an embedded IPv4 address (mapped)', '::ffff:8.8.8.8'],
    ['an embedded IPv4 address (compatible)', '::127.0.0.1'],
    ['an embedded IPv4 address (NAT64)', '64:ff9b::7f00:1'],
    ['an embedded IPv4 address (local NAT64)', '64:ff9b:1::7f00:1'],
    ['an embedded IPv4 address (6to4)', '2002:7f00:1::'],
    ['an embedded IPv4 address (Teredo)', '2001:0:7f00:1::'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff:fff::1'],
    ['benchmarks', '198.18.0.1'],
    ['benchmarks', '198.19.255.255'],
    ['benchmarks', '2001:2::1'],
    ['not assigned', '5f00::1'],
    ['no address', 'example.org'],
    ['no address', ''],
  ])('of %s is not public: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the host of a URL', () => {
  const hostOf = (host: string) => new URL(`http://${host}/`).hostname;

  it.each(['bitbucket.org', 'git.example.com.', 'internal.example.com', 'local.example', '8.8.8.8'])(
    'can be public: %s',
    (host) => {
      expect(mayBePublicHost(hostOf(host))).toBe(true);
    },
  );

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'localhost.localdomain',
    'bitbucket',
    'bitbucket.',
    'metadata.google.internal',
    'ip-10-0-0-5.eu-west-1.compute.internal',
    'bitbucket.local',
    'bitbucket.lan',
    'bitbucket.intranet',
    'bitbucket.home.arpa',
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '017700000001',
    '0177.0.0.1',
    '①②⑦.0.0.1',
    '127。0。0。1',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[fd00:ec2::254]',
    '169.254.169.254',
    '0xa9fea9fe',
  ])('is not public by name: %s', (host) => {
    expect(mayBePublicHost(hostOf(host))).toBe(false);
  });
});
