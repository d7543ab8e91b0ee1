import { randomUUID } from 'node:crypto';
import { type HttpRequest, type HttpResponse, type HttpServer, startHttpServer } from './http-server.ts';

/** A webhook as the API returns it. */
export interface Hook {
  uuid: string;
  url: string;
  active: boolean;
  events: string[];
  secret_set?: boolean;
}

/** A comment on a pull request as the API returns it. */
export interface Comment {
  id: number;
  deleted?: boolean;
  content: { raw: string };
}

type Fault = (request: HttpRequest) => HttpResponse | undefined | Promise<HttpResponse | undefined>;

/**
 * A fake of Bitbucket Cloud's API with one repository, `acme/website`, one fork and one OAuth consumer. Covers tokens,
 * paging, webhooks, build statuses, and comments on pull requests.
 */
export interface BitbucketCloud {
  endpoints: { apiUrl: string; gitUrl: string; oauthUrl: string };
  consumer: { key: string; secret: string };
  /** All requests except requests for access tokens. */
  apiRequests(): HttpRequest[];
  tokenRequests(): HttpRequest[];
  /** All issued tokens, oldest first. */
  tokens: string[];
  /** Invalidates all tokens issued so far. */
  revokeTokens(): void;
  /** The `scopes` of new tokens: the consumer's permissions. */
  scopes: unknown;
  hooks: Hook[];
  statuses: unknown[];
  /** Build statuses of commits in the fork, `bo-example/website`. */
  forkStatuses: unknown[];
  comments: Comment[];
  /** Open pull requests as the API returns them, in pages of `pageLength`. */
  pullRequests: { id: number }[];
  pageLength: number;
  /** Runs before each request; its result, if any, replaces the response. */
  fault: Fault | undefined;
  reset(): void;
  stop: HttpServer['stop'];
}

const oauthPath = '/site/oauth2/access_token';
const consumer = { key: 'consumer-key-18', secret: 'consumer secret/with:signs' };
const repositoryPath = '/2.0/repositories/acme/website';
const forkPath = '/2.0/repositories/bo-example/website';
const statusPath = /^\/commit\/[0-9a-f]+\/statuses\/build$/;

