/** True for a full SHA-1 object id in lower-case hexadecimal. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
