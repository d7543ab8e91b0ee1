import type { IncomingMessage, RequestListener } from 'node:http';

/**
 * Refusal of a web page's request. The local stack has no sign-in, so any web page that a developer opens could use it from
 * this machine. Headers that browsers set, and pages cannot change, identify such requests.
 */
export interface Refusal {
  readonly status: 403 | 421;
  readonly message: string;
}

const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Checks that a request comes from a program, or from the server's own page. Returns undefined for an acceptable request.
 * @param hosts additional names of the server: `host` or `host:port`
 * @param isPage whether the request is for a page, to which links of other pages may lead
 */
export function refusalOf(
  request: IncomingMessage,
  hosts: readonly string[] = [],
  isPage = false,
): Refusal | undefined {
  const { host = '', origin } = request.headers;
  // DNS rebinding: an attacker's host name can resolve to 127.0.0.1, which makes this server the page's own origin.
  if (!isOurs(host.toLowerCase(), request.socket.localPort, hosts)) {
    return {
      status: 421,
      message: 'Misdirected Request: the host is not this server. BOUGH_HOSTS adds one.',
    };
  }
  if (isPage && isFollowedLink(request)) return undefined;
  // `same-site` includes pages on other ports, which are unrelated code.
  const site = request.headers['sec-fetch-site'];
  const isOfOther = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
  if (isOfOther || isForeign)
    return { status: 403, message: 'Forbidden: a web page of another origin asks.' };
  return undefined;
}

/** Whether a browser opens a link as a page of its own. The page with the link can neither read nor frame that page. */
function isFollowedLink({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.origin === undefined &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
}

function isOurs(host: string, port: number | undefined, hosts: readonly string[]): boolean {
  const own = OWN_NAMES.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  const name = host.replace(/:\d+$/, '');
  return (
    own.includes(host) || hosts.some((each) => each.toLowerCase() === host || each.toLowerCase() === name)
  );
}

/** Wraps a server's listener so that it refuses requests of web pages, except links to the server's pages. */
export function guarded(
  listener: RequestListener,
  hosts: readonly string[] = [],
  isPage: (request: IncomingMessage) => boolean = () => false,
): RequestListener {
  return (request, response) => {
    const refusal = refusalOf(request, hosts, isPage(request));
    if (refusal === undefined) return listener(request, response);
    // Read the rest of the request: an HTTP client that still sends would see a reset instead of the response.
    request.resume();
    response.writeHead(refusal.status, { 'content-type': 'text/plain' }).end(`${refusal.message}\n`);
  };
}