/** Starts the fake on a free port of 127.0.0.1. */
export async function startBitbucketCloud(): Promise<BitbucketCloud> {
  let revoked = 0;
  const server = await startHttpServer(
    async (request) => (await bitbucket.fault?.(request)) ?? answer(request),
  );
  const bitbucket: BitbucketCloud = {
    endpoints: { apiUrl: `${server.url}/2.0`, gitUrl: server.url, oauthUrl: server.url + oauthPath },
    consumer,
    apiRequests: () => server.requests.filter(({ path }) => path !== oauthPath),
    tokenRequests: () => server.requests.filter(({ path }) => path === oauthPath),
    tokens: [],
    revokeTokens: () => {
      revoked = bitbucket.tokens.length;
    },
    ...initialState(),
    reset() {
      server.requests.length = 0;
      Object.assign(bitbucket, initialState());
    },
    stop: server.stop,
  };

  function answer(request: HttpRequest): HttpResponse {
    if (request.path === oauthPath) return giveToken(request);
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (!bitbucket.tokens.slice(revoked).includes(token)) {
      return failure(401, 'Token is invalid, expired, or not supported for this endpoint.');
    }
    if (request.path.startsWith(forkPath)) return answerFork(request, request.path.slice(forkPath.length));
    if (!request.path.startsWith(repositoryPath)) return failure(404, 'Repository not found');
    return answerRepository(request, request.path.slice(repositoryPath.length));
  }

  function answerFork({ method, body }: HttpRequest, path: string): HttpResponse {
    if (method !== 'POST' || !statusPath.test(path)) return failure(404, 'Not found');
    bitbucket.forkStatuses.push(JSON.parse(body));
    return { status: 201, body: JSON.parse(body) };
  }

  function giveToken({ method, headers, body }: HttpRequest): HttpResponse {
    const basic = `Basic ${Buffer.from(`${consumer.key}:${consumer.secret}`).toString('base64')}`;
    const grant = new URLSearchParams(body).get('grant_type');
    if (method !== 'POST' || grant !== 'client_credentials')
      return oauthFailure('unsupported_grant_type', '');
    if (headers.authorization !== basic)
      return oauthFailure('unauthorized_client', 'Invalid OAuth client credentials');
    const token = `token-${randomUUID()}=`;
    bitbucket.tokens.push(token);
    return {
      status: 200,
      body: {
        access_token: token,
        scopes: bitbucket.scopes,
        expires_in: 7200,
        refresh_token: `refresh-${randomUUID()}`,
        token_type: 'bearer',
      },
    };
  }

  function answerRepository(request: HttpRequest, path: string): HttpResponse {
    const { method } = request;
    const called = `${method} ${path}`;
    if (called === 'GET ') return { status: 200, body: aRepository };
    if (called === 'GET /pullrequests') return listPullRequests(request);
    if (path.startsWith('/hooks')) return answerHooks(request, path.slice('/hooks'.length));
    if (method === 'POST' && statusPath.test(path)) {
      bitbucket.statuses.push(JSON.parse(request.body));
      return { status: 201, body: JSON.parse(request.body) };
    }
    const [, number, comment] = /^\/pullrequests\/(\d+)(?:\/comments(?:\/(\d+))?)?$/.exec(path) ?? [];
    if (path.includes('/comments')) return answerComments(request, Number(comment));
    const found = bitbucket.pullRequests.find(({ id }) => id === Number(number));
    return found ? { status: 200, body: found } : failure(404, 'Not found');
  }

  function answerHooks(request: HttpRequest, path: string): HttpResponse {
    const { method } = request;
    if (path === '' && method === 'GET')
      return { status: 200, body: { values: bitbucket.hooks, pagelen: 100, page: 1 } };
    if (path === '' && method === 'POST') return saveHook({ uuid: `{${randomUUID()}}` }, request);
    const uuid = decodeURIComponent(path.slice(1));
    const hook = bitbucket.hooks.find((each) => each.uuid === uuid);
    if (!hook) return failure(404, 'Webhook not found');
    if (method === 'PUT') return saveHook(hook, request);
    bitbucket.hooks = bitbucket.hooks.filter((each) => each !== hook);
    return { status: 204 };
  }

  function answerComments({ method, body }: HttpRequest, id: number): HttpResponse {
    if (method === 'GET') return { status: 200, body: { values: bitbucket.comments } };
    if (method === 'POST') {
      const comment: Comment = { id: bitbucket.comments.length + 1, ...JSON.parse(body) };
      bitbucket.comments.push(comment);
      return { status: 201, body: comment };
    }
    const comment = bitbucket.comments.find((each) => each.id === id);
    if (!comment) return failure(404, 'Comment not found');
    return { status: 200, body: Object.assign(comment, JSON.parse(body)) };
  }

  function saveHook(before: Partial<Hook>, { body }: HttpRequest): HttpResponse {
    const { secret, ...given } = JSON.parse(body);
    const hook: Hook = { ...before, ...given, secret_set: secret ? true : (before.secret_set ?? false) };
    bitbucket.hooks = [...bitbucket.hooks.filter(({ uuid }) => uuid !== hook.uuid), hook];
    return { status: 201, body: hook };
  }

  function listPullRequests({ path, query }: HttpRequest): HttpResponse {
    const page = Number(query.get('page') ?? 1);
    const end = page * bitbucket.pageLength;
    const next = new URLSearchParams(query);
    next.set('page', String(page + 1));
    return {
      status: 200,
      body: {
        values: bitbucket.pullRequests.slice(end - bitbucket.pageLength, end),
        ...(end < bitbucket.pullRequests.length ? { next: `${server.url}${path}?${next}` } : {}),
      },
    };
  }

  return bitbucket;
}

function initialState() {
  return {
    scopes: 'pullrequest webhook',
    hooks: [],
    statuses: [],
    forkStatuses: [],
    comments: [],
    pullRequests: [],
    pageLength: 50,
    fault: undefined,
  };
}

const aRepository = {
  type: 'repository',
  uuid: '{ccc487e7-cb30-4a24-aba9-2676051cc657}',
  full_name: 'acme/website',
  mainbranch: { type: 'branch', name: 'main' },
};

/** An error response of the API. */
export function failure(status: number, message: string): HttpResponse {
  return { status, body: { type: 'error', error: { message } } };
}

/** An error response of the token endpoint. */
export function oauthFailure(error: string, description: string, status = 401): HttpResponse {
  return { status, body: { error, error_description: description } };
}

/** A pull request as the API returns it. */
export function aPullRequest(id: number, rest: object = {}) {
  const repository = { type: 'repository', uuid: aRepository.uuid, full_name: aRepository.full_name };
  return {
    type: 'pullrequest',
    id,
    title: `Change ${id}`,
    state: 'OPEN',
    draft: false,
    source: {
      branch: { name: `feature/${id}` },
      commit: { hash: 'ddd8ec9efca6', type: 'commit' },
      repository,
    },
    destination: { branch: { name: 'main' }, commit: { hash: '49d74b49c94a', type: 'commit' }, repository },
    ...rest,
  };
}
