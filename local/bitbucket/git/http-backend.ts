import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface Backend {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The CGI variables that the request does not determine. */
  readonly env: Record<string, string>;
  readonly signal: AbortSignal;
}

const HEADER_LIMIT_BYTES = 64 * 1024;
const KEPT_STDERR_CHARACTERS = 4096;

/** Adds the request's method, query and headers to the CGI environment. */
function cgiEnvironment({ request, env }: Backend): Record<string, string> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const headers: Record<string, string | undefined> = {
    CONTENT_TYPE: request.headers['content-type'],
    CONTENT_LENGTH: request.headers['content-length'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
  };
  const present = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    ...env,
    ...Object.fromEntries(present),
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method ?? 'GET',
    QUERY_STRING: url.search.slice(1),
    REMOTE_ADDR: '127.0.0.1',
  };
}

/** Ends git and its child processes, which share a process group. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}

function parseHeaders(block: string): { status: number; headers: [string, string][] } {
  const headers = block.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
  return {
    status: Number.parseInt(status, 10),
    headers: headers.filter(([name]) => name.toLowerCase() !== 'status'),
  };
}

/** Streams the CGI response: its headers first, then the body with back-pressure. */
function relayResponse(child: ChildProcessWithoutNullStreams, response: ServerResponse): void {
  const { stdout } = child;
  let head = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = /\r?\n\r?\n/.exec(head.toString('latin1'));
    if (end === null) {
      if (head.length > HEADER_LIMIT_BYTES) endGroup(child);
      return;
    }
    stdout.off('data', read);
    const { status, headers } = parseHeaders(head.toString('latin1', 0, end.index));
    response.writeHead(status, headers.flat());
    response.write(head.subarray(end.index + end[0].length));
    stdout.pipe(response);
  };
  stdout.on('data', read);
}

/**
 * Handles a client that disconnects. A fetch ends. A push continues, since git decides whether it is complete, and
 * its output is drained.
 */
function handleDisconnect(child: ChildProcessWithoutNullStreams, backend: Backend): void {
  const { request, response } = backend;
  response.on('error', () => response.destroy());
  response.once('close', () => {
    child.stdin.destroy();
    child.stdout.unpipe(response).resume();
    if (!request.url?.endsWith('/git-receive-pack')) endGroup(child);
  });
}

/** Serves one request with `git http-backend`, streaming both ways. Resolves with the last 4 KiB of git's stderr. */
export function serveGitBackend(backend: Backend): Promise<string> {
  const { request, response, signal } = backend;
  const child = spawn('git', ['http-backend'], {
    env: cgiEnvironment(backend),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const end = () => endGroup(child);
  signal.addEventListener('abort', end, { once: true });
  handleDisconnect(child, backend);

  // git may respond and close its stdin before it has read the whole request.
  child.stdin.on('error', () => request.unpipe(child.stdin));
  request.pipe(child.stdin);
  relayResponse(child, response);

  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR_CHARACTERS);
  });
  return new Promise((resolve) => {
    const finish = (message: string) => {
      signal.removeEventListener('abort', end);
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'text/plain' });
      response.end();
      resolve(message);
    };
    child.once('error', (error) => finish(`could not start: ${error.message}`));
    child.once('close', () => finish(stderr.trim()));
  });
}
