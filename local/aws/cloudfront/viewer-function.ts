import type { IncomingMessage } from 'node:http';
import { createContext, Script } from 'node:vm';
import * as z from 'zod';

const Header = z.object({ value: z.string() });

const Result = z.union([
  z.object({ statusCode: z.number(), headers: z.record(z.string(), Header).default({}) }),
  z.object({ uri: z.string() }),
]);

/** Result of a viewer-request function: a response, or the path to request from the origin. */
export type ViewerResult = z.infer<typeof Result>;

/** A viewer-request function of CloudFront. */
export type ViewerFunction = (request: IncomingMessage) => ViewerResult;

/**
 * Compiles the code of a CloudFront function for viewer requests:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function createViewerFunction(code: string): ViewerFunction {
  const context = createContext({});
  new Script(code).runInContext(context);
  // Exchange JSON only, so that the function's context shares no objects with this one.
  const call = new Script('JSON.stringify(handler(JSON.parse(event)))');
  return (request) => {
    context['event'] = JSON.stringify({ version: '1.0', request: viewerRequest(request) });
    return Result.parse(JSON.parse(String(call.runInContext(context, { timeout: 1000 }))));
  };
}

/** Leaves the path unchanged: for a distribution without a function. */
export const keepPath: ViewerFunction = (request) => ({ uri: viewerRequest(request).uri });

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
