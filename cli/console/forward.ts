import {
  type HttpResponse,
  HttpUnreachable,
  ResponseTooLarge,
} from '../../shared/runtime/http/http-client.ts';
import type { Address } from '../api/address.ts';
import { refusalIn } from '../api/gateway-refusal.ts';
import { type ApiCall, sendToApi, timeoutMs } from '../api/send.ts';
import { regionOf } from '../api/sign-request.ts';
import type { Answer } from './answer.ts';
import { explainRefusal } from './aws-refusal.ts';
import { ConsoleError, type ConsoleErrorCode } from './console-error.ts';
import type { RenewableCredentials } from './sign-in.ts';

/** Bytes of an answer after decompression: a log behind a link has 5 MB, and a list 4 MB. */
export const longestAnswer = 16 * 1024 * 1024;

/** The management API, and the identity that calls it. */
export interface Upstream {
  address: Pick<Address, 'url' | 'isLoopback' | 'remedy'>;
  env: Readonly<Record<string, string | undefined>>;
  credentials: RenewableCredentials;
  /** The time limit of one call in milliseconds; default: that of the command. */
  timeout?: number;
}

/** Headers of the API's responses that reach the page. */
const passedHeaders = ['content-type', 'etag', 'link'];

/**
 * Signs a call with the user's AWS credentials and sends it to the management API. Only data comes back: JSON or JSON
 * lines, and no header of the connection, the signature or a cookie.
 * @throws ConsoleError not_found, credentials_expired, access_denied, api_unreachable, api_timeout, api_answer_invalid
 */
export async function forward(upstream: Upstream, call: ApiCall): Promise<Answer> {
  const { address, env, credentials, timeout = timeoutMs } = upstream;
  requireBelow(address.url, call.path);
  const response = await sendToApi(address, call, {
    env,
    credentials: credentials.find,
    mostBytes: longestAnswer,
    timeout,
  }).catch((cause: unknown) => {
    throw cause instanceof HttpUnreachable ? noAnswer(cause, address.remedy) : cause;
  });
  const refusal = address.isLoopback ? null : refusalIn(response);
  if (refusal === null) return answerOf(response);
  const region = await regionOf(address.url, env);
  const error = await explainRefusal(refusal, { region, credentials: credentials.find });
  credentials.forget();
  throw error;
}

/** Requires that URL parsers find exactly this path below the API's address. */
function requireBelow(base: string, path: string): void {
  const api = new URL(base);
  const url = new URL(base + path);
  const expected = api.pathname.replace(/\/$/, '') + path;
  if (url.origin !== api.origin || url.pathname + url.search !== expected || url.username || url.hash) {
    throw new ConsoleError('not_found', 'The path leads elsewhere.');
  }
}

function noAnswer(cause: HttpUnreachable, remedy: string): ConsoleError {
  return new ConsoleError(codeOf(cause), `${cause.message}.`, { cause, remedy });
}

function codeOf(error: HttpUnreachable): ConsoleErrorCode {
  if (error instanceof ResponseTooLarge) return 'api_answer_invalid';
  return error.cause instanceof Error && error.cause.name === 'TimeoutError'
    ? 'api_timeout'
    : 'api_unreachable';
}

function answerOf(response: HttpResponse): Answer {
  const { status, text } = response;
  const headers = Object.fromEntries(
    passedHeaders.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  if (status === 304) return { status, headers, body: '' };
  const type = headers['content-type'] ?? '';
  const isData = text === '' || /^application\/(?:json|x-ndjson) *(?:;|$)/i.test(type);
  if (status >= 200 && (status < 300 || status >= 400) && isData) return { status, headers, body: text };
  const kind = isData
    ? `status ${status}`
    : `status ${status} and content type ${type.slice(0, 100) || 'none'}`;
  throw new ConsoleError('api_answer_invalid', `The answer is not from Bough’s management API: ${kind}.`);
}
