/** The most characters of the readable part of a machine name. */
export const longestSlug = 24;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * A name for host names and paths: a readable slug, then seven characters of a hash, which distinguish names with the
 * same slug (`app/api` and `app-api`, `Staging` and `staging`). The rule and its results are those of Upsun.
 * @param sha256 the SHA-256 of a string's UTF-8 bytes
 */
export function machineName(environment: string, sha256: (text: string) => Uint8Array): string {
  const suffix = encodeBase32(sha256(environment).subarray(0, 4));
  const slug = slugOf(environment);
  return slug ? `${slug}-${suffix}` : suffix;
}

function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (slug.length <= longestSlug) return slug;
  const cut = slug.slice(0, longestSlug + 1);
  const boundary = cut.lastIndexOf('-');
  return boundary > 0 ? cut.slice(0, boundary) : slug.slice(0, longestSlug);
}

function encodeBase32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += base32.charAt((value >>> (bits - 5)) & 31);
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + base32.charAt((value << (5 - bits)) & 31) : text;
}
