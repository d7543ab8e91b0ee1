import { fingerprint } from '../values/fingerprint.ts';
import type { AddressRule, HttpAccess } from './http-access.ts';
import { anyAddress, parseNetwork } from './network.ts';

/**
 * The rule of a site as the distribution's function reads it; null for a site that is open to everyone. `a` has the
 * addresses: a sign for the permission, the family, the digits of the network, and its bits. `u` has the hash of each
 * user's password.
 */
export function publishedRule(access: HttpAccess | null): string | null {
  if (!access?.is_enabled) return null;
  const a = access.addresses.flatMap(compact);
  const hasUsers = Object.keys(access.basic_auth).length > 0;
  if (a.length === 0 && !hasUsers) return null;
  return JSON.stringify({ ...(a.length > 0 && { a }), ...(hasUsers && { u: access.basic_auth }) });
}

/** The mark of an environment whose rule may be on its way to the distribution. */
export const publishing = 'publishing';

/** The mark of a published rule in the environment's record; null when no rule is published. */
export function markOf(rule: string | null): string | null {
  return rule === null ? null : fingerprint([rule]);
}

function compact({ permission, address }: AddressRule): string[] {
  const sign = permission === 'allow' ? '+' : '-';
  const network = parseNetwork(address);
  // An address that cannot be read covers everything where it denies, and nothing where it allows.
  if (!network) return sign === '-' ? ['-*'] : [];
  if (address === anyAddress) return [`${sign}*`];
  const { family, digits, bits } = network;
  const whole = digits.slice(0, Math.floor(bits / 4));
  const rest = bits % 4;
  const last =
    rest === 0 ? '' : (Number.parseInt(digits.charAt(whole.length), 16) & (0xf << (4 - rest))).toString(16);
  return [`${sign}${family}${whole}${last}/${bits}`];
}
