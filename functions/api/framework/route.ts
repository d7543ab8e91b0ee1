import * as z from 'zod/mini';
import type { Answer, ApiRequest } from './http.ts';
import { parseInput, parseQuery } from './parse.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Schema<T = unknown> = z.ZodMiniType<T>;

/** What a route says of itself: the router goes by it, and the OpenAPI document is made of it. */
export interface Description {
  method: Method;
  /** `{name}` stands for one segment, `{name+}` for one or more. */
  path: string;
  /** The operation's name, for good: clients are generated from it. */
  id: string;
  /** A sentence without a full stop. */
  summary: string;
  query?: Schema;
  body?: Schema;
  /** The schema of each answer that is no error. */
  answers: Partial<Record<200 | 201 | 202, Schema>>;
  /** Errors that are not told as everywhere. */
  failures?: Partial<Record<400 | 401 | 404 | 413 | 500, Schema>>;
  /** What the answers are written in, JSON if it is not said; of `application/x-ndjson` the schema is a line's. */
  media?: 'application/json' | 'application/x-ndjson' | 'text/plain' | 'text/html';
  /** True when IAM does not stand before it. */
  isOpen?: boolean;
  /** True when it changes something and may be asked of a project that is being deleted all the same. */
  whileDeleted?: boolean;
}

/** A description and what answers it. Null leaves the call to the next route that fits. */
export interface Route extends Description {
  answer(request: ApiRequest): Promise<Answer | null>;
}

interface Input<Found, Query, Body> extends Pick<ApiRequest, 'longest' | 'caller'> {
  found: Found;
  query: Query;
  body: Body;
}

interface Definition<Found, Query, Body> extends Description {
  /** What the path names, looked for before anything that is sent with it. Null leaves the call to the next route. */
  find(params: ApiRequest['params']): Promise<Found | null> | Found;
  query?: Schema<Query>;
  body?: Schema<Body>;
  /** The choice of `body` that fits what was found. */
  bodyOf?(found: Found): Schema<Body>;
  handle(input: Input<Found, Query, Body>): Promise<Answer> | Answer;
}

/** What is sent to a route that takes nothing. */
const Nothing = z.strictObject({});
type Nothing = z.infer<typeof Nothing>;

/** A route whose query and body are parsed by the very schemas that describe them. */
export function route<Found, Query = Nothing, Body = Nothing>(
  definition: Definition<Found, Query, Body>,
): Route;
export function route({
  find,
  bodyOf,
  handle,
  ...description
}: Definition<unknown, unknown, unknown>): Route {
  const { method, query = Nothing, body = Nothing } = description;
  return {
    ...description,
    async answer(request) {
      const found = await find(request.params);
      if (found === null) return null;
      return handle({
        found,
        longest: request.longest,
        caller: request.caller,
        query: parseQuery(query, request.query),
        body: method === 'GET' ? {} : parseInput(bodyOf?.(found) ?? body, request.json()),
      });
    },
  };
}
