import type { IncomingMessage } from 'node:http';
import { isSameSecret } from '../../shared/runtime/same-secret.ts';
import { type ApiMethod, isAllowed } from './allowed-routes.ts';
import { type Answer, json } from './answer.ts';
import { ConsoleError } from './console-error.ts';
import { type ConsoleFiles, documentPath } from './console-files.ts';
import { forward, type Upstream } from './forward.ts';
import { requireOwnPage } from './own-page.ts';
import { readBody } from './request-body.ts';
import { type RequestTarget, readTarget } from './request-target.ts';

/** The facts that the page shows about its API. */
export interface Session {
  api_url: string;
  region: string;
  /** The CloudFormation stack of the API; null when the API was found in another way. */
  stack: string | null;
  read_only: boolean;
  version: string;
}

/** The parts of a console's server. */
export interface Console {
  /** The `Host` header of requests to this server. */
  host: string;
  /** True when another user of this machine sends the request. */
  isForeignUser: boolean;
  /** The secret that proves that a request comes from the page that the user opened. */
  token: string;
  files: ConsoleFiles;
  session: Session;
  upstream: Upstream;
}

const sessionPath = '/session';
const apiPrefix = '/api';

/**
 * Responds to a request of the page. Files need no token, because they contain no secret and scripts are loaded without
 * headers. Throws `ConsoleError`.
 */
export async function respond(request: IncomingMessage, console: Console): Promise<Answer> {
  if (console.isForeignUser) {
    throw new ConsoleError('foreign_user', 'The connection belongs to another user of this machine.');
  }
  const target = readTarget(request.url ?? '');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const isDocument = isRead && request.url === documentPath;
  requireOwnPage(request, console.host, { isDocument });
  const method = methodOf(request.method);
  if (target === null) throw notFound();
  const isApi = target.path.startsWith(`${apiPrefix}/`);
  if (!isApi && target.path !== sessionPath) return fileAt(console.files, method, target);
  requireToken(request, console.token);
  if (isApi) return callApi(request, console, { method, target });
  requireGet(method);
  return json(200, console.session);
}

/** The method that reaches the API. A HEAD request is a GET request whose body is not sent. */
function methodOf(method: string | undefined): ApiMethod {
  switch (method) {
    case 'HEAD':
      return 'GET';
    case 'GET':
    case 'POST':
    case 'PATCH':
    case 'DELETE':
      return method;
    default:
      throw new ConsoleError('method_not_allowed', `The method ${method} is not allowed.`);
  }
}

function requireGet(method: ApiMethod): void {
  if (method !== 'GET')
    throw new ConsoleError('method_not_allowed', `The method ${method} is not allowed here.`);
}

function requireToken({ headers }: IncomingMessage, token: string): void {
  const given = headers['x-bough-token'];
  if (typeof given === 'string' && isSameSecret(given, token)) return;
  throw new ConsoleError('wrong_token', 'The request has no valid token of this console.');
}

function fileAt(files: ConsoleFiles, method: ApiMethod, { path, query }: RequestTarget): Answer {
  const file = query === '' ? files.get(path) : undefined;
  if (file === undefined) throw notFound();
  requireGet(method);
  return file;
}

async function callApi(
  request: IncomingMessage,
  { session, upstream }: Console,
  { method, target }: { method: ApiMethod; target: RequestTarget },
): Promise<Answer> {
  const path = target.path.slice(apiPrefix.length);
  if (!isAllowed(method, path)) throw notFound();
  if (session.read_only && method !== 'GET') {
    throw new ConsoleError('read_only', 'This console only reads.');
  }
  const body = await readBody(request);
  if (method === 'GET' && body !== undefined) {
    throw new ConsoleError('malformed_body', 'A GET request has no body.');
  }
  const condition = request.headers['if-none-match'];
  return forward(upstream, {
    method,
    path: unambiguous(path) + queryOf(target.query),
    headers: condition === undefined ? {} : { 'if-none-match': condition },
    body,
  });
}

/** Encodes the characters that a signature could encode in two ways. */
function unambiguous(path: string): string {
  return path.replace(/[^\w.~%/-]/g, encode);
}

/** Rewrites a query so that the signature and the API read the same: `+` is a space for some, and itself for others. */
function queryOf(query: string): string {
  const pairs = [...new URLSearchParams(query)];
  // Such parameters are parts of a signature.
  if (pairs.some(([name]) => /^x-amz-/i.test(name))) throw notFound();
  const text = pairs.map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`).join('&');
  return text === '' ? '' : `?${text}`;
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, encode);
}

function encode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function notFound(): ConsoleError {
  return new ConsoleError('not_found', 'The console has no such address.');
}
