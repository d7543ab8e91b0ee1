import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { describeBytes } from '../domain/values/bytes.ts';
import { BoughError } from '../errors.ts';
import { countCall, countResponse } from '../runtime/bitbucket-calls.ts';
import { retryAfterIn } from '../runtime/http/retry-after.ts';
import { remedyForUnreachable, whyUnreachable } from '../runtime/http/unreachable.ts';
import { GitError } from './git-error.ts';
import { type AnswerLimit, limitsOf, type Purpose } from './limits.ts';
import { type GitRemote, remoteName } from './remote.ts';

/** One HTTP request of the git protocol. */
export interface GitCall {
  method: 'GET' | 'POST';
  /** The path below the repository's URL, for example `/git-upload-pack`. */
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
  /** Selects the limits of the response. */
  purpose: Purpose;
}

/** A response of a git server. */
export interface GitResponse {
  status: number;
  contentType: string;
  /** Empty for an unencoded body, the only kind that is requested. */
  contentEncoding: string;
  /** The seconds of a `Retry-After` header; undefined without one. */
  retryAfter: number | undefined;
  /** The response's URL after redirects. */
  url: string;
  /** The body, read at the consumer's pace. */
  chunks: AsyncGenerator<Uint8Array, undefined>;
  /** Closes the connection of a response whose body has not been read. */
  discard(): void;
}

/** The longest silence of a git server. */
export const defaultTimeoutMs = 60_000;
const mostRedirects = 5;

/**
 * Sends one HTTP request to the remote and returns the response, whatever its status. A GET follows redirects on the
 * same server, a POST none. Uses node:http, because fetch() takes 35 MB more memory for the same pack.
 * @throws GitError git_unreachable, git_stalled; BoughError address_refused; later, from the body: git_truncated, git_stalled,
 * git_too_slow, git_too_many_refs, git_pack_too_large
 */
export async function callGit(remote: GitRemote, call: GitCall): Promise<GitResponse> {
  let url = addressOf(remote, call);
  const limit = limitsOf(remote)[call.purpose];
  const deadline = performance.now() + limit.seconds * 1000;
  for (let redirects = 0; ; redirects++) {
    const wait = createWait(remote, limit, deadline);
    countCall();
    const response = await wait.until(send(url, remote, call, wait.signal), (cause) =>
      cause instanceof BoughError
        ? cause
        : new GitError(
            'git_unreachable',
            `${remoteName(remote)} cannot be reached: ${whyUnreachable(cause)}`,
            { cause, remedy: remedyForUnreachable(cause) },
          ),
    );
    countResponse(response.statusCode);
    const target = call.method === 'GET' && redirects < mostRedirects ? redirectOf(response, url) : undefined;
    if (target === undefined) return toAnswer(url, response, readBody(response, wait, remote, call.purpose));
    response.destroy();
    // Credentials must not be sent to another server.
    if (target.origin !== url.origin) {
      throw new GitError(
        'git_unexpected_response',
        `${remoteName(remote)} redirects to ${target.origin + target.pathname}`,
      );
    }
    url = target;
  }
}

function addressOf(remote: GitRemote, call: GitCall): URL {
  const base = URL.canParse(remote.url) ? new URL(remote.url) : undefined;
  if (!base || !/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '') {
    throw new GitError('git_unsupported', 'the repository needs an http(s) URL without credentials in it');
  }
  return new URL(withoutTrailingSlashes(remote.url) + call.path);
}

function withoutTrailingSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

function redirectOf(response: IncomingMessage, url: URL): URL | undefined {
  const { statusCode = 0, headers } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  return URL.canParse(headers.location, url.href) ? new URL(headers.location, url) : undefined;
}

function send(
  url: URL,
  remote: GitRemote,
  call: GitCall,
  signal: AbortSignal,
  connection: 'kept' | 'fresh' = 'kept',
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = open(url.href, {
      method: call.method,
      // Servers and proxies recognise git by this name and respond 401 instead of with a login page.
      headers: { 'user-agent': 'git/2 (Bough)', ...call.headers, ...remote.headers },
      signal,
      agent: remote.network.agentFor(url, connection),
    });
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      resolve(response);
    });
    request.on('error', (error) => {
      // The server may have closed a kept connection, for example while the Lambda function was frozen. All requests
      // only read, so they can be repeated on a new connection.
      const stale = request.reusedSocket && !answered && connection === 'kept';
      if (stale) resolve(send(url, remote, call, signal, 'fresh'));
      else reject(error);
    });
    request.end(call.body);
  });
}

function toAnswer(url: URL, response: IncomingMessage, chunks: GitResponse['chunks']): GitResponse {
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    contentEncoding: response.headers['content-encoding'] ?? '',
    retryAfter: retryAfterIn(response.headers['retry-after'], response.headers.date),
    url: url.href,
    chunks,
    discard: () => void response.destroy(),
  };
}

async function* readBody(
  response: IncomingMessage,
  wait: Wait,
  remote: GitRemote,
  purpose: Purpose,
): AsyncGenerator<Uint8Array, undefined> {
  const most = limitsOf(remote)[purpose].bytes;
  let count = 0;
  const chunks: AsyncIterator<Uint8Array, undefined> = response[Symbol.asyncIterator]();
  const broken = (cause: unknown) =>
    new GitError(
      'git_truncated',
      `${remoteName(remote)} closed the connection within its response: ${whyUnreachable(cause)}`,
      {
        cause,
      },
    );
  try {
    for (;;) {
      const next = await wait.until(chunks.next(), broken);
      if (next.done) return;
      count += next.value.length;
      if (count > most) throw tooLarge(remote, purpose, most);
      yield next.value;
    }
  } finally {
    // Closes the connection of a partly read body. After a complete body the connection is kept for the next request.
    response.destroy();
  }
}

interface Wait {
  signal: AbortSignal;
  until<T>(arrival: Promise<T>, failure: (cause: unknown) => Error): Promise<T>;
}

function tooLarge(remote: GitRemote, purpose: Purpose, most: number): GitError {
  const size = `more than ${describeBytes(most)}`;
  return purpose === 'pack'
    ? new GitError('git_pack_too_large', `${remoteName(remote)} sends ${size} of objects at once`)
    : new GitError('git_too_many_refs', `${remoteName(remote)} lists its refs in ${size}`);
}

/**
 * Limits each wait for the network, without the consumer's own time, and the duration of the whole response, because a
 * server could send single bytes without end.
 */
function createWait(remote: GitRemote, { seconds }: AnswerLimit, deadline: number): Wait {
  const timeoutMs = remote.timeoutMs ?? defaultTimeoutMs;
  const controller = new AbortController();
  let stalled: GitError | undefined;
  const end = (error: GitError) => {
    stalled = error;
    controller.abort(error);
  };
  const stall = () =>
    end(new GitError('git_stalled', `${remoteName(remote)} sent nothing for ${timeoutMs / 1000} s`));
  const expire = () =>
    end(new GitError('git_too_slow', `${remoteName(remote)} had sent only a part after ${seconds} s`));
  return {
    signal: controller.signal,
    async until(arrival, failure) {
      const left = Math.max(0, deadline - performance.now());
      const timer = left < timeoutMs ? setTimeout(expire, left) : setTimeout(stall, timeoutMs);
      try {
        return await arrival;
      } catch (cause) {
        throw stalled ?? failure(cause);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
