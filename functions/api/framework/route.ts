import * as z from 'zod/mini';
import type { ApiRequest, ApiResponse } from './http.ts';
import { parseInput, parseQuery } from './parse.ts';

/** The HTTP methods of routes. */
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
/** The schema of a query, a body or a response. */
export type Schema<T = unknown> = z.ZodMiniType<T>;

/** The description of a route. The router and the OpenAPI document use it. */
export interface Description {
  method: Method;
  /** `{name}` stands for one segment, `{name+}` for one or more. */
  path: string;
  /** The operation's permanent name. Generated clients use it. */
  id: string;
  /** A sentence without a full stop. */
  summary: string;
  query?: Schema;
  body?: Schema;
  /** The schema of each successful response. */
  responses: Partial<Record<200 | 201 | 202 | 302, Schema>>;
  /** The schemas of errors that differ from the API's common format. */
  failures?: Partial<Record<400 | 401 | 403 | 404 | 413 | 500, Schema>>;
  /** The content type of responses, by default JSON. For `application/x-ndjson` the schema describes one line. */
  media?: 'application/json' | 'application/x-ndjson' | 'application/gzip' | 'text/plain' | 'text/html';
  /** True when the route does not require IAM authorisation. */
  isOpen?: boolean;
  /** True for a GET whose response depends on the project's records only: see `revalidate`. */
  isPolled?: true;
  /** True for another route that may respond with status 304. */
  canBeUnmodified?: true;
  /** True for a mutation that is possible while the project is being deleted. */
  whileDeleted?: boolean;
}

/** A description with its handler. The response null passes the request to the next route that matches. */
export interface Route extends Description {
  respond(request: ApiRequest): Promise<ApiResponse | null>;
}

interface Input<Found, Query, Body> extends Pick<ApiRequest, 'caller' | 'ifNoneMatch' | 'distributionKey'> {
  found: Found;
  query: Query;
  body: Body;
}

interface Definition<Found, Query, Body> extends Description {
  /** Finds the resource of the path, before query and body are parsed. Null passes the request to the next route. */
  find(params: ApiRequest['params']): Promise<Found | null> | Found;
  query?: Schema<Query>;
  body?: Schema<Body>;
  /** The choice of the `body` union that applies to the resource. */
  bodyOf?(found: Found): Schema<Body>;
  handle(input: Input<Found, Query, Body>): Promise<ApiResponse> | ApiResponse;
}

/** The query and body of a route that has neither. */
const Nothing = z.strictObject({});
type Nothing = z.infer<typeof Nothing>;

/** Creates a route whose query and body are parsed with the schemas that describe them. */
export function route<Found, Query = Nothing, Body = Nothing>(
  definition: Definition<Found, Query, Body>,
): Route;
/** The implementation, for which query and body have unknown types. */
export function route({
  find,
  bodyOf,
  handle,
  ...description
}: Definition<unknown, unknown, unknown>): Route {
  const { method, query = Nothing, body = Nothing } = description;
  return {
    ...description,
    async respond(request) {
      const found = await find(request.params);
      if (found === null) return null;
      return handle({
        found,
        caller: request.caller,
        ifNoneMatch: request.ifNoneMatch,
        distributionKey: request.distributionKey,
        query: parseQuery(query, request.query),
        body: method === 'GET' ? {} : parseInput(bodyOf?.(found) ?? body, request.json()),
      });
    },
  };
}
