import * as z from 'zod';
import { type HttpAnswer, HttpUnreachable, http } from '../../shared/runtime/http-client.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { type Address, findAddress } from './address.ts';

/** As long as API Gateway waits for a function, and a little more. */
const timeoutMs = 35_000;

/** The API refused. `fields` says which fields are why. */
export class ApiError extends CliError {
  readonly status: number;
  readonly fields: Record<string, string> | null;

  constructor(status: number, message: string, fields: Record<string, string> | null) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export interface Api {
  /** Reads one resource or list. Throws `ApiError`. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Reads what may not exist. */
  find<T>(path: string, schema: z.ZodType<T>): Promise<T | null>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  patch<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  delete<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Reads JSON lines. */
  lines(path: string): Promise<string[]>;
}

export function connectApi({ env }: Pick<Terminal, 'env'>): Api {
  const address = findAddress(env);

  const call = async (method: string, path: string, body?: string): Promise<HttpAnswer> => {
    const answer = await send(address, { method, url: address.url + path, body }, env);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw errorOf(answer, address);
  };
  const get = async <T>(path: string, schema: z.ZodType<T>) =>
    parse(await call('GET', path), schema, address);
  const write = async <T>(method: string, path: string, body: unknown, schema: z.ZodType<T>) =>
    parse(await call(method, path, JSON.stringify(body)), schema, address);

  return {
    get,
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
    delete: async (path, schema) => parse(await call('DELETE', path), schema, address),
    lines: async (path) => (await call('GET', path)).text.split('\n').filter((line) => line !== ''),
  };
}

/**
 * A path with its placeholders filled in. A slash in an id stays one, as the API allows;
 * everything that signatures could read in two ways is encoded.
 */
export function path(literals: TemplateStringsArray, ...ids: string[]): string {
  return String.raw({ raw: literals }, ...ids.map(encodeId));
}

function encodeId(id: string): string {
  const segments = id.split('/');
  // In a URL these lead elsewhere, however they are encoded.
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    throw new CliError(`There is nothing with the id '${id}'.`);
  }
  return segments.map(encodeSegment).join('/');
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function send(
  address: Address,
  request: { method: string; url: string; body: string | undefined },
  env: Terminal['env'],
): Promise<HttpAnswer> {
  const headers = {
    accept: 'application/json',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const signed = address.isLoopback
    ? headers
    : await (await import('./sign-request.ts')).signRequest({ ...request, headers }, { env });
  try {
    return await http(request.url, {
      method: request.method,
      headers: signed,
      ...(request.body === undefined ? {} : { body: request.body }),
      timeoutMs,
    });
  } catch (cause) {
    if (!(cause instanceof HttpUnreachable)) throw cause;
    throw new CliError(`There is no answer from ${address.url} (${cause.message}). ${address.remedy}`, {
      cause,
    });
  }
}

function parse<T>(answer: HttpAnswer, schema: z.ZodType<T>, address: Address): T {
  const result = schema.safeParse(jsonOf(answer.text));
  if (result.success) return result.data;
  throw new CliError(`${address.url} answers, but not as Bough's management API does. ${address.remedy}`, {
    cause: result.error,
  });
}

const Failure = z.object({
  message: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

function errorOf(answer: HttpAnswer, address: Address): ApiError {
  const { message, detail } = Failure.catch({}).parse(jsonOf(answer.text));
  if (answer.status === 400 && detail && detail['error'] === undefined) {
    const fields = Object.entries(detail).map(([field, text]) => [field, String(text)] as const);
    const text = fields.map((field) => field.join(': ')).join('\n');
    return new ApiError(answer.status, text, Object.fromEntries(fields));
  }
  const remedy =
    typeof detail?.['remedy'] === 'string' ? detail['remedy'] : remedyFor(answer.status, address);
  const text = message ?? `${address.url} answered with status ${answer.status}.`;
  return new ApiError(answer.status, `${text} ${remedy}`, null);
}

function remedyFor(status: number, address: Address): string {
  if (status === 401 || status === 403) {
    return `Check that your AWS identity may invoke the API at ${address.url} (execute-api:Invoke).`;
  }
  return status >= 500 ? 'Try again.' : address.remedy;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
