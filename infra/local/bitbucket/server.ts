import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bitbucket } from './bitbucket.ts';
import { branchRoutes } from './branches.ts';
import { type Credentials, type Principal, requireScopes } from './credentials.ts';
import { ApiError, errorBody } from './errors.ts';
import { selectFields } from './fields.ts';
import { parseGitRequest, serveGit } from './git-http.ts';
import { hookEventRoutes } from './hook-events.ts';
import { hookRoutes } from './hooks.ts';
import { readJson, sendJson, sendText } from './http.ts';
import { serveOauth } from './oauth.ts';
import { findPage } from './pages.ts';
import { mergeRoutes } from './pull-request-merge.ts';
import { pullRequestRoutes } from './pull-requests.ts';
import { repositoryRoutes } from './repositories.ts';
import { findRoute, type Route } from './router.ts';
import { commitRoutes } from './statuses.ts';

const API_PREFIX = '/2.0';

const ROUTES: readonly Route[] = [
  ...repositoryRoutes,
  ...branchRoutes,
  ...commitRoutes,
  ...hookRoutes,
  ...hookEventRoutes,
  ...pullRequestRoutes,
  ...mergeRoutes,
];

const NOBODY: Principal = { kind: 'consumer', key: '', scopes: [] };

interface Exchange {
  readonly bitbucket: Bitbucket;
  readonly credentials: Credentials;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serveApi({ bitbucket, credentials, url, request, response }: Exchange): Promise<void> {
  const method = request.method ?? 'GET';
  const { route, params } = findRoute(ROUTES, method, url.pathname.slice(API_PREFIX.length));
  const isPublic = route.scopes.length === 0;
  const principal = isPublic ? NOBODY : credentials.authenticate(request.headers.authorization);
  requireScopes(principal, route.scopes);
  const body = method === 'POST' || method === 'PUT' ? await readJson(request) : undefined;
  const answer = await route.handle({ bitbucket, principal, params, url, body });
  if (answer.body === undefined) {
    response.writeHead(answer.status).end();
    return;
  }
  sendJson(response, answer.status, selectFields(answer.body, url.searchParams.get('fields')));
}

async function servePage({ bitbucket, credentials, url, request, response }: Exchange): Promise<void> {
  const page = findPage(bitbucket, url.pathname);
  credentials.authenticate(request.headers.authorization);
  if (page === undefined) return sendText(response, 404, 'There is nothing here.\n');
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
}

async function dispatch(exchange: Exchange): Promise<void> {
  const { bitbucket, credentials, url, request, response } = exchange;
  if (url.pathname === API_PREFIX || url.pathname.startsWith(`${API_PREFIX}/`)) return serveApi(exchange);
  if (url.pathname === '/site/oauth2/access_token') return serveOauth(credentials, request, response);
  if (url.pathname === '/_playground/deliveries') {
    return sendJson(response, 200, { values: bitbucket.deliveries.list() });
  }
  const git = parseGitRequest(url);
  return git === undefined ? servePage(exchange) : serveGit(bitbucket, credentials, git, request, response);
}

function answerError(exchange: Exchange, error: unknown): void {
  const { bitbucket, url, request, response } = exchange;
  const known = error instanceof ApiError ? error : new ApiError(500, 'Internal server error');
  if (known !== error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    bitbucket.log(`${request.method} ${url.pathname}: ${message}`);
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const headers: Record<string, string> =
    known.status === 401 ? { 'WWW-Authenticate': 'Basic realm="Bitbucket"' } : {};
  sendJson(response, known.status, errorBody(known), headers);
}

/** Answers any request: REST below /2.0, the token endpoint, git, the delivery history, pages. */
export async function serve(
  bitbucket: Bitbucket,
  credentials: Credentials,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', bitbucket.url);
  const exchange = { bitbucket, credentials, url, request, response };
  try {
    await dispatch(exchange);
  } catch (error) {
    answerError(exchange, error);
  }
}
