import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { BoughError } from '../../shared/errors.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { callerOf } from './framework/caller.ts';
import { longestBody, pack } from './framework/compress.ts';
import { type Answer, failure, parseJson } from './framework/http.ts';
import type { Route } from './framework/route.ts';
import { createRouter } from './framework/router.ts';
import type { ApiPorts } from './ports.ts';
import { allRoutes } from './routes/all.ts';
import { withoutSignature } from './routes/logs.ts';

/** The management API: API Gateway's calls in, answers in the shapes of Upsun's API out. */
export function createHandler(
  ports: ApiPorts,
  routes: readonly Route[] = allRoutes(ports),
): (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer> {
  const route = createRouter(routes);

  return middy<APIGatewayProxyEventV2, Answer>()
    .onError((request) => {
      request.response = answerTo(request.error, request, ports);
    })
    .handler(async (event) => {
      const { method } = event.requestContext.http;
      const isHead = method === 'HEAD';
      const encodings = event.headers['accept-encoding'];
      const answer = await route(isHead ? 'GET' : method, event.rawPath, {
        query: new URLSearchParams(event.rawQueryString),
        json: () => parseJson(event),
        longest: longestBody(encodings),
        caller: callerOf(event.requestContext),
      });
      if (!answer) throw new BoughError('not_found', `There is no ${method} ${event.rawPath}.`);
      return isHead ? { ...answer, body: '' } : pack(answer, encodings);
    });
}

function answerTo(
  error: unknown,
  { event, context }: { event: APIGatewayProxyEventV2; context: Context },
  { log }: Pick<ApiPorts, 'log'>,
): Answer {
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

/** What a collection's members are called in the log. Where a branch's name ends in a path cannot be told. */
const members = new Map([
  ['integrations', 'integration'],
  ['activities', 'activity'],
]);

/** Whose a call is, by its path. */
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
  // What is not ours may tell of the inside: it is for the log only.
  return new BoughError('internal', 'The request failed.', { cause: error });
}
