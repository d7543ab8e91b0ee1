import type * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import { type HttpAnswer, http, jsonIn } from '../../runtime/http-client.ts';
import type { AccessTokens } from './access-tokens.ts';
import { ApiError, page } from './schema.ts';

export interface Api {
  get<T>(path: string, schema: z.ZodMiniType<T>): Promise<T>;
  /** Every page of a list. An error on any of them is an error of the whole: a partial list is never returned. */
  list<T>(path: string, item: z.ZodMiniType<T>): Promise<T[]>;
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void>;
}

const mostPages = 1000;

/** Bitbucket Cloud's REST API (2.0). A token that it no longer takes is replaced once. */
export function bitbucketApi(baseUrl: string, tokens: AccessTokens): Api {
  async function call(url: string, method: string, body?: unknown): Promise<HttpAnswer> {
    const token = await tokens.get();
    const answer = await attempt(url, method, body, token);
    if (answer.status !== 401) return answer;
    tokens.forget(token);
    return attempt(url, method, body, await tokens.get());
  }

  async function read<T>(url: string, schema: z.ZodMiniType<T>): Promise<T> {
    const json = jsonIn(accepted(await call(url, 'GET'), url));
    if (json === undefined)
      throw new BoughError('git_host_unavailable', 'Bitbucket answered with something that is not JSON.');
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    const fields = Object.fromEntries(
      parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]),
    );
    throw new BoughError('git_host_rejected', 'Bitbucket gave an answer that Bough does not understand.', {
      fields,
    });
  }

  return {
    get: (path, schema) => read(baseUrl + path, schema),
    async list(path, item) {
      const values = [];
      const seen = new Set<string>();
      let next: string | null | undefined = baseUrl + path;
      while (next) {
        if (seen.has(next) || seen.size === mostPages)
          throw new BoughError('git_host_rejected', `The list ${path} has no end.`);
        seen.add(next);
        // A page elsewhere would be sent our token.
        if (!next.startsWith(`${baseUrl}/`))
          throw new BoughError('git_host_rejected', `The list ${path} leads elsewhere.`);
        const answer: z.infer<ReturnType<typeof page<typeof item>>> = await read(next, page(item));
        values.push(...answer.values);
        next = answer.next;
      }
      return values;
    },
    async send(method, path, body) {
      accepted(await call(baseUrl + path, method, body), path);
    },
  };
}

function attempt(url: string, method: string, body: unknown, token: string): Promise<HttpAnswer> {
  return http(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new BoughError('git_host_unavailable', 'Bitbucket did not answer.', { cause });
  });
}

function accepted(answer: HttpAnswer, url: string): HttpAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const said = saidIn(answer);
  const message = `Bitbucket answered ${answer.status} for ${new URL(url, 'https://x').pathname}${said ? `: ${said}` : ''}.`;
  throw new BoughError(codeFor(answer.status), message);
}

function codeFor(status: number) {
  if (status === 401) return 'git_host_credentials';
  if (status === 403) return 'git_host_forbidden';
  // A redirect is where a repository went that was renamed; our token does not follow it.
  if (status === 404 || status === 410 || status < 400) return 'git_host_not_found';
  if (status === 429) return 'git_host_rate_limited';
  return status >= 500 ? 'git_host_unavailable' : 'git_host_rejected';
}

function saidIn(answer: HttpAnswer): string {
  const { data } = ApiError.safeParse(jsonIn(answer));
  return data?.error.message ?? answer.text.slice(0, 200);
}
