import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the server has received. */
export interface HttpRequest {
  method: string;
  /** The path, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A response, or a fault of the connection. */
export type HttpResponse =
  | { status: number; headers?: Record<string, string>; body?: string | object }
  /** Closes the connection without a response. */
  | 'hang-up'
  /** Accepts the request and never responds. */
  | 'silence';

/** A running server with the requests that it has received. */
export interface HttpServer {
  /** The base URL, without a trailing slash. */
  url: string;
  requests: HttpRequest[];
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. Objects are sent as JSON, strings as text. */
export async function startHttpServer(
  answer: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
): Promise<HttpServer> {
  const requests: HttpRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const [path = '', query = ''] = (incoming.url ?? '').split('?');
    const request = {
      method: incoming.method ?? '',
      path,
      query: new URLSearchParams(query),
      headers: incoming.headers,
      body: Buffer.concat(await incoming.toArray()).toString(),
    };
    requests.push(request);
    const given = await answer(request);
    if (given === 'silence') return;
    if (given === 'hang-up') return void incoming.socket.destroy();
    const { status, headers = {}, body = '' } = given;
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
