import type { IncomingMessage } from 'node:http';
import { ConsoleError } from './console-error.ts';

/** The only address that the server listens on. Other names, also `localhost`, can resolve to something else. */
export const loopback = '127.0.0.1';

/** The value of the `Host` header of requests to this port. Browsers omit the default port. */
export function hostOf(port: number): string {
  return port === 80 ? loopback : `${loopback}:${port}`;
}

/** The parts of a request that show which page sent it. Browsers set these headers, and pages cannot change them. */
export type PageHeaders = Pick<IncomingMessage, 'headers' | 'headersDistinct'>;

/**
 * Requires that a request comes from the console's own page. Sites of pull requests run on the same host with another
 * port, so `same-site` is foreign, and cookies, which ignore ports, prove nothing.
 * @param isDocument the page itself, which users may also open by its address
 * @throws ConsoleError misdirected, foreign_page
 */
export function requireOwnPage(
  { headers, headersDistinct }: PageHeaders,
  host: string,
  { isDocument }: { isDocument: boolean },
): void {
  // DNS rebinding: a foreign name that resolves to this machine makes this server the foreign page's own origin.
  const hosts = headersDistinct['host'] ?? [];
  if (hosts.length !== 1 || hosts[0] !== host) {
    throw new ConsoleError('misdirected', `The console answers at http://${host} only.`);
  }
  const site = headers['sec-fetch-site'];
  if (site !== 'same-origin' && !(isDocument && site === 'none')) {
    throw new ConsoleError('foreign_page', 'The request does not come from the console’s own page.');
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new ConsoleError('foreign_page', 'The request comes from a page of another origin.');
  }
}
