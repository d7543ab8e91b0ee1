import { HttpError } from '../http/errors.ts';
import { type Exchange, type ExchangeHandler, withErrorResponses } from '../http/exchange.ts';
import { parseJson, readBody, sendApiResponse } from '../http/messages.ts';
import { findRoute } from '../http/router.ts';
import { branchRoutes } from './branches.ts';
import { buildRoutes } from './builds.ts';
import { capabilityRoutes } from './capabilities.ts';
import { hasPermission, type Principal, type ServerCredentials } from './credentials.ts';
import { errorFormat, invalidArgument, notPermitted, UnknownEndpointError } from './errors.ts';
import { findGit } from './git.ts';
import { redirectToPage } from './page-redirects.ts';
import { pullRequestRoutes } from './pull-requests.ts';
import { repositoryRoutes } from './repositories.ts';
import type { Route } from './route.ts';
import { webhookRoutes } from './webhooks.ts';

const ROUTES: readonly Route[] = [
  ...capabilityRoutes,
  ...repositoryRoutes,
  ...branchRoutes,
  ...pullRequestRoutes,
  ...webhookRoutes,
  ...buildRoutes,
];

const ANONYMOUS: Principal = { name: 'anonymous', permission: 'read', projects: [] };

/** Removes the API version after the first segment, `latest` or `1.0`, which the routes do not contain. */
function withoutVersion(path: string): string {
  return path.replace(/^(\/[^/]+)\/(?:latest|1\.0)(?=\/|$)/, '$1');
}

async function readRequestBody({ request }: Exchange): Promise<unknown> {
  if (request.method === 'GET') return undefined;
  const text = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  // Like Server, refuse other content types such as forms, which a web page could send across origins.
  if (text !== '' && !type.startsWith('application/json')) {
    throw new HttpError(415, `Unsupported Media Type: ${type || 'none'}`);
  }
  const body = parseJson(text);
  if (body === undefined) throw invalidArgument('body', 'The request body is not valid JSON.');
  return body;
}

async function serveApi(exchange: Exchange, path: string, credentials: ServerCredentials): Promise<void> {
  const { bitbucket, url, request, response } = exchange;
  const routes = ROUTES.filter(({ since }) => since === undefined || bitbucket.serverVersion === since);
  const match = findRoute(routes, request.method ?? 'GET', withoutVersion(path));
  if (match === undefined) throw new UnknownEndpointError(url);
  const { route, params } = match;
  let principal = ANONYMOUS;
  if (route.permission !== 'none') {
    principal = credentials.authenticate(request.headers.authorization);
    response.setHeader('X-AUSERNAME', encodeURIComponent(principal.name));
    // The official description documents 401 for a missing permission, not 403.
    if (!hasPermission(principal, route.permission)) throw notPermitted();
  }
  const body = await readRequestBody(exchange);
  sendApiResponse(response, await route.handle({ bitbucket, principal, params, url, body }));
}

async function dispatch(exchange: Exchange, credentials: ServerCredentials): Promise<void> {
  const { bitbucket, url } = exchange;
  const path = url.pathname.slice(new URL(bitbucket.serverUrl).pathname.length);
  if (path.startsWith('/rest/')) return serveApi(exchange, path.slice('/rest'.length), credentials);
  return findGit(exchange, path, credentials) ?? redirectToPage(exchange, path);
}

/** Serves Bitbucket Server below its context path: REST, git and links to pages. */
export function createServerHandler(credentials: ServerCredentials): ExchangeHandler {
  return withErrorResponses(errorFormat, (exchange) => dispatch(exchange, credentials));
}
