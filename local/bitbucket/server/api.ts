import { HttpError } from '../http/errors.ts';
import { answerError, type Exchange, type Face } from '../http/exchange.ts';
import { parseJson, readBody, sendJson, sendText } from '../http/messages.ts';
import { findRoute, matchPath } from '../http/router.ts';
import { fullName } from '../store/records.ts';
import { branchRoutes } from './branches.ts';
import { buildRoutes } from './builds.ts';
import { capabilityRoutes } from './capabilities.ts';
import { mayDo, type Principal, type ServerCredentials } from './credentials.ts';
import { errorBody, invalidArgument, knownError, notPermitted, UnknownEndpointError } from './errors.ts';
import { findGit } from './git.ts';
import { pullRequestRoutes } from './pull-requests.ts';
import { lookUp, repositoryRoutes } from './repositories.ts';
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

const ANYONE: Principal = { name: 'anonymous', permission: 'read', projects: [] };

/** Routes are written without the version that follows the first segment: `latest`, or `1.0` of old. */
function withoutVersion(path: string): string {
  return path.replace(/^(\/[^/]+)\/(?:latest|1\.0)(?=\/|$)/, '$1');
}

async function readFields({ request }: Exchange): Promise<unknown> {
  if (request.method === 'GET') return undefined;
  const text = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  // Whatever else is sent, Server does not look at; forms it refuses, lest a browser be misused.
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
  let principal = ANYONE;
  if (route.needs !== 'nothing') {
    principal = credentials.authenticate(request.headers.authorization);
    response.setHeader('X-AUSERNAME', encodeURIComponent(principal.name));
    // 401, not 403, says the description of the API.
    if (!mayDo(principal, route.needs)) throw notPermitted();
  }
  const answer = await route.handle({ bitbucket, principal, params, url, body: await readFields(exchange) });
  if (answer.body === undefined) response.writeHead(answer.status).end();
  else sendJson(response, answer.status, answer.body);
}

/** People's pages are Cloud's: there is one set of them. */
function redirectToPage({ bitbucket, response }: Exchange, path: string): void {
  const home = '/{kind}/{owner}/repos/{slug}';
  const names = matchPath(home, path) ?? matchPath(`${home}/{rest+}`, path) ?? {};
  const key = names['kind'] === 'users' ? `~${names['owner']}` : (names['owner'] ?? '');
  const repository = lookUp(bitbucket, key, names['slug'] ?? '');
  if (repository === undefined) {
    sendText(response, 404, 'There is nothing here.\n');
    return;
  }
  const [pullRequest] = /^pull-requests\/\d+/.exec(names['rest'] ?? '') ?? [];
  const page = `${bitbucket.url}/${fullName(repository)}`;
  response.writeHead(302, { Location: pullRequest === undefined ? page : `${page}/${pullRequest}` }).end();
}

async function dispatch(exchange: Exchange, path: string, credentials: ServerCredentials): Promise<void> {
  if (path.startsWith('/rest/')) return serveApi(exchange, path.slice('/rest'.length), credentials);
  return findGit(exchange, path, credentials) ?? redirectToPage(exchange, path);
}

/** Bitbucket Server: REST and git below its context path. */
export function serverFace(credentials: ServerCredentials): Face {
  return async (exchange) => {
    const { bitbucket, url } = exchange;
    const path = url.pathname.slice(new URL(bitbucket.serverUrl).pathname.length);
    try {
      await dispatch(exchange, path, credentials);
    } catch (error) {
      answerError(exchange, error, knownError(error), errorBody);
    }
  };
}
