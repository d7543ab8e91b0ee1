import { sentence } from '../domain/values/text.ts';
import { BoughError, type ErrorCode } from '../errors.ts';
import { allowListRemedy, isAllowListRefusal } from '../runtime/allow-list.ts';
import { type HttpAnswer, jsonIn } from '../runtime/http-client.ts';
import { retryAfterIn } from '../runtime/retry-after.ts';

/** How a provider's server refuses, and what its users can do about that. */
export interface Refusals {
  /** What the server says in the JSON of its refusal; nothing for JSON that is not its own. */
  errorsIn(json: unknown): readonly { message?: string | undefined; exception?: string | undefined }[];
  /** What to do, where that is not the same for every provider. */
  remedies: Partial<Record<ErrorCode, string>>;
  /** The code, where the server's own names for what went wrong say more than the status. */
  codeFor?(exceptions: readonly string[]): ErrorCode | undefined;
}

/** The answer that led to a `BoughError`, as its cause. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly messages: readonly string[];
  /** The server's own names for what went wrong. They stay when its words change. */
  readonly exceptions: readonly string[];

  constructor(status: number, errors: ReturnType<Refusals['errorsIn']>) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.messages = errors.flatMap(({ message }) => message ?? []);
    this.exceptions = errors.flatMap(({ exception }) => exception ?? []);
  }
}

/** The refusal that led to an error, if one did. */
export function refusalIn(error: unknown): Refusal | undefined {
  return error instanceof BoughError && error.cause instanceof Refusal ? error.cause : undefined;
}

/**
 * The answer, if it is a good one. This is the one place that tells from a status whether Bitbucket has said no, or
 * cannot say anything at the moment.
 * @throws BoughError git_host_…, caused by the `Refusal`
 */
export function accepted(answer: HttpAnswer, url: string, refusals: Refusals): HttpAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  if (answer.status < 400) throw redirected(answer, url);
  const cause = new Refusal(answer.status, refusals.errorsIn(jsonIn(answer)));
  const said = saidBy(answer, cause);
  const code = refusals.codeFor?.(cause.exceptions) ?? codeFor(answer.status);
  const remedy = remedyFor(answer, code, said) ?? refusals.remedies[code];
  const what = `Bitbucket answered ${answer.status} for ${new URL(url).pathname}`;
  throw new BoughError(code, sentence(said === '' ? what : `${what}: ${said}`), {
    cause,
    retryAfter: retryAfterOf(answer),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Says what an answer means by its status alone. */
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
    // Gone is an endpoint, in a brown-out or for good: of the resource behind it that says nothing.
    case 408:
    case 410:
    case 425:
      return 'git_host_unavailable';
    default:
      return status >= 500 ? 'git_host_unavailable' : 'git_host_rejected';
  }
}

/** When the server asks to be called again, in seconds. */
export function retryAfterOf({
  status,
  headers,
}: Pick<HttpAnswer, 'status' | 'headers'>): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  return retryAfterIn(headers.get('retry-after'), headers.get('date'));
}

const longestWords = 300;

/** The server's own words. A body that is not the provider's JSON stays out: it may be another service's secret. */
function saidBy(answer: HttpAnswer, { messages }: Refusal): string {
  const words = messages.join(' ').replace(/\s+/g, ' ').trim();
  if (words !== '') return [...words].slice(0, longestWords).join('');
  return isPage(answer) ? 'a web page came instead of the answer of Bitbucket’s API' : '';
}

/** True for what a login page, a proxy or a server under maintenance sends where JSON belongs. */
export function isPage({ headers, text }: HttpAnswer): boolean {
  return headers.get('content-type')?.includes('html') === true || /^\s*<(?:!doctype|html)/i.test(text);
}

export const pageRemedy =
  'Check that the URL is that of Bitbucket’s API, and that no proxy or login page stands before it.';

function remedyFor(answer: HttpAnswer, code: ErrorCode, said: string): string | undefined {
  if (code === 'git_host_forbidden' && isAllowListRefusal(said || answer.text)) return allowListRemedy;
  if (isPage(answer) && code !== 'git_host_rate_limited') return pageRemedy;
  if (answer.status !== 410) return undefined;
  return 'Look at Bitbucket’s status page: this part of its API is switched off. If it stays so, update Bough. The work goes on by itself.';
}

/** Where an answer redirects to; undefined when it does not. */
export function redirectOf({ status, headers }: HttpAnswer, url: string): URL | undefined {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  return URL.canParse(location, url) ? new URL(location, url) : undefined;
}

/** A redirect that is not followed: of a write, or to another server. The target's query may be a secret. */
function redirected(answer: HttpAnswer, url: string): BoughError {
  const target = redirectOf(answer, url);
  const what = `Bitbucket redirects ${new URL(url).pathname}`;
  const cause = new Refusal(answer.status, []);
  if (!target)
    return new BoughError('git_host_not_found', `${what} to nowhere (status ${answer.status}).`, { cause });
  const place = target.origin + target.pathname;
  const message = `${what} to ${place} (status ${answer.status}).`;
  // A login page is mostly reached by a redirect for now; a moved server or repository by one for good.
  const isForGood = answer.status === 301 || answer.status === 308;
  const remedy = isForGood
    ? 'Give the integration the URL or the name that it is redirected to, if that is the same repository.'
    : pageRemedy;
  return new BoughError(isForGood ? 'git_host_not_found' : 'git_host_unavailable', message, {
    cause,
    remedy,
  });
}
