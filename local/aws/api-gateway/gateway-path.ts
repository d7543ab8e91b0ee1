/**
 * A request's path as API Gateway's HTTP APIs see it: decoded before routing, cut at a decoded `?`, and decoded again
 * before the function gets it. So a `%2F` separates segments, and a `%25` that is no escape is refused. Captured from
 * AWS: https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json
 */
export interface GatewayPath {
  /** What routes are matched with. */
  readonly routed: string;
  /** What the function gets. */
  readonly delivered: string;
}

/** @returns undefined for a path that API Gateway refuses */
export function readGatewayPath(path: string): GatewayPath | undefined {
  const routed = decodeOnce(path)?.replace(/\?.*$/s, '');
  const delivered = routed === undefined ? undefined : decodeOnce(routed);
  return routed === undefined || delivered === undefined ? undefined : { routed, delivered };
}

/** @returns undefined when it is malformed */
export function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
