import type * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import type { HttpAnswer } from '../../runtime/http-client.ts';
import type { Network } from '../../runtime/network.ts';
import { accepted, callRest, type Refusals, type RestRequest, readAnswer } from '../rest.ts';
import type { AccessTokens } from './access-tokens.ts';
import { requiredPermissions } from './permissions.ts';
import { ApiError, page } from './schema.ts';

export interface Api {
  get<T>(path: string, schema: z.ZodMiniType<T>): Promise<T>;
  /** Every page of a list. An error on any of them is an error of the whole: a partial list is never returned. */
  list<T>(path: string, item: z.ZodMiniType<T>): Promise<T[]>;
  /** The same, but no more than so many pages. */
  firstPages<T>(path: string, item: z.ZodMiniType<T>, count: number): Promise<FirstPages<T>>;
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void>;
}

export interface FirstPages<T> {
  values: T[];
  /** Whether there are other pages. */
  hasMore: boolean;
}

const mostPages = 1000;

const refusals: Refusals = {
  saidIn: (json) => ApiError.safeParse(json).data?.error.message,
  remedies: {
    git_host_credentials: 'Ensure that the OAuth consumer key and secret are valid.',
    git_host_forbidden: `Give the OAuth consumer its permissions (${requiredPermissions.join(', ')}), and its owner access to the repository.`,
    git_host_not_found:
      'Check the repository name, and that the owner of the OAuth consumer can see the repository.',
  },
};

/** Bitbucket Cloud's REST API (2.0). A token that it no longer takes is replaced once. */
export function bitbucketApi(baseUrl: string, tokens: AccessTokens, network: Network): Api {
  async function call(request: Omit<RestRequest, 'headers' | 'network'>): Promise<HttpAnswer> {
    const attempt = (token: string) =>
      callRest({ ...request, network, headers: { authorization: `Bearer ${token}` } });
    const token = await tokens.get();
    const answer = await attempt(token);
    if (answer.status !== 401) return accepted(answer, request.url, refusals);
    tokens.forget(token);
    return accepted(await attempt(await tokens.get()), request.url, refusals);
  }

  async function read<T>(url: string, schema: z.ZodMiniType<T>): Promise<T> {
    return readAnswer(await call({ method: 'GET', url }), schema);
  }

  async function firstPages<T>(path: string, item: z.ZodMiniType<T>, count: number): Promise<FirstPages<T>> {
    const values: T[] = [];
    const seen = new Set<string>();
    let next: string | null | undefined = baseUrl + path;
    while (next && seen.size < count) {
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
    return { values, hasMore: Boolean(next) };
  }

  return {
    get: (path, schema) => read(baseUrl + path, schema),
    firstPages,
    list: async (path, item) => (await firstPages(path, item, Infinity)).values,
    async send(method, path, body) {
      await call({ method, url: baseUrl + path, body });
    },
  };
}

/** True for what is not there for us: a stranger's repository may be read at most, and a private one not even seen. */
export function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof BoughError)) return false;
  return error.code === 'git_host_forbidden' || error.code === 'git_host_not_found';
}
