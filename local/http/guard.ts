import type { IncomingMessage, RequestListener } from 'node:http';

/**
 * Nobody signs in to the local stack, so each web page that a developer opens could use it: a page's requests come from
 * this machine, too. Such requests are refused, by what browsers say of them and pages cannot change.
 */
export interface Refusal {
  readonly status: 403 | 421;
  readonly message: string;
}

const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request may not come from a program of this machine; undefined when it may.
 * @param hosts other names that the server is reached by: `host`, or `host:port`
 */
export function refusalOf(request: IncomingMessage, hosts: readonly string[] = []): Refusal | undefined {
  const { host = '', origin } = request.headers;
  // A name of an attacker's can lead to 127.0.0.1, and a page that comes from there can read what this server answers.
  if (!isOurs(host.toLowerCase(), request.socket.localPort, hosts)) {
    return {
      status: 421,
      message: 'Misdirected Request: the host is not this server. BOUGH_HOSTS adds one.',
    };
  }
  // A site on another port is `same-site`: it is another's code all the same.
  const site = request.headers['sec-fetch-site'];
  const isPage = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
  if (isPage || isForeign) return { status: 403, message: 'Forbidden: a web page of another origin asks.' };
  return undefined;
}

function isOurs(host: string, port: number | undefined, hosts: readonly string[]): boolean {
  const own = OWN_NAMES.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  const name = host.replace(/:\d+$/, '');
  return (
    own.includes(host) || hosts.some((each) => each.toLowerCase() === host || each.toLowerCase() === name)
  );
}

/** A server's listener for programs only. */
export function guarded(listener: RequestListener, hosts: readonly string[] = []): RequestListener {
  return (request, response) => {
    const refusal = refusalOf(request, hosts);
    if (refusal === undefined) return listener(request, response);
    // A client that still sends would take a closed connection for the answer.
    request.resume();
    response.writeHead(refusal.status, { 'content-type': 'text/plain' }).end(`${refusal.message}\n`);
  };
}
