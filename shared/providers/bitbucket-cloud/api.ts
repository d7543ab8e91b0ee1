import type * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import type { HttpAnswer } from '../../runtime/http-client.ts';
import type { Network } from '../../runtime/network.ts';
import type { Gate } from '../gate.ts';
import { type FirstPages, readList } from '../read-list.ts';
import { accepted, type Refusals, refusalIn } from '../refusal.ts';
import { callRest, type RestRequest, readAnswer } from '../rest.ts';
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

const refusals: Refusals = {
  errorsIn: (json) => {
    const { data } = ApiError.safeParse(json);
    return data ? [data.error] : [];
  },
  remedies: {
    git_host_credentials: 'Ensure that the OAuth consumer key and secret are valid.',
    git_host_forbidden: `Give the OAuth consumer its permissions (${requiredPermissions.join(', ')}), and its owner access to the repository.`,
    git_host_not_found:
      'Check the repository name, and that the owner of the OAuth consumer can see the repository.',
  },
};

/** Bitbucket Cloud's REST API (2.0). A token that it no longer takes is replaced once. */
export function bitbucketApi(baseUrl: string, tokens: AccessTokens, network: Network, gate: Gate): Api {
  async function call(request: Omit<RestRequest, 'headers' | 'network' | 'gate'>): Promise<HttpAnswer> {
    const attempt = (token: string) =>
      callRest({ ...request, network, gate, headers: { authorization: `Bearer ${token}` } });
    const token = await tokens.get();
    const answer = await attempt(token);
    if (answer.status !== 401) return accepted(answer, request.url, refusals);
    tokens.forget(token);
    return accepted(await attempt(await tokens.get()), request.url, refusals);
  }

  function firstPages<T>(path: string, item: z.ZodMiniType<T>, count: number): Promise<FirstPages<T>> {
    const read = async (url: string, timeoutMs: number) => {
      // A page elsewhere would be sent our token.
      if (!url.startsWith(`${baseUrl}/`))
        throw new BoughError('git_host_rejected', `The list ${path} leads elsewhere.`);
      const answer = await call({ method: 'GET', url, timeoutMs });
      const { values, next }: z.infer<ReturnType<typeof page<typeof item>>> = readAnswer(answer, page(item));
      return { values, next: next || null, answer };
    };
    return readList(path, baseUrl + path, read, count);
  }

  return {
    get: async (path, schema) => readAnswer(await call({ method: 'GET', url: baseUrl + path }), schema),
    firstPages,
    list: async (path, item) => (await firstPages(path, item, Number.POSITIVE_INFINITY)).values,
    async send(method, path, body) {
      await call({ method, url: baseUrl + path, body });
    },
  };
}

/** True for what is not there for us: a stranger's repository may be read at most, a private one is not even seen, and it may go. */
export function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof BoughError)) return false;
  if (refusalIn(error)?.status === 410) return true;
  return error.code === 'git_host_forbidden' || error.code === 'git_host_not_found';
}
