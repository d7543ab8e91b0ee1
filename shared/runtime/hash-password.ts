import { createHmac, randomBytes } from 'node:crypto';

/** Characters of a hash: 132 bits. The rule of a site is short. */
const length = 22;

/**
 * Hashes a user's password with a new salt, in the form that the distribution's function verifies at each request. The
 * function has a millisecond, so the hash is a fast one.
 */
export function hashPassword(user: string, password: string): string {
  const salt = randomBytes(9).toString('base64url');
  const hash = createHmac('sha256', salt).update(`${user}:${password}`).digest('base64url');
  return `${salt}.${hash.slice(0, length)}`;
}
