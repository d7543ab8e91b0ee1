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

/** The response for an error: an unexpected one is logged and becomes a 500. */
export function toHttpError(
  { bitbucket, url, request }: Exchange,
  error: unknown,
  fromRejection: ErrorFormat['fromRejection'],
): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ChangeRejectedError) return fromRejection(error);
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  bitbucket.log(`${request.method} ${url.pathname}: ${message}`);
  return new HttpError(500, 'Internal server error');
}

function sendError(exchange: Exchange, error: unknown, format: ErrorFormat): void {
  const { response } = exchange;
  const known = toHttpError(exchange, error, format.fromRejection);
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
