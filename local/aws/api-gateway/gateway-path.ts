/**
 * A request's path in API Gateway's HTTP APIs. The path is decoded before routing, cut at a decoded `?`, and decoded again
 * for the function. So `%2F` separates segments, and `%25` is refused unless it starts an escape. Captured from AWS: https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json
 */
export interface GatewayPath {
  /** Path that routes match. */
  readonly routed: string;
  /** Path in the function's event. */
  readonly delivered: string;
}

/**
 * Decodes a path.
 * @returns undefined for a path that API Gateway refuses
 */
export function readGatewayPath(path: string): GatewayPath | undefined {
  const routed = decodeOnce(path)?.replace(/\?.*$/s, '');
  const delivered = routed === undefined ? undefined : decodeOnce(routed);
  return routed === undefined || delivered === undefined ? undefined : { routed, delivered };
}

/**
 * Decodes percent escapes once.
 * @returns undefined for malformed escapes
 */
export function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
