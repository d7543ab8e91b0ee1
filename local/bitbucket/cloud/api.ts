import { type Exchange, type ExchangeHandler, withErrorResponses } from '../http/exchange.ts';
import { parseJson, readBody, sendApiResponse } from '../http/messages.ts';
import { findRoute } from '../http/router.ts';
import { branchRoutes } from './branches.ts';
import { commentRoutes } from './comments.ts';
import { commitRoutes } from './commits.ts';
import { type Credentials, type Principal, requireScopes } from './credentials.ts';
import { ApiError, errorFormat, unknownResource } from './errors.ts';
import { eventTypeRoutes } from './event-types.ts';
import { findGit } from './git.ts';
import { hookRoutes } from './hooks.ts';
import { serveOauth } from './oauth.ts';
import { selectFields } from './partial-responses.ts';
import { pullRequestRoutes } from './pull-requests.ts';
import { repositoryRoutes } from './repositories.ts';
import type { Route } from './route.ts';

const API_PREFIX = '/2.0';

const ROUTES: readonly Route[] = [
  ...repositoryRoutes,
  ...branchRoutes,
  ...commitRoutes,
  ...hookRoutes,
  ...eventTypeRoutes,
  ...pullRequestRoutes,
  ...commentRoutes,
];

const ANONYMOUS: Principal = { kind: 'consumer', key: '', scopes: [], workspaces: [] };

async function readRequestBody({ request }: Exchange): Promise<unknown> {
  if (request.method !== 'POST' && request.method !== 'PUT') return undefined;
  const body = parseJson(await readBody(request));
  if (body !== undefined) return body;
  throw new ApiError(400, 'Bad request', { detail: 'The request body is not valid JSON.' });
}

async function serveApi(exchange: Exchange, credentials: Credentials): Promise<void> {
  const { bitbucket, url, request, response } = exchange;
  const match = findRoute(ROUTES, request.method ?? 'GET', url.pathname.slice(API_PREFIX.length));
  if (match === undefined) throw unknownResource();
  const { route, params } = match;
  const isPublic = route.scopes.length === 0;
  const principal = isPublic ? ANONYMOUS : credentials.authenticate(request.headers.authorization);
  requireScopes(principal, route.scopes);
  const body = await readRequestBody(exchange);
  const result = await route.handle({ bitbucket, principal, params, url, body });
  const fields = url.searchParams.get('fields');
  const selected = result.body === undefined ? {} : { body: selectFields(result.body, fields) };
  sendApiResponse(response, { ...result, ...selected });
}

async function dispatch(
  exchange: Exchange,
  credentials: Credentials,
  servePage: ExchangeHandler,
): Promise<void> {
  const { url, request, response } = exchange;
  if (url.pathname === API_PREFIX || url.pathname.startsWith(`${API_PREFIX}/`)) {
    return serveApi(exchange, credentials);
  }
  if (url.pathname === '/site/oauth2/access_token') return serveOauth(credentials, request, response);
  return findGit(exchange, credentials) ?? servePage(exchange);
}

/** Serves Bitbucket Cloud: REST below `/2.0`, the token endpoint and git; `servePage` serves any other path. */
export function createCloudHandler(credentials: Credentials, servePage: ExchangeHandler): ExchangeHandler {
  return withErrorResponses(errorFormat, (exchange) => dispatch(exchange, credentials, servePage));
}
