import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { version, versionHeader } from '../../shared/api/version.ts';
import { distributionHeader } from '../../shared/domain/environments/sites.ts';
import { BoughError } from '../../shared/errors.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { callerOf } from './framework/caller.ts';
import { pack } from './framework/compress.ts';
import { type ApiResponse, failure, parseJson } from './framework/http.ts';
import type { Route } from './framework/route.ts';
import { createRouter } from './framework/router.ts';
import type { ApiPorts } from './ports.ts';
import { allRoutes } from './routes/all.ts';
import { withoutSignature } from './routes/logs.ts';

/** Creates the Lambda handler of the management API. Resources and errors have the formats of Upsun's API. */
export function createHandler(
  ports: ApiPorts,
  routes: readonly Route[] = allRoutes(ports),
): (event: APIGatewayProxyEventV2, context: Context) => Promise<ApiResponse> {
  const route = createRouter(routes);

  const openPaths = new Set(routes.filter(({ isOpen }) => isOpen).map(({ path }) => firstPart(path)));

  const respond = middy<APIGatewayProxyEventV2, ApiResponse>()
    .onError((request) => {
      request.response = responseTo(request.error, request, ports);
    })
    .handler(async (event) => {
      const { method } = event.requestContext.http;
      const isHead = method === 'HEAD';
      const encodings = event.headers['accept-encoding'];
      const response = await route(isHead ? 'GET' : method, event.rawPath, {
        query: new URLSearchParams(event.rawQueryString),
        json: () => parseJson(event),
        ifNoneMatch: event.headers['if-none-match'],
        distributionKey: event.headers[distributionHeader],
        caller: callerOf(event.requestContext),
      });
      if (!response) throw new BoughError('not_found', `There is no ${method} ${event.rawPath}.`);
      return isHead ? { ...response, body: '' } : pack(response, encodings);
    });
  return async (event, context) => {
    const response = await respond(event, context);
    // Strangers on open pages do not need the version.
    if (openPaths.has(firstPart(event.rawPath))) return response;
    return { ...response, headers: { ...response.headers, [versionHeader]: version } };
  };
}

function firstPart(path: string): string {
  return path.split('/')[1] ?? '';
}

function responseTo(
  error: unknown,
  { event, context }: { event: APIGatewayProxyEventV2; context: Context },
  { log }: Pick<ApiPorts, 'log'>,
): ApiResponse {
  const known = toBoughError(error);
  const path = withoutSignature(event.rawPath);
  const fields = {
    ...subjectIn(path),
    request: context.awsRequestId,
    path,
    code: known.code,
    error: known,
  };
  if (known.status >= 500) log.error('request failed', fields);
  return failure(known);
}

/** The log's field for a member of a collection. Environments are missing because branch names can contain slashes. */
const members = new Map([
  ['integrations', 'integration'],
  ['activities', 'activity'],
]);

/** The log's fields for the resource that a path names. */
function subjectIn(path: string): Record<string, string | undefined> {
  const [, project, collection = '', id] = /^\/projects\/([^/]+)(?:\/(\w+)\/([^/]+))?/.exec(path) ?? [];
  const kind = members.get(collection);
  return { project, ...(kind ? { [kind]: id } : {}) };
}

function toBoughError(error: unknown): BoughError {
  if (error instanceof BoughError) return error;
  if (error instanceof StoreConflict) {
    return new BoughError('conflict', 'It was changed while the request was under way.', { cause: error });
  }
  // Unknown errors can contain internals, so only the log has their message.
  return new BoughError('internal', 'The request failed.', { cause: error });
}
