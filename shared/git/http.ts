import { GitError } from './git-error.ts';
import { type GitRemote, remoteName } from './remote.ts';

export interface GitCall {
  method: 'GET' | 'POST';
  /** What follows the repository's URL, for example `/git-upload-pack`. */
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
}

export interface GitAnswer {
  status: number;
  contentType: string;
  /** Where the answer came from, after redirects. */
  url: string;
  /** The body as it arrives, read at the consumer's pace. */
  chunks: AsyncGenerator<Uint8Array, undefined>;
  /** Closes the connection of an answer whose body nobody has begun to read. */
  discard(): Promise<void>;
}

const defaultTimeoutMs = 60_000;

/**
 * One HTTP request to the remote, whatever its status. A GET follows redirects, a POST does not.
 * @throws GitError git_unreachable, git_stalled; later, from the body: git_truncated, git_stalled
 */
export async function callGit(remote: GitRemote, call: GitCall): Promise<GitAnswer> {
  const address = addressOf(remote, call);
  const wait = createWait(remote);
  const send = () =>
    fetch(address, {
      method: call.method,
      redirect: call.method === 'GET' ? 'follow' : 'manual',
      // Servers and proxies tell git from browsers by this name, and answer 401 instead of a login page.
      headers: { 'user-agent': 'git/2 (Bough)', ...call.headers, ...remote.headers },
      body: call.body ?? null,
      signal: wait.signal,
    });
  const unreachable = (cause: unknown) =>
    new GitError('git_unreachable', `${remoteName(remote)} cannot be reached: ${reasonOf(cause)}`, { cause });
  const response = await wait.until(
    // The server may have closed a connection that was kept from an earlier request. All requests only read.
    send().catch((error: unknown) =>
      closedConnection.test(reasonOf(error)) ? send() : Promise.reject(error),
    ),
    unreachable,
  );
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    url: response.url,
    chunks: readBody(response, wait, remote),
    discard: async () => response.body?.cancel(),
  };
}

const closedConnection = /other side closed|ECONNRESET|EPIPE/;

/** fetch() repeats a URL with credentials in its error, so such a URL never gets that far. */
function addressOf(remote: GitRemote, call: GitCall): string {
  const url = URL.canParse(remote.url) ? new URL(remote.url) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') {
    throw new GitError('git_unsupported', 'the repository needs an http(s) URL without credentials in it');
  }
  return remote.url.replace(/\/+$/, '') + call.path;
}

async function* readBody(
  response: Response,
  wait: Wait,
  remote: GitRemote,
): AsyncGenerator<Uint8Array, undefined> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const broken = (cause: unknown) =>
    new GitError('git_truncated', `${remoteName(remote)} broke off its answer: ${reasonOf(cause)}`, {
      cause,
    });
  try {
    for (;;) {
      const { done, value } = await wait.until(reader.read(), broken);
      if (done) return;
      yield value;
    }
  } finally {
    // Closes the connection of a body that was left early; after a failure this only repeats that failure.
    await reader.cancel().catch(() => undefined);
  }
}

interface Wait {
  signal: AbortSignal;
  until<T>(arrival: Promise<T>, failure: (cause: unknown) => GitError): Promise<T>;
}

/** Bounds each wait for the network alone: a consumer that takes its time is no stalled server. */
function createWait(remote: GitRemote): Wait {
  const timeoutMs = remote.timeoutMs ?? defaultTimeoutMs;
  const controller = new AbortController();
  let stalled: GitError | undefined;
  const stall = () => {
    stalled = new GitError('git_stalled', `${remoteName(remote)} sent nothing for ${timeoutMs / 1000} s`);
    controller.abort(stalled);
  };
  return {
    signal: controller.signal,
    async until(arrival, failure) {
      const timer = setTimeout(stall, timeoutMs);
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

/** fetch() says "fetch failed" and hides the reason, such as ECONNREFUSED, in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
