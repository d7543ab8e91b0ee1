import * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import type { HttpResponse } from '../../runtime/http/http-client.ts';
import type { Network } from '../../runtime/http/network.ts';
import { callRest, type RestRequest, readResponse } from '../rest/client.ts';
import { type ErrorResponse, errorResponseIn, requireSuccess } from '../rest/error-response.ts';
import { readList } from '../rest/read-list.ts';
import type { RateLimiter } from '../traffic/rate-limiter.ts';
import { page } from './api-schema.ts';
import { errorFormat } from './error-format.ts';

/** The fields shared by an error response and a 204. */
export type EmptyResponse = Pick<ErrorResponse, 'status' | 'exceptions'>;

/** Bitbucket Server's REST API. Every method throws `BoughError` for an error response. */
export interface Api {
  get<T>(path: string, schema: z.ZodMiniType<T>): Promise<T>;
  /** Returns null for a 204 or an error response for which `meansNothing` is true. */
  find<T>(
    path: string,
    schema: z.ZodMiniType<T>,
    meansNothing: (response: EmptyResponse) => boolean,
  ): Promise<T | null>;
  /** Every page of a list. An error on any page fails the whole call: a partial list is never returned. */
  list<T>(path: string, item: z.ZodMiniType<T>): Promise<T[]>;
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void>;
}

/** Creates a client for Bitbucket Server's REST API, below `/rest`. */
export function serverApi(serverUrl: string, token: string, network: Network, rateLimiter: RateLimiter): Api {
  const base = `${serverUrl}/rest`;
  const call = async (
    method: RestRequest['method'],
    path: string,
    rest: Pick<RestRequest, 'body' | 'timeoutMs'> = {},
  ): Promise<HttpResponse> => {
    const url = base + path;
    // Without this header the server rejects writes as cross-site request forgery.
    const forWrites = method === 'GET' ? {} : { 'x-atlassian-token': 'no-check' };
    const headers = { authorization: `Bearer ${token}`, ...forWrites };
    return requireSuccess(
      await callRest({ method, url, headers, network, rateLimiter, ...rest }),
      url,
      errorFormat,
    );
  };
  const get = async <T>(path: string, schema: z.ZodMiniType<T>): Promise<T> =>
    readResponse(await call('GET', path), schema);

  return {
    get,
    async find(path, schema, meansNothing) {
      try {
        const response = await call('GET', path);
        const isEmpty = response.status === 204 && meansNothing({ status: 204, exceptions: [] });
        return isEmpty ? null : readResponse(response, schema);
      } catch (error) {
        const errorResponse = errorResponseIn(error);
        if (errorResponse && meansNothing(errorResponse)) return null;
        throw error;
      }
    },
    async list(path, item) {
      const read = async (start: number, timeoutMs: number) => {
        const query = `${path.includes('?') ? '&' : '?'}limit=100&start=${start}`;
        const response = await call('GET', path + query, { timeoutMs });
        const { values, isLastPage, nextPageStart }: z.infer<ReturnType<typeof page<typeof item>>> =
          readResponse(response, page(item));
        if (isLastPage) return { values, next: null, response };
        if (typeof nextPageStart === 'number' && nextPageStart > start)
          return { values, next: nextPageStart, response };
        throw new BoughError('git_host_rejected', `The list ${path} does not say where its next page is.`);
      };
      return (await readList(path, 0, read)).values;
    },
    async send(method, path, body) {
      const response = await call(method, path, { body });
      // A web page in place of JSON comes from a proxy, so the write did not reach the server.
      if (response.text.trim() !== '') readResponse(response, z.unknown());
    },
  };
}
