import { type HttpRequest, type HttpResponse, type HttpServer, startHttpServer } from './http-server.ts';

/** A webhook as the REST API returns it. */
export interface ServerHook {
  id: number;
  name?: string;
  url: string;
  active: boolean;
  events: string[];
  configuration?: { secret?: string };
  sslVerificationRequired?: boolean;
}

type Fault = (request: HttpRequest) => HttpResponse | undefined | Promise<HttpResponse | undefined>;

/** A fake of Bitbucket Data Center's REST API under a context path, with one repository, `ACME/website`. */
export interface BitbucketServer {
  /** The base URL with the context path, without a trailing slash. */
  url: string;
  token: string;
  requests: HttpRequest[];
  hooks: ServerHook[];
  /** Statuses reported through the build API, which old servers do not have. */
  builds: { commit: string; body: Record<string, unknown> }[];
  /** Statuses reported through the old build-status API. */
  statuses: { commit: string; body: Record<string, unknown> }[];
  /** Pull requests of all states. Lists have pages of `pageLength`. */
  pullRequests: { id: number; state: string }[];
  pageLength: number;
  /** Null when the configured default branch does not exist. */
  defaultBranch: string | null;
  /** The repository permission of the token. */
  permission: 'none' | 'read' | 'admin';
  /** The webhook events that the server supports. */
  events: readonly string[];
  /** Features that old servers do not have. */
  has: { builds: boolean; capabilities: boolean; defaultBranch: boolean; cancelled: boolean };
  /** Runs before each request; its result, if any, replaces the response. */
  fault: Fault | undefined;
  reset(): void;
  stop: HttpServer['stop'];
}

const context = '/bitbucket';
const repositoryPath = '/api/latest/projects/ACME/repos/website';

/** The webhook events of a current server. */
export const serverEvents: readonly string[] = [
  'mirror:repo_synchronized',
  'pr:comment:added',
  'pr:declined',
  'pr:deleted',
  'pr:from_ref_updated',
  'pr:merged',
  'pr:modified',
  'pr:opened',
  'pr:reviewer:approved',
  'repo:comment:added',
  'repo:forked',
  'repo:modified',
  'repo:refs_changed',
];

const initialState = () => ({
  hooks: [],
  builds: [],
  statuses: [],
  pullRequests: [],
  pageLength: 25,
  defaultBranch: 'main',
  permission: 'admin' as const,
  events: serverEvents,
  has: { builds: true, capabilities: true, defaultBranch: true, cancelled: true },
  fault: undefined,
});

