import type * as z from 'zod/mini';
import { cut } from '../domain/text.ts';
import { BoughError, type ErrorCode } from '../errors.ts';
import { countAnswer, countCall } from '../runtime/bitbucket-calls.ts';
import { type HttpAnswer, type HttpRequest, http, jsonIn } from '../runtime/http-client.ts';
import type { Network } from '../runtime/network.ts';
import { whyUnreachable } from '../runtime/unreachable.ts';

export interface RestRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  /** The credentials, and what else the server wants to see. */
  headers: Record<string, string>;
  /** The way to the server. */
  network: Network;
  /** Sent as JSON. */
  body?: unknown;
}

/** How a provider's server refuses, and what its users can do about that. */
export interface Refusals {
  /** The server's own words in the JSON of its refusal. */
  saidIn(json: unknown): string | undefined;
  /** What to do, where that is not the same for every provider. */
  remedies: Partial<Record<ErrorCode, string>>;
}

const mostRedirects = 5;

/**
 * One call, whatever its answer's status. A GET follows redirects on the same server, where a renamed repository
 * sends it; credentials are for one server, so it follows none to another.
 * @throws BoughError git_host_unavailable, when there is no answer in time; address_refused
 */
export async function callRest(request: RestRequest): Promise<HttpAnswer> {
  let { url } = request;
  for (let redirects = 0; ; redirects++) {
    const answer = await attempt({ ...request, url });
    const target =
      request.method === 'GET' && redirects < mostRedirects ? redirectOf(answer, url) : undefined;
    if (target === undefined) return answer;
    url = target;
  }
}

/**
 * The answer, if it is a good one.
 * @throws BoughError git_host_…, by the status, with what the server said
 */
export function accepted(answer: HttpAnswer, url: string, { saidIn, remedies }: Refusals): HttpAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const said = saidIn(jsonIn(answer)) ?? cut(answer.text, 200);
  const code = codeFor(answer.status);
  const remedy = remedies[code];
  throw new BoughError(
    code,
    `Bitbucket answered ${answer.status} for ${new URL(url).pathname}${said ? `: ${said}` : ''}.`,
    remedy === undefined ? {} : { remedy },
  );
}

/**
 * What a good answer says.
 * @throws BoughError git_host_unavailable for what is no JSON, as a proxy's page; git_host_rejected for another shape
 */
export function readAnswer<T>(answer: HttpAnswer, schema: z.ZodMiniType<T>): T {
  const json = jsonIn(answer);
  if (json === undefined)
    throw new BoughError('git_host_unavailable', 'Bitbucket answered with something that is not JSON.');
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = Object.fromEntries(
    parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]),
  );
  throw new BoughError('git_host_rejected', 'Bitbucket gave an answer that Bough does not understand.', {
    fields,
  });
}

function attempt({ method, url, headers, network, body }: RestRequest): Promise<HttpAnswer> {
  return askBitbucket(url, {
    method,
    network,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    if (cause instanceof BoughError) throw cause;
    throw new BoughError('git_host_unavailable', `Bitbucket did not answer: ${whyUnreachable(cause)}.`, {
      cause,
    });
  });
}

/** One request, counted for the operators. */
export async function askBitbucket(
  url: string,
  request: HttpRequest & { network: Network },
): Promise<HttpAnswer> {
  countCall();
  const answer = await http(url, request);
  countAnswer(answer.status);
  return answer;
}

function redirectOf({ status, headers }: HttpAnswer, url: string): string | undefined {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  if (!URL.canParse(location, url)) return undefined;
  const target = new URL(location, url);
  const isSameServer = target.origin === new URL(url).origin && !target.username && !target.password;
  return isSameServer ? target.href : undefined;
}

function codeFor(status: number): ErrorCode {
  if (status === 401) return 'git_host_credentials';
  if (status === 403) return 'git_host_forbidden';
  // A redirect that was not followed is where a repository went that was renamed.
  if (status === 404 || status === 410 || status < 400) return 'git_host_not_found';
  if (status === 429) return 'git_host_rate_limited';
  return status >= 500 ? 'git_host_unavailable' : 'git_host_rejected';
}
