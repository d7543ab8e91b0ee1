import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CliError } from '../errors.ts';
import { type Answer, failure } from './answer.ts';
import { ConsoleError } from './console-error.ts';
import { readConsoleFiles } from './console-files.ts';
import type { Upstream } from './forward.ts';
import { hostOf, loopback } from './own-page.ts';
import { isOfAnotherUser } from './peer-user.ts';
import { type Console, respond, type Session } from './respond.ts';
import { securityHeaders } from './security-headers.ts';

/** Limits of a connection, against programs that send slowly or without end. Times are in milliseconds. */
export const limits = {
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 60_000,
  connections: 200,
};

/** The settings of a console. */
export interface ConsoleOptions {
  /** The directory of the built page. */
  directory: string;
  /** 0 for any free port. */
  port: number;
  session: Session;
  upstream: Upstream;
  /** Reports an unexpected error, which the page does not see. */
  report: (message: string) => void;
  /** Other limits, for tests. */
  limits?: Partial<typeof limits>;
}

/** A running console. */
export interface RunningConsole {
  port: number;
  /** The address of the page with its token, which is a secret. */
  url: string;
  stop(): Promise<void>;
}

/** Serves the console on loopback. Throws `CliError` when the page is not built or the port is in use. */
export async function startConsoleServer(options: ConsoleOptions): Promise<RunningConsole> {
  const { directory, session, upstream, report } = options;
  const bounds = { ...limits, ...options.limits };
  const parts = { token: randomBytes(32).toString('base64url'), files: await readConsoleFiles(directory) };
  const foreign = new WeakSet<Socket>();
  let host = '';
  const server = createServer(
    {
      maxHeaderSize: bounds.headerBytes,
      headersTimeout: bounds.headersMs,
      requestTimeout: bounds.requestMs,
      keepAliveTimeout: bounds.idleMs,
      connectionsCheckingInterval: 1_000,
      // Requests without the header get the same response as those with a foreign one.
      requireHostHeader: false,
    },
    (request, response) => {
      const isForeignUser = foreign.has(request.socket);
      void handle(request, response, { ...parts, host, session, upstream, isForeignUser }, report);
    },
  );
  server.on('connection', (socket) => {
    if (isOfAnotherUser(socket)) foreign.add(socket);
  });
  server.maxConnections = bounds.connections;
  const port = await listen(server, options.port);
  host = hostOf(port);
  return {
    port,
    url: `http://${host}/#t=${parts.token}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const problem = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${cause.code})`;
      reject(new CliError(`Port ${port} ${problem}. Choose another one with --port.`, { cause }));
    });
    server.listen(port, loopback, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  console: Console,
  report: ConsoleOptions['report'],
): Promise<void> {
  const answer = await respond(request, console).catch((error: unknown) => {
    if (error instanceof ConsoleError) return failure(error);
    if (!response.destroyed) report(`A request of the console failed: ${String(error)}`);
    return failure(new ConsoleError('internal', 'The request failed.', { cause: error }));
  });
  send(request, response, answer);
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): void {
  // Read the rest of the request: an HTTP client that still sends would see a reset instead of the response.
  request.resume();
  const length = status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length, ...securityHeaders });
  response.end(request.method === 'HEAD' ? undefined : body);
}
