import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { BoughError } from '../../shared/errors.ts';
import { StoreConflict } from '../../shared/ports.ts';
import { type Answer, failure, parseJson } from './http.ts';
import type { ApiPorts } from './ports.ts';
import { createRouter } from './router.ts';
import { activityRoutes } from './routes/activities.ts';
import { environmentRoutes } from './routes/environments.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { logRoutes, withoutSignature } from './routes/logs.ts';
import { mirrorRoutes } from './routes/mirror.ts';
import { projectRoutes } from './routes/projects.ts';

/** The management API: API Gateway's calls in, answers in the shapes of Upsun's API out. */
export function createHandler(
  ports: ApiPorts,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer> {
  const route = createRouter([
    ...projectRoutes(ports),
    ...integrationRoutes(ports),
    ...environmentRoutes(ports),
    ...activityRoutes(ports),
    ...mirrorRoutes(ports),
    ...logRoutes(ports),
  ]);

  return middy<APIGatewayProxyEventV2, Answer>()
    .onError((request) => {
      request.response = answerTo(request.error, request, ports);
    })
    .handler(async (event) => {
      const { method } = event.requestContext.http;
      const answer = await route(method, event.rawPath, {
        query: new URLSearchParams(event.rawQueryString),
        json: () => parseJson(event),
      });
      if (!answer) throw new BoughError('not_found', `There is no ${method} ${event.rawPath}.`);
      return answer;
    });
}

function answerTo(
  error: unknown,
  { event, context }: { event: APIGatewayProxyEventV2; context: Context },
  { log }: Pick<ApiPorts, 'log'>,
): Answer {
  const known = toBoughError(error);
  const path = withoutSignature(event.rawPath);
  const fields = { request: context.awsRequestId, path, code: known.code, error: known };
  if (known.status >= 500) log.error('request failed', fields);
  return failure(known);
}

function toBoughError(error: unknown): BoughError {
  if (error instanceof BoughError) return error;
  if (error instanceof StoreConflict) {
    return new BoughError('conflict', 'It was changed while the request was under way.', { cause: error });
  }
  // What is not ours may tell of the inside: it is for the log only.
  return new BoughError('internal', 'The request failed.', { cause: error });
}
