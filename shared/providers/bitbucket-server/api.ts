import * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import type { HttpAnswer } from '../../runtime/http-client.ts';
import type { Network } from '../../runtime/network.ts';
import type { Gate } from '../gate.ts';
import { readList } from '../read-list.ts';
import { type Refusal, refusalIn } from '../refusal.ts';
import { callRest, type RestRequest, readAnswer } from '../rest.ts';
import { page } from './answers.ts';
import { checked } from './refusal.ts';

/** As much of a refusal as there is of an answer without content, too. */
export type Empty = Pick<Refusal, 'status' | 'exceptions'>;

export interface Api {
  get<T>(path: string, schema: z.ZodMiniType<T>): Promise<T>;
  /** Null for an answer without content, or a refusal, that is known to mean that there is nothing. */
  find<T>(
    path: string,
    schema: z.ZodMiniType<T>,
    meansNothing: (answer: Empty) => boolean,
  ): Promise<T | null>;
  /** Every page of a list. An error on any of them is an error of the whole: a partial list is never returned. */
  list<T>(path: string, item: z.ZodMiniType<T>): Promise<T[]>;
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void>;
}

/** Bitbucket Server's REST API, below `/rest`. */
export function serverApi(serverUrl: string, token: string, network: Network, gate: Gate): Api {
  const base = `${serverUrl}/rest`;
  const call = async (
    method: RestRequest['method'],
    path: string,
    rest: Pick<RestRequest, 'body' | 'timeoutMs'> = {},
  ): Promise<HttpAnswer> => {
    const url = base + path;
    // The server takes a write without this header for one that a page in a browser was tricked into.
    const forWrites = method === 'GET' ? {} : { 'x-atlassian-token': 'no-check' };
    const headers = { authorization: `Bearer ${token}`, ...forWrites };
    return checked(await callRest({ method, url, headers, network, gate, ...rest }), url);
  };
  const get = async <T>(path: string, schema: z.ZodMiniType<T>): Promise<T> =>
    readAnswer(await call('GET', path), schema);

  return {
    get,
    async find(path, schema, meansNothing) {
      try {
        const answer = await call('GET', path);
        const isEmpty = answer.status === 204 && meansNothing({ status: 204, exceptions: [] });
        return isEmpty ? null : readAnswer(answer, schema);
      } catch (error) {
        const refusal = refusalIn(error);
        if (refusal && meansNothing(refusal)) return null;
        throw error;
      }
    },
    async list(path, item) {
      const read = async (start: number, timeoutMs: number) => {
        const query = `${path.includes('?') ? '&' : '?'}limit=100&start=${start}`;
        const answer = await call('GET', path + query, { timeoutMs });
        const { values, isLastPage, nextPageStart }: z.infer<ReturnType<typeof page<typeof item>>> =
          readAnswer(answer, page(item));
        if (isLastPage) return { values, next: null, answer };
        if (typeof nextPageStart === 'number' && nextPageStart > start)
          return { values, next: nextPageStart, answer };
        throw new BoughError('git_host_rejected', `The list ${path} does not say where its next page is.`);
      };
      return (await readList(path, 0, read)).values;
    },
    async send(method, path, body) {
      const answer = await call(method, path, { body });
      // A page in place of an answer is a proxy's: the server has not been told.
      if (answer.text.trim() !== '') readAnswer(answer, z.unknown());
    },
  };
}
