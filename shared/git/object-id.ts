/** A SHA-1 object id in full, as the wire and bundles write it. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
