import type * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import { countCall, countResponse } from '../../runtime/bitbucket-calls.ts';
import {
  type HttpRequest,
  type HttpResponse,
  http,
  jsonIn,
  ResponseTooLarge,
} from '../../runtime/http/http-client.ts';
import type { Network } from '../../runtime/http/network.ts';
import { remedyForUnreachable, whyUnreachable } from '../../runtime/http/unreachable.ts';
import type { RateLimiter } from '../traffic/rate-limiter.ts';
import { isPage, pageRemedy, redirectOf } from './error-response.ts';

/** One request to a REST API. */
export interface RestRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  /** Credentials and other headers that the server requires. */
  headers: Record<string, string>;
  /** Decides which hosts and addresses may be reached. */
  network: Network;
  /** The account's rate limiter; each redirect counts as another call. */
  rateLimiter: RateLimiter;
  /** Sent as JSON. */
  body?: unknown;
  /** Covers the call and all redirects that it follows. */
  timeoutMs?: number;
}

/** Redirects that one call follows. */
export const mostRedirects = 5;
/** The time limit of one call, redirects included. */
export const longestMs = 10_000;

/**
 * Makes one call and returns its response, whatever the status. A GET follows redirects on the same server, as renamed
 * repositories need. No call follows a redirect to another server, because credentials are for one server.
 * @throws BoughError git_host_unavailable without a response in time; git_host_rejected for a response that is too
 * large; address_refused; git_host_rate_limited from the rate limiter, before the call
 */
export async function callRest(request: RestRequest): Promise<HttpResponse> {
  const end = Date.now() + Math.min(request.timeoutMs ?? longestMs, longestMs);
  let { url } = request;
  for (let redirects = 0; ; redirects++) {
    await request.rateLimiter.acquire();
    const response = await attempt({ ...request, url, timeoutMs: Math.max(end - Date.now(), 1) });
    await request.rateLimiter.recordResponse(response);
    const target =
      request.method === 'GET' && redirects < mostRedirects ? sameServer(response, url) : undefined;
    if (target === undefined) return response;
    url = target;
  }
}

/**
 * Parses a successful response.
 * @throws BoughError git_host_unavailable when the body is not JSON, such as a proxy's page; git_host_rejected when the
 * JSON does not match the schema
 */
export function readResponse<T>(response: HttpResponse, schema: z.ZodMiniType<T>): T {
  const json = jsonIn(response);
  if (json === undefined) throw notJson(response);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = Object.fromEntries(
    parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]),
  );
  throw new BoughError('git_host_rejected', 'Bitbucket gave a response that Bough does not understand.', {
    fields,
    remedy: 'Check that the URL is that of a Bitbucket which this version of Bough supports.',
  });
}

/** A web page may be a maintenance page, so the error means waiting, with a remedy in case the page stays. */
function notJson(response: HttpResponse): BoughError {
  return isPage(response)
    ? new BoughError('git_host_unavailable', 'Bitbucket’s API returned a web page.', {
        remedy: pageRemedy,
      })
    : new BoughError('git_host_unavailable', 'The response from Bitbucket is incomplete or is not JSON.');
}

function attempt({
  method,
  url,
  headers,
  network,
  body,
  timeoutMs,
}: RestRequest & { timeoutMs: number }): Promise<HttpResponse> {
  return requestBitbucket(url, {
    method,
    network,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    timeoutMs,
  });
}

/**
 * Sends one request and counts it for the metrics.
 * @param what begins the message of the error when nothing answers
 * @throws BoughError git_host_unavailable without a response in time; git_host_rejected for a response that is too
 * large; address_refused
 */
export async function requestBitbucket(
  url: string,
  request: HttpRequest & { network: Network },
  what = 'Bitbucket did not answer',
): Promise<HttpResponse> {
  countCall();
  const response = await http(url, request).catch((cause: unknown) => {
    if (cause instanceof BoughError) throw cause;
    throw cause instanceof ResponseTooLarge ? tooLarge(url, cause) : unanswered(what, cause);
  });
  countResponse(response.status);
  return response;
}

function unanswered(what: string, cause: unknown): BoughError {
  return new BoughError('git_host_unavailable', `${what}: ${whyUnreachable(cause)}.`, {
    cause,
    remedy: `${remedyForUnreachable(cause)} The work goes on by itself when Bitbucket answers.`,
  });
}

function tooLarge(url: string, cause: ResponseTooLarge): BoughError {
  const message = `The response for ${new URL(url).pathname} is too large: ${cause.message}.`;
  return new BoughError('git_host_rejected', message, {
    cause,
    remedy: 'Check that the URL is that of a Bitbucket, and that no proxy is in between.',
  });
}

function sameServer(response: HttpResponse, url: string): string | undefined {
  const target = redirectOf(response, url);
  if (!target) return undefined;
  const isSameServer = target.origin === new URL(url).origin && !target.username && !target.password;
  return isSameServer ? target.href : undefined;
}
