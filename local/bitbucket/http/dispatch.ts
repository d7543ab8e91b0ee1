import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bitbucket } from '../bitbucket.ts';
import type { Face } from './exchange.ts';
import { sendJson } from './messages.ts';

interface Faces {
  readonly cloud: Face;
  readonly server: Face;
}

/** Answers any request: Server's below its context path, the delivery history, and all others as Cloud. */
export async function serve(
  bitbucket: Bitbucket,
  faces: Faces,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', bitbucket.url);
  const exchange = { bitbucket, url, request, response };
  if (url.pathname === '/_playground/deliveries') {
    return sendJson(response, 200, { values: bitbucket.history.list() });
  }
  const context = new URL(bitbucket.serverUrl).pathname;
  const isServer = url.pathname === context || url.pathname.startsWith(`${context}/`);
  return isServer ? faces.server(exchange) : faces.cloud(exchange);
}
