import type { IncomingMessage } from 'node:http';
import { createContext, Script } from 'node:vm';
import * as z from 'zod';
import { UnsupportedTemplateError } from '../../errors.ts';
import { headersOfFunction } from './header-restrictions.ts';

const Headers = z.record(z.string(), z.object({ value: z.string() }));

const RequestResult = z.union([
  z.object({ statusCode: z.number(), headers: Headers.default({}) }),
  z.object({ uri: z.string() }),
]);

const ResponseResult = z.object({ statusCode: z.number(), headers: Headers });

/** Result of a viewer-request function: a response, or the path to request from the origin. */
export type ViewerResult = { statusCode: number; headers: Record<string, string> } | { uri: string };

/** A viewer-request function of CloudFront. */
export type RequestFunction = (request: IncomingMessage) => ViewerResult;

/** A response with its headers by lower-case name. */
export interface OriginResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A viewer-response function of CloudFront. */
export type ResponseFunction = (request: IncomingMessage, response: OriginResponse) => OriginResponse;

/** CloudFront's limit of a function's code, in bytes. */
const LONGEST_CODE = 10_240;

/** CloudFront does not call viewer-response functions for this status and above. */
const FIRST_ERROR = 400;

/**
 * Compiles the code of a CloudFront function for viewer requests:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function createRequestFunction(code: string): RequestFunction {
  const call = compile(code);
  return (request) => {
    const result = RequestResult.parse(call({ request: viewerRequest(request) }));
    return 'uri' in result ? result : { ...result, headers: headersOfFunction(flat(result.headers), {}) };
  };
}

/** Compiles the code of a CloudFront function for viewer responses. */
export function createResponseFunction(code: string): ResponseFunction {
  const call = compile(code);
  return (request, response) => {
    if (response.statusCode >= FIRST_ERROR) return response;
    const headers = Object.entries(response.headers).map(([name, value]) => [name, { value }]);
    const given = { statusCode: response.statusCode, headers: Object.fromEntries(headers), cookies: {} };
    const result = ResponseResult.parse(call({ request: viewerRequest(request), response: given }));
    return {
      statusCode: result.statusCode,
      headers: headersOfFunction(flat(result.headers), response.headers),
    };
  };
}

/** Leaves the path unchanged: for a distribution without a function. */
export const keepPath: RequestFunction = (request) => ({ uri: viewerRequest(request).uri });

/** Leaves the response unchanged: for a distribution without a function. */
export const keepResponse: ResponseFunction = (_request, response) => response;

function compile(code: string): (event: object) => unknown {
  const bytes = Buffer.byteLength(code);
  if (bytes > LONGEST_CODE) {
    throw new UnsupportedTemplateError(
      `A CloudFront function has ${bytes} bytes of code; CloudFront accepts ${LONGEST_CODE}.`,
    );
  }
  const context = createContext({});
  new Script(code).runInContext(context);
  // Exchange JSON only, so that the function's context shares no objects with this one.
  const script = new Script('JSON.stringify(handler(JSON.parse(event)))');
  return (event) => {
    context['event'] = JSON.stringify({ version: '1.0', ...event });
    return JSON.parse(String(script.runInContext(context, { timeout: 1000 })));
  };
}

function flat(headers: Readonly<Record<string, { value: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
}

interface Value {
  value: string;
  multiValue?: Value[];
}

function viewerRequest({ method, url = '/', headersDistinct }: IncomingMessage) {
  const [uri = '/', query = ''] = url.split(/\?(.*)/s);
  const pairs = query.split('&').filter((pair) => pair !== '');
  return {
    method,
    uri,
    querystring: grouped(
      pairs.map((pair) => pair.split(/=(.*)/s)).map(([name = '', value = '']) => [name, value]),
    ),
    headers: grouped(
      Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value) => [name, value])),
    ),
    cookies: {},
  };
}

/** Groups values by name, as in CloudFront's event. */
function grouped(pairs: readonly (readonly [string, string])[]): Record<string, Value> {
  const groups = new Map<string, Value[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), { value }]);
  return Object.fromEntries(
    [...groups].map(([name, values]) => {
      const { value } = values[0] ?? { value: '' };
      return [name, values.length > 1 ? { value, multiValue: values } : { value }];
    }),
  );
}
