import type * as z from 'zod/mini';
import { BoughError } from '../errors.ts';
import { countAnswer, countCall } from '../runtime/bitbucket-calls.ts';
import { AnswerTooLarge, type HttpAnswer, type HttpRequest, http, jsonIn } from '../runtime/http-client.ts';
import type { Network } from '../runtime/network.ts';
import { remedyForUnreachable, whyUnreachable } from '../runtime/unreachable.ts';
import type { Gate } from './gate.ts';
import { isPage, pageRemedy, redirectOf } from './refusal.ts';

export interface RestRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  /** The credentials, and what else the server wants to see. */
  headers: Record<string, string>;
  /** The way to the server. */
  network: Network;
  /** The account's gate, which each request passes. */
  gate: Gate;
  /** Sent as JSON. */
  body?: unknown;
  /** For the call and all redirects that it follows. */
  timeoutMs?: number;
}

/** Redirects that one call follows. */
export const mostRedirects = 5;
/** The time limit of one call, redirects included. */
export const longestMs = 10_000;

/**
 * One call, whatever its answer's status. A GET follows redirects on the same server, where a renamed repository
 * sends it; credentials are for one server, so it follows none to another.
 * @throws BoughError git_host_unavailable, when there is no answer in time; git_host_rejected, for one that has no end; address_refused; git_host_rate_limited, before the call, from the gate
 */
export async function callRest(request: RestRequest): Promise<HttpAnswer> {
  const end = Date.now() + Math.min(request.timeoutMs ?? longestMs, longestMs);
  let { url } = request;
  for (let redirects = 0; ; redirects++) {
    await request.gate.enter();
    const answer = await attempt({ ...request, url, timeoutMs: Math.max(end - Date.now(), 1) });
    await request.gate.heard(answer);
    const target =
      request.method === 'GET' && redirects < mostRedirects ? sameServer(answer, url) : undefined;
    if (target === undefined) return answer;
    url = target;
  }
}

/**
 * What a good answer says.
 * @throws BoughError git_host_unavailable for what is no JSON, as a proxy's page; git_host_rejected for another shape
 */
export function readAnswer<T>(answer: HttpAnswer, schema: z.ZodMiniType<T>): T {
  const json = jsonIn(answer);
  if (json === undefined) throw notJson(answer);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = Object.fromEntries(
    parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]),
  );
  throw new BoughError('git_host_rejected', 'Bitbucket gave an answer that Bough does not understand.', {
    fields,
    remedy: 'Check that the URL is that of a Bitbucket which this version of Bough supports.',
  });
}

/** A page may be a server's maintenance, so it is waited for, with advice for when it stays. */
function notJson(answer: HttpAnswer): BoughError {
  return isPage(answer)
    ? new BoughError('git_host_unavailable', 'A web page came instead of the answer of Bitbucket’s API.', {
        remedy: pageRemedy,
      })
    : new BoughError('git_host_unavailable', 'The answer of Bitbucket broke off, or is not JSON.');
}

/** One request of which an answer is an answer, whatever it says. */
function attempt({
  method,
  url,
  headers,
  network,
  body,
  timeoutMs,
}: RestRequest & { timeoutMs: number }): Promise<HttpAnswer> {
  return askBitbucket(url, {
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
 * One request, counted for the operators.
 * @throws BoughError git_host_unavailable, when there is no answer in time; git_host_rejected, for one that has no end; address_refused
 */
export async function askBitbucket(
  url: string,
  request: HttpRequest & { network: Network },
  what = 'Bitbucket did not answer',
): Promise<HttpAnswer> {
  countCall();
  const answer = await http(url, request).catch((cause: unknown) => {
    if (cause instanceof BoughError) throw cause;
    throw cause instanceof AnswerTooLarge ? tooLarge(url, cause) : unanswered(what, cause);
  });
  countAnswer(answer.status);
  return answer;
}

function unanswered(what: string, cause: unknown): BoughError {
  return new BoughError('git_host_unavailable', `${what}: ${whyUnreachable(cause)}.`, {
    cause,
    remedy: `${remedyForUnreachable(cause)} The work goes on by itself when Bitbucket answers.`,
  });
}

function tooLarge(url: string, cause: AnswerTooLarge): BoughError {
  const message = `The answer for ${new URL(url).pathname} is too large: ${cause.message}.`;
  return new BoughError('git_host_rejected', message, {
    cause,
    remedy: 'Check that the URL is that of a Bitbucket, and that no proxy stands before it.',
  });
}

function sameServer(answer: HttpAnswer, url: string): string | undefined {
  const target = redirectOf(answer, url);
  if (!target) return undefined;
  const isSameServer = target.origin === new URL(url).origin && !target.username && !target.password;
  return isSameServer ? target.href : undefined;
}
