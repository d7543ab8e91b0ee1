import { randomBytes } from 'node:crypto';

/** Base 32 in ASCII order: texts of equal length sort like the numbers that they encode. */
const alphabet = '234567abcdefghijklmnopqrstuvwxyz';

/** A random id of 13 lower-case characters, the format of Upsun's project and integration ids. */
export function newId(): string {
  return randomText(13);
}

/** An id that sorts by time: nine characters for the milliseconds, then four random ones. */
export function newActivityId(now: Date): string {
  return timeInId(now.getTime()) + randomText(4);
}

/** The prefix of the ids of activities that are created at a time, in milliseconds since the epoch. */
export function timeInId(time: number): string {
  return numberText(time, 9);
}

/** A signing secret of 256 random bits in base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % 32)).join('');
}

function numberText(number: number, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest = Math.floor(rest / 32))
    text = alphabet.charAt(rest % 32) + text;
  return text;
}
