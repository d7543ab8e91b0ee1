import { randomBytes } from 'node:crypto';

/** Base 32 in ASCII order: texts of equal length sort as the numbers that they write. */
const alphabet = '234567abcdefghijklmnopqrstuvwxyz';

/** A random id of 13 lower-case characters, as Upsun's projects and integrations have. */
export function newId(): string {
  return randomText(13);
}

/** An id that sorts by time: nine characters of milliseconds, then four that keep apart what happens in one of them. */
export function newActivityId(now: Date): string {
  return timeInId(now.getTime()) + randomText(4);
}

/** What the ids of a moment's activities begin with; in milliseconds since the epoch. */
export function timeInId(time: number): string {
  return numberText(time, 9);
}

/** 256 random bits, to sign with. */
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
