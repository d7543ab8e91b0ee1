import { BlockList, isIP } from 'node:net';

/** All ranges without public servers: https://www.iana.org/assignments/iana-ipv4-special-registry */
const ipv4 = blockList('ipv4', [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // behind a carrier's NAT
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, with the metadata services of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
]);

/**
 * Only 2000::/3 is assigned to public addresses. The rest includes loopback, IPv4-mapped, NAT64, unique-local,
 * link-local and multicast addresses. Separate from the IPv4 list, because BlockList also compares IPv4 addresses with
 * IPv6 rules, as IPv4-mapped addresses.
 */
const ipv6 = blockList('ipv6', [
  ['::', 3],
  ['2001::', 23], // protocol assignments: Teredo, benchmarks, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address is embedded
  ['3fff::', 20], // documentation
  ['4000::', 2],
  ['8000::', 1],
]);

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

/** True for a public IP address. False for any other text. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !ipv4.check(address, 'ipv4');
    case 6:
      return !ipv6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Names that do not exist in public DNS, and names without a dot, which search domains complete. */
const privateNames = /^[^.]*$|(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/;

/**
 * False for a host whose name alone shows that it is private.
 * @param hostname from a `URL`, which normalises all notations of IPv4 addresses
 */
export function mayBePublicHost(hostname: string): boolean {
  const name = plainHost(hostname);
  return isIP(name) === 0 ? !privateNames.test(name) : isPublicAddress(name);
}

/** The host name in lower case, without the brackets of an IPv6 address and the trailing dot of an absolute name. */
export function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}
