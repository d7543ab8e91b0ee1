import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bitbucket } from '../bitbucket.ts';
import type { ExchangeHandler } from './exchange.ts';
import { sendJson } from './messages.ts';

interface ProductHandlers {
  readonly cloud: ExchangeHandler;
  readonly server: ExchangeHandler;
}

/** Routes a request by its path: Server's context path, the delivery history, otherwise Cloud. */
export async function dispatch(
  bitbucket: Bitbucket,
  handlers: ProductHandlers,
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
  return isServer ? handlers.server(exchange) : handlers.cloud(exchange);
}
