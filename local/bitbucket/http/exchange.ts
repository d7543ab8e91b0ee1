import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bitbucket } from '../bitbucket.ts';
import { HttpError } from './errors.ts';
import { sendJson } from './messages.ts';

/** One HTTP request on its way through a face. */
export interface Exchange {
  readonly bitbucket: Bitbucket;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers what went wrong: what a face knows in its own shape, anything else as a failure of ours. */
export function answerError(
  { bitbucket, url, request, response }: Exchange,
  error: unknown,
  known: HttpError | undefined,
  bodyOf: (error: HttpError) => Record<string, unknown>,
): void {
  if (known === undefined) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    bitbucket.log(`${request.method} ${url.pathname}: ${message}`);
  }
  const answer = known ?? new HttpError(500, 'Internal server error');
  if (response.headersSent) response.destroy();
  else sendJson(response, answer.status, bodyOf(answer), answer.headers);
}

/** A face: answers every request that comes to it, in the one way or the other. */
export type Face = (exchange: Exchange) => Promise<void>;
