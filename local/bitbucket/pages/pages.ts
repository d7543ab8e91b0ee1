import type { Bitbucket } from '../bitbucket.ts';
import { RESERVED_SEGMENTS } from '../changes/repositories.ts';
import { isUser, parseBasic, type User } from '../http/credentials.ts';
import { HttpError } from '../http/errors.ts';
import { type Exchange, type ExchangeHandler, toHttpError } from '../http/exchange.ts';
import { readBody } from '../http/messages.ts';
import { findRoute, matchPath } from '../http/router.ts';
import { fullName, type Repository } from '../store/records.ts';
import { branchPages } from './branch-pages.ts';
import { commitPages } from './commit-pages.ts';
import { type Content, html } from './html.ts';
import { overviewPages, repositoriesPage } from './overview-pages.ts';
import { redirect, sendPage } from './page.ts';
import { pullRequestForms } from './pull-request-forms.ts';
import { pullRequestPages } from './pull-request-pages.ts';
import type { FormRoute, PageRoute } from './route.ts';

const ROUTES: readonly (PageRoute | FormRoute)[] = [
  ...overviewPages,
  ...commitPages,
  ...branchPages,
  ...pullRequestPages,
  ...pullRequestForms,
];

const OWN_NAME = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Pages need no credentials on this machine. Under another name, such as a tunnel's, they need the user's. */
function requireUser({ request }: Exchange, user: User): void {
  const { host = '', authorization } = request.headers;
  if (OWN_NAME.test(host)) return;
  const basic = parseBasic(authorization);
  if (basic !== undefined && isUser(user, basic)) return;
  throw new HttpError(401, 'Sign in with the name and the password of the playground.', {
    'WWW-Authenticate': 'Basic realm="Bitbucket playground"',
  });
}

/**
 * Throws a 403 HttpError unless the playground's own page has sent the form. Browsers send the Origin header with every
 * form; a site of a pull request has another port, and with that another origin.
 */
function requireOwnForm({ headers }: Exchange['request']): void {
  const site = headers['sec-fetch-site'];
  const isOwn = headers.origin?.toLowerCase() === `http://${headers.host?.toLowerCase()}`;
  if (!isOwn || (site !== undefined && site !== 'same-origin')) {
    throw new HttpError(403, 'Only a page of the playground may send this form.');
  }
  const type = headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded(;|$)/i.test(type)) {
    throw new HttpError(415, 'A form has the type application/x-www-form-urlencoded.');
  }
}

interface Target {
  readonly repository: Repository;
  /** The part of the path that follows the repository's. */
  readonly rest: string;
}

/** The repository of a path; for a former name, an HttpError that redirects to the current one. */
function findTarget({ bitbucket, url }: Exchange): Target | undefined {
  const path = url.pathname;
  const names =
    matchPath('/{workspace}/{slug}', path) ?? matchPath('/{workspace}/{slug}/{rest+}', path) ?? {};
  const { workspace = '', slug = '' } = names;
  const rest = path.split('/').slice(3).join('/');
  const repository = bitbucket.store.find(workspace, slug);
  if (repository !== undefined) return { repository, rest: rest === '' ? '' : `/${rest}` };
  const renamed = bitbucket.store.findByFormerName(workspace, slug);
  if (renamed === undefined) return undefined;
  const place = `/${fullName(renamed)}${rest === '' ? '' : `/${rest}`}`;
  throw new HttpError(302, 'The repository has another name now.', { Location: place });
}

async function serveRepository(exchange: Exchange, { repository, rest }: Target, login: User): Promise<void> {
  const { bitbucket, url, request } = exchange;
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const match = findRoute(ROUTES, method, rest);
  if (match === undefined) throw notFound();
  const { route, params } = match;
  const call = { bitbucket, repository, params, url, login };
  if (route.method === 'GET') {
    const page = await route.show(call);
    if (page === undefined) throw notFound();
    return sendPage(exchange, page);
  }
  requireOwnForm(request);
  const fields = Object.fromEntries(new URLSearchParams(await readBody(request)));
  const actor = { type: 'user' as const, name: login.name };
  redirect(exchange, await route.submit({ ...call, actor, fields }));
}

/** The list of repositories, of all or of the workspace of a path that accounts and workspaces link to. */
function serveRepositories(exchange: Exchange): void {
  const { bitbucket, url } = exchange;
  const { name } = matchPath('/{name}', url.pathname) ?? {};
  const all = bitbucket.store.list();
  const isOfUser = name !== undefined && /^\{[0-9a-f-]+\}$/.test(name);
  const found = all.filter(({ workspace }) => name === undefined || isNamed(bitbucket, workspace, name));
  if (name === undefined) sendPage(exchange, repositoriesPage(url, all));
  else if (found.length > 0) sendPage(exchange, repositoriesPage(url, found, found[0]?.workspace));
  else if (isOfUser) redirect(exchange, '/', 302);
  else throw notFound();
}

function isNamed({ store }: Bitbucket, workspace: string, name: string): boolean {
  return workspace === name || store.uuidOf('workspace', workspace) === name;
}

function notFound(): HttpError {
  return new HttpError(404, 'There is no such page.');
}

async function serve(exchange: Exchange, user: User): Promise<void> {
  requireUser(exchange, user);
  const target = findTarget(exchange);
  if (target !== undefined) return serveRepository(exchange, target, user);
  if (exchange.request.method !== 'GET' && exchange.request.method !== 'HEAD') throw notFound();
  if (exchange.url.pathname.split('/').length > 3) throw notFound();
  serveRepositories(exchange);
}

const SERVER_PAGES = /^\/server\/(projects|users)\//;
const GIT = /\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Whether a path belongs to a page, and not to an interface for programs. */
export function isPagePath(path: string): boolean {
  const [, first = ''] = path.split('/');
  if (RESERVED_SEGMENTS.has(first)) return SERVER_PAGES.test(path);
  return !first.startsWith('_') && !GIT.test(path);
}

const ERROR_TITLES: Readonly<Record<number, string>> = {
  401: 'Sign in',
  403: 'Refused',
  404: 'Not found',
  409: 'Not possible',
};

/** Serves the pages that resources link to, and the forms on them. */
export function createPageHandler(user: User): ExchangeHandler {
  return async (exchange) => {
    try {
      await serve(exchange, user);
    } catch (error) {
      const { status, message, headers } = toHttpError(
        exchange,
        error,
        (rejection) => new HttpError(409, rejection.message),
      );
      const title = ERROR_TITLES[status] ?? 'Error';
      sendPage(exchange, { title, trail: [], body: errorBody(exchange, message) }, status, headers);
    }
  };
}

function errorBody({ url, request }: Exchange, message: string): Content {
  const [page = '/', action] = url.pathname.split(/\/(?=(?:merge|decline|reopen|open-again)$)/);
  const isForm = request.method === 'POST' && action !== undefined;
  const link = isForm
    ? html`<a href="${page}">Back to the pull request</a>`
    : html`<a href="/">All repositories</a>`;
  return html`<section class="alert" role="alert"><p class="body">${message}</p></section><p class="lead">${link}</p>`;
}
