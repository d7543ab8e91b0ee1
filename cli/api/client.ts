import * as z from 'zod';
import { encodeId } from '../../shared/api/path.ts';
import { versionHeader } from '../../shared/api/version.ts';
import { type HttpResponse, HttpUnreachable, jsonIn } from '../../shared/runtime/http/http-client.ts';
import { CliError } from '../errors.ts';
import { explainSkew, skewOf, type VersionSkew } from '../installation.ts';
import { printable } from '../output/text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Address, findAddress } from './address.ts';
import { credentialChain, type FindCredentials } from './aws-settings.ts';
import { explainRefusal, invokeRemedy, refusalIn } from './gateway-refusal.ts';
import { type ApiCall, sendToApi } from './send.ts';

/** Validation errors by field. */
export type Problems = Readonly<Record<string, string>>;

/** The API responded with an error status. */
export class ApiError extends CliError {
  readonly status: number;

  constructor(status: number, message: string, options?: ConstructorParameters<typeof CliError>[1]) {
    super(message, options);
    this.status = status;
  }
}

/** The API rejected fields of the request. The exit code is 4. */
export class InvalidInput extends ApiError {
  readonly problems: Problems;

  constructor(status: number, problems: Problems) {
    const lines = Object.entries(problems).map(([field, message]) => `${field}: ${printable(message)}\n`);
    const message =
      lines.length === 1
        ? 'The following error was found:'
        : `The following ${lines.length} errors were found:`;
    super(status, message, { exitCode: 4, data: lines.join('') });
    this.problems = problems;
  }
}

/** The management API. Every method throws `ApiError` for an error status and `CliError` without a valid response. */
export interface Api {
  /** Reads one resource. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Reads a list lazily, page by page. */
  pages<T>(path: string, item: z.ZodType<T>): AsyncGenerator<T[]>;
  /** Reads all pages of a list. */
  list<T>(path: string, item: z.ZodType<T>): Promise<T[]>;
  /** Reads a resource; null for status 404. */
  find<T>(path: string, schema: z.ZodType<T>): Promise<T | null>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  patch<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  delete<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Reads JSON lines. */
  lines(path: string): Promise<string[]>;
  /** Reads a file. */
  bytes(path: string): Promise<Buffer>;
}

/** Connects to the management API. The address is resolved with the first call. */
export function connectApi(terminal: Pick<Terminal, 'env' | 'info'>): Api {
  const { env } = terminal;
  const credentials = credentialChain();
  let found: Promise<Address> | undefined;
  const address = () => {
    found ??= findAddress(terminal, credentials);
    return found;
  };

  let isWarned = false;
  const warnOnce = (response: HttpResponse) => {
    const skew = skewIn(response);
    if (isWarned || !skew?.isOlder) return;
    isWarned = true;
    terminal.info(explainSkew(skew));
  };

  const call = async (method: string, path: string, body?: string): Promise<HttpResponse> => {
    const at = await address();
    const response = await send(at, { method, path, body }, { env, credentials });
    warnOnce(response);
    if (response.status >= 200 && response.status < 300) return response;
    const request = `${method} ${path.split('?')[0]}`;
    const refusal = at.isLoopback ? null : refusalIn(response);
    if (refusal === null) throw errorOf(response, at, request);
    const message = await explainRefusal(refusal, { url: at.url, call: request, env, credentials });
    throw new ApiError(response.status, message);
  };
  const get = async <T>(path: string, schema: z.ZodType<T>) =>
    parse(await call('GET', path), schema, await address());
  const write = async <T>(method: string, path: string, body: unknown, schema: z.ZodType<T>) =>
    parse(await call(method, path, JSON.stringify(body)), schema, await address());

  async function* pages<T>(path: string, item: z.ZodType<T>) {
    for (let next: string | null = path; next !== null; ) {
      const response = await call('GET', next);
      yield parse(response, z.array(item), await address());
      next = nextPage(next, response);
    }
  }

  return {
    get,
    pages,
    async list(path, item) {
      const all = [];
      for await (const page of pages(path, item)) all.push(...page);
      return all;
    },
    async find(path, schema) {
      try {
        return await get(path, schema);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    post: (path, body, schema) => write('POST', path, body, schema),
    patch: (path, body, schema) => write('PATCH', path, body, schema),
    delete: async (path, schema) => parse(await call('DELETE', path), schema, await address()),
    bytes: async (path) => (await call('GET', path)).bytes,
    lines: async (path) => (await call('GET', path)).text.split('\n').filter((line) => line !== ''),
  };
}

/** Builds a path from a template; `encodeId` encodes each id. */
export function path(literals: TemplateStringsArray, ...ids: string[]): string {
  const encoded = ids.map((id) => {
    const part = encodeId(id);
    if (part === null) throw new CliError(`Not found: '${id}'.`);
    return part;
  });
  return String.raw({ raw: literals }, ...encoded);
}

async function send(
  address: Address,
  call: ApiCall,
  signing: { env: Terminal['env']; credentials: FindCredentials },
): Promise<HttpResponse> {
  try {
    return await sendToApi(address, call, signing);
  } catch (cause) {
    if (!(cause instanceof HttpUnreachable)) throw cause;
    throw new CliError(`No response from ${address.url} (${cause.message}). ${address.remedy}`, {
      cause,
    });
  }
}

function skewIn({ headers }: HttpResponse): VersionSkew | null {
  return skewOf(headers.get(versionHeader));
}

/** The path of the next page: the link's query on the current path, because the link's host may differ. */
function nextPage(path: string, { headers }: HttpResponse): string | null {
  const link = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
  if (link === undefined) return null;
  const [pathname] = path.split('?');
  return `${pathname}${new URL(link, 'http://localhost').search}`;
}

function parse<T>(response: HttpResponse, schema: z.ZodType<T>, address: Address): T {
  const result = schema.safeParse(jsonIn(response));
  if (result.success) return result.data;
  const skew = skewIn(response);
  if (skew) throw new CliError(`The response cannot be read. ${explainSkew(skew)}`, { cause: result.error });
  throw new CliError(
    `The response from ${address.url} is not from Bough's management API. ${address.remedy}`,
    {
      cause: result.error,
    },
  );
}

const Failure = z.object({
  message: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

function errorOf(response: HttpResponse, address: Address, call: string): ApiError {
  const { message, detail } = Failure.catch({}).parse(jsonIn(response));
  if (response.status === 400 && detail && detail['error'] === undefined) {
    const problems = Object.entries(detail).map(([field, text]) => [field, String(text)] as const);
    return new InvalidInput(response.status, Object.fromEntries(problems));
  }
  const remedy =
    typeof detail?.['remedy'] === 'string' ? detail['remedy'] : remedyFor(response.status, address, call);
  const text = message ?? `${address.url} responded with status ${response.status}.`;
  const skew = response.status === 404 ? skewIn(response) : null;
  // An older API lacks routes; of an older command the user knows already.
  const note = skew && !skew.isOlder ? ` ${explainSkew(skew)}` : '';
  return new ApiError(response.status, `${text.replace(/\w$/, '$&.')} ${remedy}${note}`);
}

function remedyFor(status: number, address: Address, call: string): string {
  if (status === 401 || status === 403) return invokeRemedy(call, address.url);
  return status >= 500 ? 'Try again.' : address.remedy;
}
