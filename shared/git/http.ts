import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BoughError } from '../errors.ts';
import { countAnswer, countCall } from '../runtime/bitbucket-calls.ts';
import { retryAfterIn } from '../runtime/retry-after.ts';
import { remedyForUnreachable, whyUnreachable } from '../runtime/unreachable.ts';
import { GitError } from './git-error.ts';
import { type AnswerLimit, limitsOf, type Purpose } from './limits.ts';
import { type GitRemote, remoteName } from './remote.ts';

export interface GitCall {
  method: 'GET' | 'POST';
  /** What follows the repository's URL, for example `/git-upload-pack`. */
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
  /** The purpose of the answer sets its limits. */
  purpose: Purpose;
}

export interface GitAnswer {
  status: number;
  contentType: string;
  /** Empty for a body as it is; nothing else is asked for. */
  contentEncoding: string;
  /** Seconds after which the server asks to be called again, of an answer that refuses for now. */
  retryAfter: number | undefined;
  /** Where the answer came from, after redirects. */
  url: string;
  /** The body as it arrives, read at the consumer's pace. */
  chunks: AsyncGenerator<Uint8Array, undefined>;
  /** Closes the connection of an answer whose body nobody has begun to read. */
  discard(): void;
}

/** The longest silence of a git server. */
export const defaultTimeoutMs = 60_000;
const mostRedirects = 5;

/**
 * One HTTP request to the remote, whatever its status. A GET follows redirects on the same server, a POST none.
 * Made with node:http, since the same pack takes 35 MB more memory through fetch().
 * @throws GitError git_unreachable, git_stalled; BoughError address_refused; later, from the body: git_truncated, git_stalled,
 * git_too_slow, git_too_many_refs, git_pack_too_large
 */
export async function callGit(remote: GitRemote, call: GitCall): Promise<GitAnswer> {
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
    countAnswer(response.statusCode);
    const target = call.method === 'GET' && redirects < mostRedirects ? redirectOf(response, url) : undefined;
    if (target === undefined) return toAnswer(url, response, readBody(response, wait, remote, call.purpose));
    response.destroy();
    // Credentials are for one server.
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
      // Servers and proxies tell git from browsers by this name, and answer 401 instead of a login page.
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
      // A connection kept from an earlier request may be closed by now, for one after a freeze of the Lambda
      // function. All requests only read, so a new connection may simply ask again.
      const stale = request.reusedSocket && !answered && connection === 'kept';
      if (stale) resolve(send(url, remote, call, signal, 'fresh'));
      else reject(error);
    });
    request.end(call.body);
  });
}

function toAnswer(url: URL, response: IncomingMessage, chunks: GitAnswer['chunks']): GitAnswer {
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
    new GitError('git_truncated', `${remoteName(remote)} broke off its answer: ${whyUnreachable(cause)}`, {
      cause,
    });
  try {
    for (;;) {
      const next = await wait.until(chunks.next(), broken);
      if (next.done) return;
      count += next.value.length;
      if (count > most) throw tooLarge(remote, purpose, most);
      yield next.value;
    }
  } finally {
    // Closes the connection of a body that was left early; one that was read to its end is kept for the next request.
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

function describeBytes(bytes: number): string {
  const unit = bytes >= 2 ** 30 ? ([2 ** 30, 'GiB'] as const) : ([2 ** 20, 'MiB'] as const);
  return `${Number((bytes / unit[0]).toFixed(1))} ${unit[1]}`;
}

/**
 * Bounds each wait for the network alone, as a consumer that takes its time is no stalled server; and the whole
 * answer, so that a server that sends a byte now and then comes to an end.
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
