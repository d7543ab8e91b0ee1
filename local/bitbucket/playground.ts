import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { resolve } from 'node:path';
import { guarded } from '../http/guard.ts';
import { createBackground } from './background.ts';
import type { Bitbucket, ServerVersion } from './bitbucket.ts';
import { createRepository, parseFullName } from './changes/repositories.ts';
import { createCloudHandler } from './cloud/api.ts';
import { type Consumer, createCredentials, type Scope } from './cloud/credentials.ts';
import { cloudPublisher } from './cloud/publisher.ts';
import { cloneUrl } from './cloud/repository-resource.ts';
import { createGit, type Git } from './git/git.ts';
import type { User } from './http/credentials.ts';
import { dispatch } from './http/dispatch.ts';
import { listen } from './http/listen.ts';
import { createPageHandler, isPagePath } from './pages/pages.ts';
import { createServerHandler } from './server/api.ts';
import { createServerCredentials, type ServerToken } from './server/credentials.ts';
import { createServerPublisher } from './server/publisher.ts';
import { openStore } from './store/store.ts';
import { createDeliveryHistory, type Delivery } from './webhooks/deliveries.ts';

/** An OAuth consumer of Cloud. */
export interface ConsumerOptions {
  readonly key: string;
  readonly secret: string;
  /** "This is a private consumer". @default true */
  readonly private?: boolean;
  /** Bitbucket refuses consumers without one (null). @default 'https://example.com/' */
  readonly callbackUrl?: string | null;
  /** @default the scopes of Bough's integration: repository, pullrequest, webhook */
  readonly scopes?: readonly Scope[];
  /** The workspaces whose repositories the consumer can access. @default all */
  readonly workspaces?: readonly string[];
}

/** How to start a playground. */
export interface PlaygroundOptions {
  /** The state directory: repositories, webhooks, pull requests, build statuses. */
  readonly directory: string;
  /** 0: any free port. */
  readonly port: number;
  /** Additional names of the playground, `host` or `host:port`. @default only 127.0.0.1, localhost and [::1] */
  readonly hosts?: readonly string[];
  readonly consumers: readonly ConsumerOptions[];
  /** The user with every permission on both products. @default demo, password demo */
  readonly user?: User;
  /** HTTP access tokens of Server. @default demo-token, an administrator of all projects */
  readonly tokens?: readonly ServerToken[];
  /** @default '9.4' */
  readonly serverVersion?: ServerVersion;
  readonly log?: (line: string) => void;
  readonly now?: () => Date;
}

/** A repository of the playground. */
export interface PlaygroundRepository {
  readonly fullName: string;
  readonly uuid: string;
  readonly cloneUrl: string;
  /** False when the repository existed already. */
  readonly created: boolean;
}

/** A running playground. */
export interface Playground {
  readonly url: string;
  readonly apiUrl: string;
  readonly gitUrl: string;
  readonly oauthUrl: string;
  /** Base URL of Server, with its context path. */
  readonly serverUrl: string;
  /** Creates an empty repository, or finds the existing one of this name. */
  createRepository(
    fullName: string,
    options?: { readonly defaultBranch?: string; readonly description?: string },
  ): Promise<PlaygroundRepository>;
  /** The last 50 webhook deliveries of both products, oldest first. */
  deliveries(): Delivery[];
  /** Revokes an OAuth consumer of Cloud and its tokens until the next start. */
  revokeConsumer(key: string): void;
  /** Revokes an HTTP access token of Server until the next start. */
  revokeToken(token: string): void;
  /** Resolves when no request and no webhook delivery is in progress. */
  settled(): Promise<void>;
  /** Stops the server and ends git processes and webhook deliveries in progress. */
  stop(): Promise<void>;
}

function completeConsumer(options: ConsumerOptions): Consumer {
  return {
    key: options.key,
    secret: options.secret,
    isPrivate: options.private ?? true,
    callbackUrl: options.callbackUrl === undefined ? 'https://example.com/' : options.callbackUrl,
    scopes: options.scopes ?? ['repository', 'pullrequest', 'webhook'],
    workspaces: options.workspaces ?? null,
  };
}

async function requireGit(git: Git): Promise<void> {
  try {
    await git.run('.', ['--version']);
  } catch (error) {
    throw new Error('The Bitbucket playground needs git. Install it and make sure that it is on the PATH.', {
      cause: error,
    });
  }
}

const DEMO_TOKEN: ServerToken = { token: 'demo-token', user: 'demo', permission: 'admin' };

/**
 * Starts a server on 127.0.0.1 that serves the same repositories as Bitbucket Cloud and, under the context path
 * `/server`, as Bitbucket Server: git, REST and webhooks of both. Throws an Error when git is missing or the port is
 * in use.
 */
export async function startBitbucketPlayground(options: PlaygroundOptions): Promise<Playground> {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const log = (line: string) => {
    if (!stopping.signal.aborted) options.log?.(line);
  };
  const now = options.now ?? (() => new Date());
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  const git = createGit(directory, stopping.signal);
  await requireGit(git);
  const store = openStore(directory);
  const background = createBackground(log);
  const history = createDeliveryHistory(now);
  const user = options.user ?? { name: 'demo', password: 'demo' };
  const consumers = options.consumers.map(completeConsumer);
  const credentials = createCredentials(consumers, user, store.tokenKey, now);
  const serverCredentials = createServerCredentials(options.tokens ?? [DEMO_TOKEN], user);

  // A push may take longer than Node's default request timeout of five minutes.
  const server = createServer({ requestTimeout: 0 });
  const port = await listen(server, options.port);
  const url = `http://127.0.0.1:${port}`;
  const bitbucket: Bitbucket = {
    url,
    apiUrl: `${url}/2.0`,
    serverUrl: `${url}/server`,
    serverVersion: options.serverVersion ?? '9.4',
    store,
    git,
    background,
    history,
    publishers: [cloudPublisher, createServerPublisher()],
    signal: stopping.signal,
    now,
    log,
  };
  const handlers = {
    cloud: createCloudHandler(credentials, createPageHandler(user)),
    server: createServerHandler(serverCredentials),
  };
  const listener = (...[request, response]: Parameters<RequestListener>) =>
    background.run('a request', () => dispatch(bitbucket, handlers, request, response));
  const isPage = (request: IncomingMessage) => isPagePath(new URL(request.url ?? '/', url).pathname);
  server.on('request', guarded(listener, options.hosts, isPage));

  return {
    url,
    apiUrl: bitbucket.apiUrl,
    gitUrl: url,
    oauthUrl: `${url}/site/oauth2/access_token`,
    serverUrl: bitbucket.serverUrl,
    async createRepository(name, { defaultBranch = 'main', description } = {}) {
      const fields = parseFullName(name);
      const existing = store.find(fields.workspace, fields.slug);
      const repository =
        existing ?? (await createRepository(bitbucket, { ...fields, description }, defaultBranch));
      return {
        fullName: name,
        uuid: repository.uuid,
        cloneUrl: cloneUrl(bitbucket, repository),
        created: existing === undefined,
      };
    },
    deliveries: () => history.list(),
    revokeConsumer: (key) => credentials.revokeConsumer(key),
    revokeToken: (token) => serverCredentials.revokeToken(token),
    settled: () => background.settled(),
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await Promise.all([closed, background.settled()]);
    },
  };
}
