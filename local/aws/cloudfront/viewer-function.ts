import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createContext, Script } from 'node:vm';
import * as z from 'zod';
import { UnsupportedTemplateError } from '../../errors.ts';
import { headersOfFunction } from './header-restrictions.ts';

const Headers = z.record(z.string(), z.object({ value: z.string() }));

const RequestResult = z.union([
  z.object({ statusCode: z.number(), headers: Headers.default({}), body: z.string().default('') }),
  z.object({ uri: z.string() }),
]);

const ResponseResult = z.object({ statusCode: z.number(), headers: Headers });

/** Result of a viewer-request function: a response, or the path to request from the origin. */
export type ViewerResult =
  | { statusCode: number; headers: Record<string, string>; body: string }
  | { uri: string };

/** A viewer-request function of CloudFront. */
export type RequestFunction = (request: IncomingMessage) => Promise<ViewerResult>;

/** A response with its headers by lower-case name. */
export interface OriginResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A viewer-response function of CloudFront. */
export type ResponseFunction = (
  request: IncomingMessage,
  response: OriginResponse,
) => Promise<OriginResponse>;

/** CloudFront's limit of a function's code, in bytes. */
const LONGEST_CODE = 10_240;

/** An import of one of the runtime's modules; scripts cannot have imports. */
const IMPORT = /^import (\w+) from '(cloudfront|crypto)';$/gm;

/** CloudFront does not call viewer-response functions for this status and above. */
const FIRST_ERROR = 400;

/**
 * Compiles the code of a CloudFront function for viewer requests:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 * @param keyValues the store that is associated with the function
 */
export function createRequestFunction(code: string, keyValues?: KeyValues): RequestFunction {
  const call = compileViewerFunction(code, keyValues);
  return async (request) => {
    const event = { request: viewerRequest(request), viewer: { ip: addressOf(request) } };
    const result = RequestResult.parse(await call(event));
    return 'uri' in result ? result : { ...result, headers: headersOfFunction(flat(result.headers), {}) };
  };
}

/** Compiles the code of a CloudFront function for viewer responses. */
export function createResponseFunction(code: string): ResponseFunction {
  const call = compileViewerFunction(code);
  return async (request, response) => {
    if (response.statusCode >= FIRST_ERROR) return response;
    const headers = Object.entries(response.headers).map(([name, value]) => [name, { value }]);
    const given = { statusCode: response.statusCode, headers: Object.fromEntries(headers), cookies: {} };
    const result = ResponseResult.parse(await call({ request: viewerRequest(request), response: given }));
    return {
      statusCode: result.statusCode,
      headers: headersOfFunction(flat(result.headers), response.headers),
    };
  };
}

/** Leaves the path unchanged: for a distribution without a function. */
export const keepPath: RequestFunction = async (request) => ({ uri: viewerRequest(request).uri });

/** Leaves the response unchanged: for a distribution without a function. */
export const keepResponse: ResponseFunction = async (_request, response) => response;

/** The items of a key value store. */
export type KeyValues = Pick<ReadonlyMap<string, string>, 'get' | 'has'>;

/** The modules of CloudFront's runtime that are emulated: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html */
function modulesFor(keyValues: KeyValues | undefined) {
  const kvs = () => {
    if (keyValues === undefined) throw new Error('No key value store is associated with the function.');
    return {
      exists: async (key: string) => keyValues.has(key),
      get: async (key: string) => {
        const value = keyValues.get(key);
        if (value === undefined) throw new Error('KeyNotFound');
        return value;
      },
    };
  };
  return { cloudfront: { kvs }, crypto: { createHash, createHmac } };
}

/**
 * Compiles the code of a CloudFront function.
 * @throws UnsupportedTemplateError for code that CloudFront refuses
 */
export function compileViewerFunction(
  code: string,
  keyValues?: KeyValues,
): (event: object) => Promise<unknown> {
  const bytes = Buffer.byteLength(code);
  if (bytes > LONGEST_CODE) {
    throw new UnsupportedTemplateError(
      `A CloudFront function has ${bytes} bytes of code; CloudFront accepts ${LONGEST_CODE}.`,
    );
  }
  const context = createContext({ modules: modulesFor(keyValues), Buffer });
  new Script(code.replace(IMPORT, 'const $1 = modules.$2;')).runInContext(context);
  // Exchange JSON only, so that the function's context shares no objects with this one but the modules.
  const script = new Script('Promise.resolve(handler(JSON.parse(event))).then(JSON.stringify)');
  return async (event) => {
    context['event'] = JSON.stringify({ version: '1.0', ...event });
    return JSON.parse(String(await script.runInContext(context, { timeout: 1000 })));
  };
}

/** The visitor's address, an IPv4 address also on a socket for both families. */
function addressOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
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
