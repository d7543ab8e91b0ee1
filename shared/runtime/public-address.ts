import { BlockList, isIP } from 'node:net';

/** Every range that is not for a server on the internet: https://www.iana.org/assignments/iana-ipv4-special-registry */
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
 * IPv6 assigns 2000::/3 only. Outside are loopback, IPv4-mapped, NAT64, unique-local, link-local and multicast addresses.
 * A list of its own: BlockList compares an IPv4 address with IPv6 rules too, as an IPv4-mapped one.
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

/** True for the address of a server on the internet. False for whatever is no IP address. */
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

/** Names that no public DNS has, or that search domains complete. */
const privateNames = /^[^.]*$|(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/;

/**
 * False for a host that is private by its name alone: nothing needs to be looked up.
 * @param hostname as `URL` has it, which has put IPv4 addresses of any notation into the usual one
 */
export function mayBePublicHost(hostname: string): boolean {
  const name = plainHost(hostname);
  return isIP(name) === 0 ? !privateNames.test(name) : isPublicAddress(name);
}

/** Without the brackets of an IPv6 address, and without the full stop at the end of an absolute name. */
export function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}
