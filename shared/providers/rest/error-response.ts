import { sentence } from '../../domain/values/text.ts';
import { BoughError, type ErrorCode } from '../../errors.ts';
import { allowListRemedy, isAllowListRefusal } from '../../runtime/http/allow-list.ts';
import { type HttpResponse, jsonIn } from '../../runtime/http/http-client.ts';
import { retryAfterIn } from '../../runtime/http/retry-after.ts';

/** How a provider formats its error responses, and the remedies for its users. */
export interface ErrorFormat {
  /** Extracts the errors from the JSON of an error response; empty for JSON of another format. */
  errorsIn(json: unknown): readonly { message?: string | undefined; exception?: string | undefined }[];
  /** Remedies that differ between providers. */
  remedies: Partial<Record<ErrorCode, string>>;
  /** The error code, when the exception names are more precise than the status. */
  codeFor?(exceptions: readonly string[]): ErrorCode | undefined;
}

/** An error response of Bitbucket: the cause of a `BoughError`. */
export class ErrorResponse extends Error {
  override readonly name = 'ErrorResponse';
  readonly status: number;
  readonly messages: readonly string[];
  /** The names of the server's exceptions, which stay the same when its messages change. */
  readonly exceptions: readonly string[];

  constructor(status: number, errors: ReturnType<ErrorFormat['errorsIn']>) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.messages = errors.flatMap(({ message }) => message ?? []);
    this.exceptions = errors.flatMap(({ exception }) => exception ?? []);
  }
}

/** The error response that caused an error; undefined when another failure did. */
export function errorResponseIn(error: unknown): ErrorResponse | undefined {
  return error instanceof BoughError && error.cause instanceof ErrorResponse ? error.cause : undefined;
}

/**
 * Returns a successful response and throws for any other. All decisions whether a status means a refusal or an outage
 * are made here.
 * @throws BoughError git_host_…, caused by the `ErrorResponse`
 */
export function requireSuccess(response: HttpResponse, url: string, errorFormat: ErrorFormat): HttpResponse {
  if (response.status >= 200 && response.status < 300) return response;
  if (response.status < 400) throw redirected(response, url);
  const cause = new ErrorResponse(response.status, errorFormat.errorsIn(jsonIn(response)));
  const said = saidBy(response, cause);
  const code = errorFormat.codeFor?.(cause.exceptions) ?? codeFor(response.status);
  const remedy = remedyFor(response, code, said) ?? errorFormat.remedies[code];
  const what = `Bitbucket answered ${response.status} for ${new URL(url).pathname}`;
  throw new BoughError(code, sentence(said === '' ? what : `${what}: ${said}`), {
    cause,
    retryAfter: retryAfterOf(response),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** The error code that follows from the status alone. */
export function codeFor(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'git_host_credentials';
    case 403:
      return 'git_host_forbidden';
    case 404:
      return 'git_host_not_found';
    case 429:
      return 'git_host_rate_limited';
    // 410 means that an endpoint is switched off, for a brown-out or permanently. The resource may still exist.
    case 408:
    case 410:
    case 425:
      return 'git_host_unavailable';
    default:
      return status >= 500 ? 'git_host_unavailable' : 'git_host_rejected';
  }
}

/** The seconds of a `Retry-After` header; undefined unless the status is 429 or 503. */
export function retryAfterOf({
  status,
  headers,
}: Pick<HttpResponse, 'status' | 'headers'>): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  return retryAfterIn(headers.get('retry-after'), headers.get('date'));
}

const longestWords = 300;

/** The server's own messages. Any other body is left out, because it may contain secrets of an unrelated service. */
function saidBy(response: HttpResponse, { messages }: ErrorResponse): string {
  const words = messages.join(' ').replace(/\s+/g, ' ').trim();
  if (words !== '') return [...words].slice(0, longestWords).join('');
  return isPage(response) ? 'Bitbucket’s API returned a web page' : '';
}

/** True for an HTML page in place of JSON: a login page, a proxy's error, or a maintenance page. */
export function isPage({ headers, text }: HttpResponse): boolean {
  return headers.get('content-type')?.includes('html') === true || /^\s*<(?:!doctype|html)/i.test(text);
}

/** The remedy for a web page in place of a response of the API. */
export const pageRemedy =
  'Check that the URL is that of Bitbucket’s API, and that no proxy or login page stands before it.';

function remedyFor(response: HttpResponse, code: ErrorCode, said: string): string | undefined {
  if (code === 'git_host_forbidden' && isAllowListRefusal(said || response.text)) return allowListRemedy;
  if (isPage(response) && code !== 'git_host_rate_limited') return pageRemedy;
  if (response.status !== 410) return undefined;
  return 'Look at Bitbucket’s status page: this part of its API is switched off. If it stays so, update Bough. The work goes on by itself.';
}

/** The absolute target of a redirect; undefined for any other response. */
export function redirectOf({ status, headers }: HttpResponse, url: string): URL | undefined {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  return URL.canParse(location, url) ? new URL(location, url) : undefined;
}

/** The error for a redirect that is not followed: of a write, or to another server. The target's query may hold a secret, so the message leaves it out. */
function redirected(response: HttpResponse, url: string): BoughError {
  const target = redirectOf(response, url);
  const what = `Bitbucket redirects ${new URL(url).pathname}`;
  const cause = new ErrorResponse(response.status, []);
  if (!target)
    return new BoughError('git_host_not_found', `${what} to nowhere (status ${response.status}).`, { cause });
  const place = target.origin + target.pathname;
  const message = `${what} to ${place} (status ${response.status}).`;
  // Login pages mostly use temporary redirects; moved servers and renamed repositories use permanent ones.
  const isPermanent = response.status === 301 || response.status === 308;
  const remedy = isPermanent
    ? 'Give the integration the URL or the name that it is redirected to, if that is the same repository.'
    : pageRemedy;
  return new BoughError(isPermanent ? 'git_host_not_found' : 'git_host_unavailable', message, {
    cause,
    remedy,
  });
}
