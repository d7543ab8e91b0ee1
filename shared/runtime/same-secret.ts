import { timingSafeEqual } from 'node:crypto';

/** Whether a secret is the expected one. Takes as long for a good guess as for a bad one. */
export function isSameSecret(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
