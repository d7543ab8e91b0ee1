import type * as z from 'zod/mini';
import { ApiFailure, failureOf, unreachable, unreadable } from './api-failure.ts';

/** The time limit of one call: the limit of API Gateway, 30 s, and a margin. */
const timeoutMs = 40_000;

/** The answer to a read, with its version. */
export interface Read<T> {
  readonly value: T;
  readonly etag: string | null;
  /** The path of a list's next page; null on the last page. */
  readonly next: string | null;
}

/** Options of a read. */
export interface ReadOptions<T> {
  /** The answer to the last read. It is returned again when the resource has not changed. */
  readonly previous?: Read<T> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The management API, as the server on loopback passes it on. Every method throws `ApiFailure`. */
export interface Api {
  /** Reads a path of the management API. */
  get<T>(path: string, schema: z.ZodMiniType<T>, options?: ReadOptions<T>): Promise<Read<T>>;
  /** Reads a document of the server on loopback itself. */
  own<T>(path: string, schema: z.ZodMiniType<T>, signal?: AbortSignal): Promise<T>;
  /** Reads a text, such as the JSON lines of a log. */
  text(path: string, signal?: AbortSignal): Promise<string>;
  post<T>(path: string, body: unknown, schema: z.ZodMiniType<T>): Promise<T>;
  patch<T>(path: string, body: unknown, schema: z.ZodMiniType<T>): Promise<T>;
  delete<T>(path: string, schema: z.ZodMiniType<T>): Promise<T>;
}

/** Connects to the server that served the page. `onRefused` is called when the server refuses the token. */
export function connectApi(token: string, onRefused: () => void = () => undefined): Api {
  const call = async (method: string, path: string, options: CallOptions) => {
    try {
      return await send(token, method, path, options);
    } catch (error) {
      if (error instanceof ApiFailure && error.code === 'wrong_token') onRefused();
      throw error;
    }
  };
  const write = async <T>(method: string, path: string, schema: z.ZodMiniType<T>, body?: unknown) => {
    const response = await call(method, `/api${path}`, { body });
    return parse(response, schema);
  };
  return {
    async get(path, schema, { previous, signal } = {}) {
      const response = await call('GET', `/api${path}`, { etag: previous?.etag, signal });
      if (response.status === 304 && previous) return previous;
      const value = await parse(response, schema);
      return { value, etag: response.headers.get('etag'), next: nextPage(path, response) };
    },
    own: async (path, schema, signal) => parse(await call('GET', path, { signal }), schema),
    text: async (path, signal) => (await call('GET', `/api${path}`, { signal })).text(),
    post: (path, body, schema) => write('POST', path, schema, body),
    patch: (path, body, schema) => write('PATCH', path, schema, body),
    delete: (path, schema) => write('DELETE', path, schema),
  };
}

interface CallOptions {
  readonly body?: unknown;
  readonly etag?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

async function send(token: string, method: string, path: string, options: CallOptions): Promise<Response> {
  const { body, etag, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      'x-bough-token': token,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(etag ? { 'if-none-match': etag } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((cause: unknown) => {
    // TanStack Query recognises its own cancellation.
    throw signal?.aborted ? cause : unreachable(cause);
  });
  if (response.ok || response.status === 304) return response;
  throw failureOf(response.status, await response.json().catch(() => null));
}

async function parse<T>(response: Response, schema: z.ZodMiniType<T>): Promise<T> {
  const document: unknown = await response.json().catch(() => null);
  const parsed = schema.safeParse(document);
  if (!parsed.success) throw unreadable(parsed.error);
  return parsed.data;
}

/** The path of the next page: the link's query on the current path, because the link's host differs. */
function nextPage(path: string, { headers }: Response): string | null {
  const link = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
  if (link === undefined) return null;
  const [pathname] = path.split('?');
  return `${pathname}${new URL(link, 'http://localhost').search}`;
}
