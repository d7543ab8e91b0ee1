import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bitbucket } from '../bitbucket.ts';
import { ChangeRejectedError } from '../changes/errors.ts';
import type { Resource } from '../resources.ts';
import { HttpError } from './errors.ts';
import { sendJson } from './messages.ts';

/** One HTTP request with its response. */
export interface Exchange {
  readonly bitbucket: Bitbucket;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Responds to one HTTP request. */
export type ExchangeHandler = (exchange: Exchange) => Promise<void>;

/** The error format of one product. */
export interface ErrorFormat {
  /** The product's status and message for a rejected change. */
  readonly fromRejection: (error: ChangeRejectedError) => HttpError;
  /** The product's response body for an error. */
  readonly body: (error: HttpError) => Resource;
}

function sendError(exchange: Exchange, error: unknown, format: ErrorFormat): void {
  const { bitbucket, url, request, response } = exchange;
  let known = error instanceof HttpError ? error : undefined;
  if (error instanceof ChangeRejectedError) known = format.fromRejection(error);
  if (known === undefined) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    bitbucket.log(`${request.method} ${url.pathname}: ${message}`);
    known = new HttpError(500, 'Internal server error');
  }
  if (response.headersSent) response.destroy();
  else sendJson(response, known.status, format.body(known), known.headers);
}

/** Turns every error of `handle` into a response; an unexpected error is logged and becomes a 500. */
export function withErrorResponses(format: ErrorFormat, handle: ExchangeHandler): ExchangeHandler {
  return async (exchange) => {
    try {
      await handle(exchange);
    } catch (error) {
      sendError(exchange, error, format);
    }
  };
}
