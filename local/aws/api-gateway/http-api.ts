import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BodyTooLargeError, readBody } from '../../http/body.ts';
import { refusalOf } from '../../http/guard.ts';
import { type Log, logProblem } from '../../log/log.ts';
import { type Invoke, MAX_PAYLOAD_BYTES } from '../../runtime/function-pool.ts';
import { arn } from '../../template/resource-types.ts';
import { type Allows, allowAll, isProgram } from '../iam/authorizer.ts';
import { readAccessKey } from '../iam/caller.ts';
import { createEvent } from './event.ts';
import { decodeOnce, type GatewayPath, readGatewayPath } from './gateway-path.ts';
import { type GatewayResponse, gatewayError, readFunctionResponse } from './response.ts';
import { createRouter, type Route, type RouteMatch } from './routes.ts';

/** The function behind a route. */
export interface RouteTarget {
  readonly invoke: Invoke;
  readonly apiId: string;
  /** Whether the route has IAM authorisation. */
  readonly iam: boolean;
  readonly timeoutMs: number;
}

/** API Gateway's limit of a request body. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Creates an HTTP API in front of functions. Routes without IAM authorisation are public, as on AWS. Routes with IAM
 * authorisation accept programs of this machine, but no web pages.
 * @param routes requests wait for the routes
 * @param options `allows` decides about the stack's own programs; users of this machine need no permission. `hosts` are
 * additional names of this server.
 */
export function createHttpApi(
  routes: Promise<readonly Route<RouteTarget>[]>,
  log: Log,
  { allows = allowAll, hosts = [] }: { allows?: Allows; hosts?: readonly string[] } = {},
): Server {
  const router = routes.then(createRouter);
  // The start of the stack reports the error.
  router.catch(() => undefined);

  async function answer(request: IncomingMessage, id: string): Promise<GatewayResponse> {
    const [encoded = '', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
    const path = readGatewayPath(encoded);
    if (path === undefined) return gatewayError(400, 'Bad Request');
    const match = (await router)(request.method ?? 'GET', path.routed);
    if (match === undefined) return gatewayError(404, 'Not Found');
    const refusal = match.route.target.iam ? refusalOf(request, hosts) : undefined;
    if (refusal !== undefined) return gatewayError(refusal.status, refusal.message);
    if (!isAllowed(request, path, match.route.target)) return gatewayError(403, 'Forbidden');
    return forward({ request, id, path, query, match });
  }

  function isAllowed(
    request: IncomingMessage,
    { routed }: GatewayPath,
    { iam, apiId }: RouteTarget,
  ): boolean {
    const caller = readAccessKey(request);
    if (!iam || !isProgram(caller)) return true;
    const resource = arn('execute-api', `${apiId}/$default/${request.method}${routed}`);
    return allows(caller, { action: 'execute-api:Invoke', resource });
  }

  function explain(request: IncomingMessage, error: unknown): GatewayResponse {
    if (error instanceof BodyTooLargeError) return gatewayError(413, 'Request Entity Too Large');
    if (!request.destroyed) logProblem(log, `${request.method} ${request.url} failed`, error);
    return gatewayError(500, 'Internal Server Error');
  }

  return createServer((request, response) => {
    const id = randomUUID();
    answer(request, id)
      .then((result) => send(request, response, id, result))
      .catch((error: unknown) => send(request, response, id, explain(request, error)));
  });
}

interface Forward {
  readonly request: IncomingMessage;
  readonly id: string;
  readonly path: GatewayPath;
  readonly query: string;
  readonly match: RouteMatch<RouteTarget>;
}

async function forward({ request, id, path, query, match }: Forward): Promise<GatewayResponse> {
  const { invoke, apiId, iam, timeoutMs } = match.route.target;
  const event = createEvent({
    id,
    time: Date.now(),
    apiId,
    routeKey: match.route.key,
    iam,
    method: request.method ?? 'GET',
    protocol: `HTTP/${request.httpVersion}`,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    port: request.socket.localPort ?? 80,
    path: path.delivered,
    query,
    pathParameters: deliveredParameters(match.parameters),
    headers: request.headersDistinct,
    body: await readBody(request, MAX_BODY_BYTES),
  });
  const payload = JSON.stringify(event);
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) return gatewayError(413, 'Request Entity Too Large');
  return invokeInTime(invoke, payload, timeoutMs);
}

function deliveredParameters(parameters: RouteMatch<RouteTarget>['parameters']) {
  if (parameters === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, decodeOnce(value) ?? value]),
  );
}

async function invokeInTime(invoke: Invoke, payload: string, timeoutMs: number): Promise<GatewayResponse> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  const outcome = await Promise.race([invoke(payload), late]);
  clearTimeout(timer);
  if (outcome === undefined) return gatewayError(503, 'Service Unavailable');
  const response = outcome.ok ? readFunctionResponse(outcome.payload) : undefined;
  return response ?? gatewayError(500, 'Internal Server Error');
}

function send(request: IncomingMessage, response: ServerResponse, id: string, result: GatewayResponse): void {
  // Read the rest of the request: an HTTP client that still sends would see a reset instead of the response.
  request.resume();
  response.writeHead(result.status, {
    ...result.headers,
    'apigw-requestid': id,
    ...(result.status === 204 || result.status === 304 ? {} : { 'content-length': result.body.length }),
  });
  response.end(request.method === 'HEAD' ? undefined : result.body);
}
