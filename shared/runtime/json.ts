/** Parses JSON; undefined for any other text, which the caller's schema rejects. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
