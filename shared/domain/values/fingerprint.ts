/**
 * A fingerprint of lines, independent of their order. Not cryptographic: suitable against accidental differences, not
 * against attackers.
 */
export function fingerprint(lines: Iterable<string>): string {
  return textOf(sumOf(lines));
}

/** The fingerprint of the lines of another one, without some and with others. */
export function changedFingerprint(before: string, gone: Iterable<string>, come: Iterable<string>): string {
  const [removed, added] = [sumOf(gone), sumOf(come)];
  const sum = before.split('-').map((part) => Number.parseInt(part, 16));
  return textOf(removed.map((part, index) => ((sum[index] ?? 0) - part + (added[index] ?? 0)) >>> 0));
}

/** The number of lines, and two sums of their hashes. */
function sumOf(lines: Iterable<string>): number[] {
  let count = 0;
  let one = 0;
  let other = 0;
  for (const line of lines) {
    count += 1;
    one = (one + hash(line, 0x811c9dc5)) >>> 0;
    other = (other + hash(line, 0x9e3779b9)) >>> 0;
  }
  return [count, one, other];
}

function textOf(sum: readonly number[]): string {
  return sum.map((part) => part.toString(16)).join('-');
}

/** FNV-1a over UTF-16 code units, with a final mix. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
