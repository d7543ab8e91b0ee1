import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A request that the server has received. */
export interface GitRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingMessage['headers'];
  /** The body, decompressed. */
  body: string;
}

/** A change to a response. Byte counts refer to the body. */
export type Fault =
  /** Replaces git's response. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string | Buffer }
  /** Ends the response after this many bytes: regularly, or with `cut` by closing the connection. */
  | { kind: 'truncate'; after: number; cut?: boolean }
  /** Sends this many bytes, then nothing more, and keeps the connection open. */
  | { kind: 'stall'; after: number }
  /** Closes the connection without a response. */
  | { kind: 'hang-up' }
  /** Passes git's whole response through a function. */
  | { kind: 'rewrite'; rewrite: (body: Buffer) => Buffer };

/** A running git server. */
export interface GitServer {
  /** The URL of a repository below the root, e.g. `url('o/r.git')`. */
  url(repository: string): string;
  requests: GitRequest[];
  /** The number of open responses, the number of them blocked by a slow reader, and the bytes sent so far. */
  answers: { open: number; waiting: number; sentBytes: number };
  stop(): Promise<void>;
}

/** The repositories and the behaviour of a git server. */
export interface GitServerOptions {
  /** The directory above the bare repositories. */
  root: string;
  /** `v0`: a server without support for protocol v2. */
  protocol?: 'v2' | 'v0';
  authorize?: (authorization: string | undefined) => boolean;
  intercept?: (request: GitRequest) => Fault | undefined;
}

/** Starts `git http-backend` on a free port of 127.0.0.1. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const backend = join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend');
  const children = new Set<ChildProcess>();
  const requests: GitRequest[] = [];
  const answers = { open: 0, waiting: 0, sentBytes: 0 };

  const server = createServer(async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray());
    const request = describeRequest(incoming, body);
    requests.push(request);
    if (options.authorize && !options.authorize(incoming.headers.authorization)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"', 'content-type': 'text/plain' });
      response.end('Authentication failed\n');
      return;
    }
    const fault = options.intercept?.(request);
    if (fault?.kind === 'hang-up') return void incoming.socket.destroy();
    if (fault?.kind === 'answer') {
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    const child = spawn(backend, [], {
      env: cgiEnvironment(options, request),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    answers.open += 1;
    response.once('close', () => {
      answers.open -= 1;
      child.kill();
    });
    child.stdin.on('error', () => undefined).end(body);
    await relay(child.stdout, response, answers, fault);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: (repository) => `http://127.0.0.1:${port}/${repository}`,
    requests,
    answers,
    async stop() {
      for (const child of children) child.kill();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function describeRequest(incoming: IncomingMessage, body: Buffer): GitRequest {
  const [path = '', query = ''] = (incoming.url ?? '').split('?');
  const compressed = incoming.headers['content-encoding'] === 'gzip';
  return {
    method: incoming.method ?? '',
    path: decodeURIComponent(path),
    query,
    headers: incoming.headers,
    body: (compressed ? gunzipSync(body) : body).toString(),
  };
}

function cgiEnvironment(
  { root, protocol = 'v2' }: GitServerOptions,
  request: GitRequest,
): Record<string, string> {
  const { headers } = request;
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: request.path,
    QUERY_STRING: request.query,
    CONTENT_TYPE: headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    ...(protocol === 'v2' ? { GIT_PROTOCOL: String(headers['git-protocol'] ?? '') } : {}),
  };
}

/** Streams the output of the CGI program as the HTTP response. */
async function relay(
  output: NodeJS.ReadableStream,
  response: ServerResponse,
  answers: GitServer['answers'],
  fault?: Fault,
): Promise<void> {
  let head = Buffer.alloc(0);
  let sent = 0;
  const whole: Buffer[] = [];
  const send = async (bytes: Buffer) => {
    if (fault?.kind === 'rewrite') return void whole.push(bytes);
    const limit = fault?.kind === 'truncate' || fault?.kind === 'stall' ? fault.after - sent : bytes.length;
    const part = bytes.subarray(0, Math.max(0, limit));
    sent += part.length;
    answers.sentBytes += part.length;
    if (response.write(part) || response.destroyed) return;
    answers.waiting += 1;
    await drained(response);
    answers.waiting -= 1;
  };

  for await (const chunk of output as AsyncIterable<Buffer>) {
    if (response.destroyed) return;
    if (response.headersSent) {
      await send(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    writeHead(response, head.toString('latin1', 0, end));
    await send(head.subarray(end + 4));
  }
  if (fault?.kind === 'rewrite') response.write(fault.rewrite(Buffer.concat(whole)));
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'truncate' && fault.cut) response.destroy();
  else response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = line.split(': ', 2);
    if (name === 'Status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
  response.flushHeaders();
}
