import { once } from 'node:events';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ConsoleOptions, startConsoleServer } from '../../cli/console/console-server.ts';
import type { Upstream } from '../../cli/console/forward.ts';
import { type HttpRequest, type HttpResponse, startHttpServer } from './http-server.ts';

/** The page of a console in tests. */
const page =
  '<!doctype html><title>Console</title><script type="module" src="/assets/index-1a2b.js"></script>';

/** Writes a small built page, with a file that is not served. Returns its directory. */
export async function aBuiltPage(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bough-console-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), page);
  await writeFile(join(directory, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(directory, 'assets/index-1a2b.js'), 'export {};');
  await writeFile(join(directory, 'assets/index-1a2b.css'), 'body {}');
  await writeFile(join(directory, 'assets/index-1a2b.js.map'), '{}');
  return directory;
}

/** A request, unchanged on its way: hostile paths and headers included. */
export interface Sent {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** A response of the console. */
export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** `detail.error` of an error. */
  error: string | undefined;
}

interface Options extends Partial<Omit<ConsoleOptions, 'upstream'>> {
  answer?: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
  upstream?: Partial<Upstream>;
  readOnly?: boolean;
}

/** A console in front of a management API that answers everything, until the test ends. */
export async function aConsole({ answer, upstream, readOnly = false, ...options }: Options = {}) {
  const api = await startHttpServer(answer ?? (() => ({ status: 200, body: { ok: true } })));
  const problems: string[] = [];
  const server = await startConsoleServer({
    directory: await aBuiltPage(),
    port: 0,
    session: { api_url: api.url, region: 'local', stack: null, read_only: readOnly, version: '1.2.3' },
    report: (message) => void problems.push(message),
    ...options,
    upstream: {
      address: { url: api.url, isLoopback: true, remedy: 'Start it.' },
      env: {},
      credentials: {
        find: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' }),
        forget: () => {},
      },
      ...upstream,
    },
  });
  const { port } = server;
  const host = `127.0.0.1:${port}`;
  const token = new URL(server.url).hash.slice('#t='.length);
  const own = { host, 'sec-fetch-site': 'same-origin' };

  /** Sends a request with exactly these headers. */
  const bare = async (path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Received> => {
    const framed =
      body === undefined || 'transfer-encoding' in headers
        ? headers
        : { 'content-length': String(Buffer.byteLength(body)), ...headers };
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: framed,
      agent: false,
      setHost: false,
    });
    sent.end(body);
    const [incoming]: IncomingMessage[] = await once(sent, 'response');
    if (incoming === undefined) throw new Error('There is no response.');
    const content = await text(incoming);
    return {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      text: content,
      error: errorIn(content),
    };
  };
  return {
    ...server,
    api,
    problems,
    host,
    token,
    own,
    bare,
    /** Sends a request as the page does. */
    page: (path: string, { headers = {}, ...sent }: Sent = {}) =>
      bare(path, { ...sent, headers: { ...own, 'x-bough-token': token, ...headers } }),
    /** Sends a write as the page does. */
    write: (method: string, path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
      bare(path, {
        method,
        headers: {
          ...own,
          'x-bough-token': token,
          origin: `http://${host}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: JSON.stringify(body),
      }),
    /** Sends bytes over a connection of its own, and returns everything that comes back. */
    async raw(bytes: string): Promise<string> {
      const socket = connect(port, '127.0.0.1');
      socket.write(bytes, 'latin1');
      return text(socket);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await api.stop();
    },
  };
}

function errorIn(content: string): string | undefined {
  try {
    return JSON.parse(content).detail?.error;
  } catch {
    return undefined;
  }
}
