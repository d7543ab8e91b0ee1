import type * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import type { HttpResponse } from '../../runtime/http/http-client.ts';
import type { Network } from '../../runtime/http/network.ts';
import { callRest, type RestRequest, readResponse } from '../rest/client.ts';
import { type ErrorFormat, errorResponseIn, requireSuccess } from '../rest/error-response.ts';
import { type FirstPages, readList } from '../rest/read-list.ts';
import type { RateLimiter } from '../traffic/rate-limiter.ts';
import type { AccessTokens } from './access-tokens.ts';
import { requiredPermissions } from './permissions.ts';
import { ApiError, page } from './schema.ts';

/** Bitbucket Cloud's REST API. Every method throws `BoughError` for an error response. */
export interface Api {
  get<T>(path: string, schema: z.ZodMiniType<T>): Promise<T>;
  /** Every page of a list. An error on any page fails the whole call: a partial list is never returned. */
  list<T>(path: string, item: z.ZodMiniType<T>): Promise<T[]>;
  /** At most `count` pages of a list. */
  firstPages<T>(path: string, item: z.ZodMiniType<T>, count: number): Promise<FirstPages<T>>;
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void>;
}

const errorFormat: ErrorFormat = {
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

/** Creates a client for Bitbucket Cloud's REST API (2.0). After a 401 a new token is requested, once. */
export function bitbucketApi(
  baseUrl: string,
  tokens: AccessTokens,
  network: Network,
  rateLimiter: RateLimiter,
): Api {
  async function call(
    request: Omit<RestRequest, 'headers' | 'network' | 'rateLimiter'>,
  ): Promise<HttpResponse> {
    const attempt = (token: string) =>
      callRest({ ...request, network, rateLimiter, headers: { authorization: `Bearer ${token}` } });
    const token = await tokens.get();
    const response = await attempt(token);
    if (response.status !== 401) return requireSuccess(response, request.url, errorFormat);
    tokens.forget(token);
    return requireSuccess(await attempt(await tokens.get()), request.url, errorFormat);
  }

  function firstPages<T>(path: string, item: z.ZodMiniType<T>, count: number): Promise<FirstPages<T>> {
    const read = async (url: string, timeoutMs: number) => {
      // The access token must not be sent to another host.
      if (!url.startsWith(`${baseUrl}/`))
        throw new BoughError('git_host_rejected', `The list ${path} leads elsewhere.`);
      const response = await call({ method: 'GET', url, timeoutMs });
      const { values, next }: z.infer<ReturnType<typeof page<typeof item>>> = readResponse(
        response,
        page(item),
      );
      return { values, next: next || null, response };
    };
    return readList(path, baseUrl + path, read, count);
  }

  return {
    get: async (path, schema) => readResponse(await call({ method: 'GET', url: baseUrl + path }), schema),
    firstPages,
    list: async (path, item) => (await firstPages(path, item, Number.POSITIVE_INFINITY)).values,
    async send(method, path, body) {
      await call({ method, url: baseUrl + path, body });
    },
  };
}

/** True when the credentials do not reach a resource: forbidden, not found or gone. Forks often belong to other accounts. */
export function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof BoughError)) return false;
  if (errorResponseIn(error)?.status === 410) return true;
  return error.code === 'git_host_forbidden' || error.code === 'git_host_not_found';
}
