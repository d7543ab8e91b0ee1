/** A network of IPv4 or IPv6 addresses: the first `bits` bits of an address, whose hexadecimal digits are `digits`. */
export interface Network {
  family: 4 | 6;
  digits: string;
  bits: number;
}

const bitsOf = { 4: 32, 6: 128 } as const;

/** The network with all addresses, in the notation of Upsun's command for `any`. IPv6 addresses belong to it, too. */
export const anyAddress = '0.0.0.0/0';

/** Parses an address or a CIDR block; null for any other text. */
export function parseNetwork(text: string): Network | null {
  const [, address = '', length] = /^([0-9a-fA-F.:]{2,39})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = address.includes(':') ? 6 : 4;
  const digits = family === 6 ? digitsOfIpv6(address) : digitsOfIpv4(address);
  const bits = length === undefined ? bitsOf[family] : Number(length);
  return digits === null || bits > bitsOf[family] ? null : { family, digits, bits };
}

/** The usual notation of an address or a CIDR block: a single address is a block of one; null for any other text. */
export function networkText(text: string): string | null {
  if (text === 'any') return anyAddress;
  const network = parseNetwork(text);
  return network && `${text.replace(/\/.*/, '').toLowerCase()}/${network.bits}`;
}

function digitsOfIpv4(address: string): string | null {
  const parts = address.split('.');
  const isValid =
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isValid ? parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('') : null;
}

function digitsOfIpv6(address: string): string | null {
  const [head = [], tail, ...more] = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - (tail?.length ?? 0);
  const isComplete = tail === undefined ? missing === 0 : missing > 0;
  if (more.length > 0 || !isComplete) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.map((group) => group.toLowerCase().padStart(4, '0')).join('');
}
