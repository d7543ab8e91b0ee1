import * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';
import type { HttpAnswer } from '../../runtime/http-client.ts';
import type { Network } from '../../runtime/network.ts';
import { callRest, type RestRequest, readAnswer } from '../rest.ts';
import { page } from './answers.ts';
import { checked, refusalIn, type ServerRefusal } from './refusal.ts';

/** As much of a refusal as there is of an answer without content, too. */
export type Empty = Pick<ServerRefusal, 'status' | 'exceptions'>;

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

const mostPages = 1000;

/** Bitbucket Server's REST API, below `/rest`. */
export function serverApi(serverUrl: string, token: string, network: Network): Api {
  const base = `${serverUrl}/rest`;
  const call = async (method: RestRequest['method'], path: string, body?: unknown): Promise<HttpAnswer> => {
    const url = base + path;
    // The server takes a write without this header for one that a page in a browser was tricked into.
    const forWrites = method === 'GET' ? {} : { 'x-atlassian-token': 'no-check' };
    const headers = { authorization: `Bearer ${token}`, ...forWrites };
    return checked(await callRest({ method, url, headers, network, body }), url);
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
      const values = [];
      let start = 0;
      for (let pages = 0; pages < mostPages; pages++) {
        const query = `${path.includes('?') ? '&' : '?'}limit=100&start=${start}`;
        const answer: z.infer<ReturnType<typeof page<typeof item>>> = await get(path + query, page(item));
        values.push(...answer.values);
        if (answer.isLastPage) return values;
        if (typeof answer.nextPageStart !== 'number' || answer.nextPageStart <= start) break;
        start = answer.nextPageStart;
      }
      throw new BoughError('git_host_rejected', `The list ${path} has no end.`);
    },
    async send(method, path, body) {
      const answer = await call(method, path, body);
      // A page in place of an answer is a proxy's: the server has not been told.
      if (answer.text.trim() !== '') readAnswer(answer, z.unknown());
    },
  };
}
