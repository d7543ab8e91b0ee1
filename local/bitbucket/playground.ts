import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { resolve } from 'node:path';
import { guarded } from '../http/guard.ts';
import { createBackground } from './background.ts';
import type { Bitbucket, ServerVersion } from './bitbucket.ts';
import { createRepository, parseFullName } from './changes/repositories.ts';
import { cloudFace } from './cloud/api.ts';
import { type Consumer, createCredentials, type Scope } from './cloud/credentials.ts';
import { cloudVoice } from './cloud/publisher.ts';
import { cloneUrl } from './cloud/repository-resource.ts';
import { createGit, type Git } from './git/git.ts';
import type { User } from './http/credentials.ts';
import { serve } from './http/dispatch.ts';
import { serverFace } from './server/api.ts';
import { createServerCredentials, type ServerToken } from './server/credentials.ts';
import { createServerVoice } from './server/publisher.ts';
import { openStore } from './store/store.ts';
import { createDeliveryHistory, type Delivery } from './webhooks/deliveries.ts';

export interface ConsumerOptions {
  readonly key: string;
  readonly secret: string;
  /** "This is a private consumer". @default true */
  readonly private?: boolean;
  /** null: none was given, which Bitbucket refuses. @default 'https://example.com/' */
  readonly callbackUrl?: string | null;
  /** @default what Bough's integration asks for: repository, pullrequest, webhook */
  readonly scopes?: readonly Scope[];
  /** Whose repositories it reaches, as it is with private forks elsewhere. @default everybody's */
  readonly workspaces?: readonly string[];
}

export interface PlaygroundOptions {
  /** Everything is kept below it: repositories, webhooks, pull requests, build statuses. */
  readonly directory: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Other names that it is reached by: `host` or `host:port`. @default 127.0.0.1, localhost and [::1] alone */
  readonly hosts?: readonly string[];
  readonly consumers: readonly ConsumerOptions[];
  /** Who may clone, push and administer with Basic credentials, on both faces. @default demo, password demo */
  readonly user?: User;
  /** HTTP access tokens of the Server face. @default demo-token, with which demo administers everything */
  readonly tokens?: readonly ServerToken[];
  /** What the Server face can do. @default '9.4' */
  readonly serverVersion?: ServerVersion;
  readonly log?: (line: string) => void;
  readonly now?: () => Date;
}

export interface PlaygroundRepository {
  readonly fullName: string;
  readonly uuid: string;
  readonly cloneUrl: string;
  /** False when it was there already. */
  readonly created: boolean;
}

export interface Playground {
  readonly url: string;
  readonly apiUrl: string;
  readonly gitUrl: string;
  readonly oauthUrl: string;
  /** The base URL of the Server face, with its context path. */
  readonly serverUrl: string;
  /** Makes an empty repository, or finds the one that has this name. */
  createRepository(
    fullName: string,
    options?: { readonly defaultBranch?: string },
  ): Promise<PlaygroundRepository>;
  /** The last 50 webhook deliveries of both faces, oldest first. */
  deliveries(): Delivery[];
  /** Deletes an OAuth consumer of Cloud, with its tokens, until the playground is started again. */
  revokeConsumer(key: string): void;
  /** Revokes an HTTP access token of Server, until the playground is started again. */
  revokeToken(token: string): void;
  /** Resolves when every request is answered and every webhook of it delivered or given up. */
  settled(): Promise<void>;
  /** Ends everything, processes and deliveries under way included. */
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

/** Listens on loopback only and returns the port. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((listening, reject) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      const message = inUse
        ? `Port ${port} is in use. Stop what listens on it, or choose another port for the Bitbucket playground.`
        : `The Bitbucket playground cannot listen on port ${port}: ${error.message}`;
      reject(new Error(message, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      listening(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function requireGit(git: Git): Promise<void> {
  try {
    await git.run('.', ['--version']);
  } catch (error) {
    throw new Error('The Bitbucket playground needs git. Install it and see that it is on the PATH.', {
      cause: error,
    });
  }
}

const DEMO_TOKEN: ServerToken = { token: 'demo-token', user: 'demo', permission: 'admin' };

/**
 * Starts a server on 127.0.0.1 with two faces of the same repositories: Bitbucket Cloud, and Bitbucket Server
 * under the context path /server. Each speaks git, REST and webhooks as the real one does.
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

  // A push may take longer than Node's five minutes for a request.
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
    voices: [cloudVoice, createServerVoice()],
    signal: stopping.signal,
    now,
    log,
  };
  const faces = { cloud: cloudFace(credentials), server: serverFace(serverCredentials) };
  const answer = (...[request, response]: Parameters<RequestListener>) =>
    background.run('a request', () => serve(bitbucket, faces, request, response));
  server.on('request', guarded(answer, options.hosts));

  return {
    url,
    apiUrl: bitbucket.apiUrl,
    gitUrl: url,
    oauthUrl: `${url}/site/oauth2/access_token`,
    serverUrl: bitbucket.serverUrl,
    async createRepository(name, { defaultBranch = 'main' } = {}) {
      const wanted = parseFullName(name);
      const known = store.find(wanted.workspace, wanted.slug);
      const repository = known ?? (await createRepository(bitbucket, wanted, defaultBranch));
      return {
        fullName: name,
        uuid: repository.uuid,
        cloneUrl: cloneUrl(bitbucket, repository),
        created: known === undefined,
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