/** Starts the fake on a free port of 127.0.0.1. */
export async function startBitbucketServer(): Promise<BitbucketServer> {
  const server = await startHttpServer(
    async (request) => (await bitbucket.fault?.(request)) ?? answer(request),
  );
  const bitbucket: BitbucketServer = {
    ...initialState(),
    url: server.url + context,
    token: 'BBDC-MDAwMDAwMDAwMDAwOhK/8vB5+a==',
    requests: server.requests,
    reset() {
      server.requests.length = 0;
      Object.assign(bitbucket, initialState());
    },
    stop: server.stop,
  };

  function answer(request: HttpRequest): HttpResponse {
    const path = request.path.replace(`${context}/rest`, '');
    if (request.headers.authorization !== `Bearer ${bitbucket.token}`) {
      const message = 'Authentication failed. Please check your credentials and try again.';
      return serverFailure(401, message, 'auth.IncorrectPasswordAuthenticationException');
    }
    const isWrite = request.method !== 'GET';
    if (isWrite && request.headers['x-atlassian-token'] !== 'no-check')
      return { status: 403, body: 'XSRF check failed' };
    if (path.startsWith(repositoryPath))
      return answerRepository(request, path.slice(repositoryPath.length)) ?? noSuchRoute;
    return answerElsewhere(request, path) ?? noSuchRoute;
  }

  function answerElsewhere(request: HttpRequest, path: string): HttpResponse | undefined {
    if (path === '/capabilities') return listCapabilities();
    if (path === '/webhooks/latest/capabilities' && bitbucket.has.capabilities)
      return { status: 200, body: { 'application-webhooks': bitbucket.events } };
    const [, commit] = /^\/build-status\/latest\/commits\/([0-9a-f]{40})$/.exec(path) ?? [];
    if (commit) return takeStatus(bitbucket.statuses, commit, request, oldStates);
    if (!path.startsWith('/api/latest/projects/')) return undefined;
    const [key, , slug] = path.split('/').slice(4);
    return serverFailure(
      404,
      `Repository ${key}/${slug} does not exist.`,
      'repository.NoSuchRepositoryException',
    );
  }

  /** Links contain the base URL that the administrator configured, which can differ from the URL of the request. */
  function listCapabilities(): HttpResponse {
    const base = `https://bitbucket.internal${context}/rest`;
    const webhooks = bitbucket.has.capabilities ? { webhooks: `${base}/webhooks/latest/capabilities` } : {};
    return {
      status: 200,
      body: {
        application: 'stash',
        capabilities: { build: `${base}/api/latest/build/capabilities`, ...webhooks },
      },
    };
  }

  function answerRepository(request: HttpRequest, path: string): HttpResponse | undefined {
    const called = `${request.method} ${path}`;
    if (bitbucket.permission === 'none') return notPermitted;
    if (path.startsWith('/webhooks'))
      return bitbucket.permission === 'admin' ? answerHooks(request, called) : notPermitted;
    if (called === 'GET ') return { status: 200, body: aServerRepository };
    if (called === 'GET /default-branch') return bitbucket.has.defaultBranch ? giveDefault(404) : undefined;
    if (called === 'GET /branches/default') return giveDefault(204);
    if (called === 'GET /pull-requests') {
      const open = bitbucket.pullRequests.filter(({ state }) => state === request.query.get('state'));
      return listPage(open, request);
    }
    const [, commit] = /^POST \/commits\/([0-9a-f]{40})\/builds$/.exec(called) ?? [];
    const states = bitbucket.has.cancelled ? [...oldStates, 'CANCELLED', 'UNKNOWN'] : oldStates;
    if (commit && bitbucket.has.builds) return takeStatus(bitbucket.builds, commit, request, states);
    const [, number] = /^GET \/pull-requests\/(\d+)$/.exec(called) ?? [];
    return number === undefined ? undefined : givePullRequest(Number(number));
  }

  function givePullRequest(number: number): HttpResponse {
    const found = bitbucket.pullRequests.find(({ id }) => id === number);
    if (found) return { status: 200, body: found };
    const message = `Pull request ${number} does not exist in ACME/website.`;
    return serverFailure(404, message, 'pull.NoSuchPullRequestException');
  }

  function giveDefault(statusWithout: number): HttpResponse {
    const { defaultBranch } = bitbucket;
    if (defaultBranch === null && statusWithout === 204) return { status: 204 };
    if (defaultBranch === null)
      return serverFailure(404, 'There is no default branch.', 'repository.NoDefaultBranchException');
    const ref = { id: `refs/heads/${defaultBranch}`, displayId: defaultBranch, type: 'BRANCH' };
    return { status: 200, body: ref };
  }

  function answerHooks(request: HttpRequest, called: string): HttpResponse | undefined {
    if (called === 'GET /webhooks') return listPage(bitbucket.hooks, request);
    if (called === 'POST /webhooks') return saveHook({ id: bitbucket.hooks.length + 1 }, request);
    const [, method, id] = /^(PUT|DELETE) \/webhooks\/(\d+)$/.exec(called) ?? [];
    const hook = bitbucket.hooks.find((each) => each.id === Number(id));
    if (!hook) return serverFailure(404, `Webhook ${id} does not exist.`, 'webhooks.NoSuchWebhookException');
    if (method === 'PUT') return saveHook(hook, request);
    bitbucket.hooks = bitbucket.hooks.filter((each) => each !== hook);
    return { status: 204 };
  }

  function saveHook({ id }: { id: number }, { body }: HttpRequest): HttpResponse {
    const given: Omit<ServerHook, 'id'> = JSON.parse(body);
    const unknown = given.events.flatMap((event, index) =>
      bitbucket.events.includes(event)
        ? []
        : [{ context: `events[${index}].id`, message: `the event ${event} is unknown`, exceptionName: null }],
    );
    if (unknown.length > 0) return { status: 400, body: { errors: unknown } };
    const hook = { ...given, id };
    const isNew = !bitbucket.hooks.some((each) => each.id === id);
    bitbucket.hooks = isNew
      ? [...bitbucket.hooks, hook]
      : bitbucket.hooks.map((each) => (each.id === id ? hook : each));
    return { status: isNew ? 201 : 200, body: { ...hook, configuration: {} } };
  }

  function listPage(items: readonly object[], { query }: HttpRequest): HttpResponse {
    const start = Number(query.get('start') ?? 0);
    const end = start + Math.min(bitbucket.pageLength, Number(query.get('limit') ?? 25));
    const isLastPage = end >= items.length;
    const values = items.slice(start, end);
    const nextPageStart = isLastPage ? null : end;
    return {
      status: 200,
      body: { size: values.length, limit: 25, start, isLastPage, values, nextPageStart },
    };
  }

  return bitbucket;
}

const oldStates = ['SUCCESSFUL', 'FAILED', 'INPROGRESS'];

function takeStatus(
  into: BitbucketServer['builds'],
  commit: string,
  { body: text }: HttpRequest,
  states: readonly string[],
): HttpResponse {
  const body = JSON.parse(text);
  if (!states.includes(body.state))
    return serverFailure(400, `${body.state} is no state.`, 'ArgumentValidationException');
  into.push({ commit, body });
  return { status: 204 };
}

/** An error response of the server. */
export function serverFailure(status: number, message: string, exception: string): HttpResponse {
  const exceptionName = `com.atlassian.bitbucket.${exception}`;
  return { status, body: { errors: [{ context: null, message, exceptionName }] } };
}

/** The response for a path without a route. */
export const noSuchRoute: HttpResponse = {
  status: 404,
  body: { message: 'HTTP 404 Not Found', 'status-code': 404, 'sub-code': -1 },
};

/** The response for a missing permission: 401, also for an authenticated user. */
export const notPermitted: HttpResponse = serverFailure(
  401,
  'You are not permitted to access this resource',
  'AuthorisationException',
);

const aServerRepository = {
  slug: 'website',
  id: 12,
  name: 'Website',
  scmId: 'git',
  state: 'AVAILABLE',
  project: { key: 'ACME', id: 3, name: 'Acme / Web', type: 'NORMAL' },
};

/** A pull request as the API returns it. */
export function aServerPullRequest(id: number, rest: object = {}) {
  return {
    id,
    version: 0,
    title: `Change ${id}`,
    state: 'OPEN',
    open: true,
    closed: false,
    createdDate: '2026-03-02T09:05:00+0000',
    fromRef: {
      id: `refs/heads/feature/${id}`,
      displayId: `feature/${id}`,
      latestCommit: 'ddd8ec9efca6b3be50172e10f8375310a1920f4a',
      repository: aServerRepository,
    },
    toRef: {
      id: 'refs/heads/main',
      displayId: 'main',
      latestCommit: '49d74b49c94a8c09e6d55bbdd30fc4d5e7a1dd4b',
      repository: aServerRepository,
    },
    ...rest,
  };
}
