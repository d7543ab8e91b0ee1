import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface Backend {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The CGI environment beside what follows from the request. */
  readonly env: Record<string, string>;
  readonly signal: AbortSignal;
}

const HEADER_LIMIT_BYTES = 64 * 1024;
const KEPT_STDERR_CHARACTERS = 4096;

/** Adds what the request says to a CGI environment, under CGI's names. */
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

/** Ends git and what it started: they share a process group of their own. */
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

/** Passes the CGI answer on as it comes: its headers first, then the body under back-pressure. */
function relayAnswer(child: ChildProcessWithoutNullStreams, response: ServerResponse): void {
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
 * A client that went away. Whoever stops listening to a fetch ends it; a push is git's own to finish or
 * to give up, so its output is read to the end.
 */
function followClient(child: ChildProcessWithoutNullStreams, backend: Backend): void {
  const { request, response } = backend;
  response.on('error', () => response.destroy());
  response.once('close', () => {
    child.stdin.destroy();
    child.stdout.unpipe(response).resume();
    if (!request.url?.endsWith('/git-receive-pack')) endGroup(child);
  });
}

/**
 * Answers one request with `git http-backend`, streaming in both directions.
 * Resolves with git's stderr (its end) when git is done.
 */
export function serveGitBackend(backend: Backend): Promise<string> {
  const { request, response, signal } = backend;
  const child = spawn('git', ['http-backend'], {
    env: cgiEnvironment(backend),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const end = () => endGroup(child);
  signal.addEventListener('abort', end, { once: true });
  followClient(child, backend);

  // git may answer before it has read everything, and close its side.
  child.stdin.on('error', () => request.unpipe(child.stdin));
  request.pipe(child.stdin);
  relayAnswer(child, response);

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
