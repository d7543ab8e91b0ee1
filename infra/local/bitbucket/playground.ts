import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { createBackground } from './background.ts';
import type { Bitbucket } from './bitbucket.ts';
import { type Consumer, createCredentials, type Scope, type User } from './credentials.ts';
import { createDeliveries, type Delivery } from './deliveries.ts';
import { createGit, type Git } from './git.ts';
import { createRepository, parseFullName } from './repositories.ts';
import { cloneUrl } from './repository-resource.ts';
import { serve } from './server.ts';
import { openStore } from './store.ts';

export interface ConsumerOptions {
  readonly key: string;
  readonly secret: string;
  /** "This is a private consumer". @default true */
  readonly private?: boolean;
  /** null: none was given, which Bitbucket refuses. @default 'https://example.com/' */
  readonly callbackUrl?: string | null;
  /** @default what Bough's integration asks for: repository, pullrequest, webhook */
  readonly scopes?: readonly Scope[];
}

export interface PlaygroundOptions {
  /** Everything is kept below it: repositories, webhooks, pull requests, build statuses. */
  readonly directory: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly consumers: readonly ConsumerOptions[];
  /** Who may clone, push and administer with Basic credentials. @default demo, password demo */
  readonly user?: User;
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
  /** Makes an empty repository, or finds the one that has this name. */
  createRepository(
    fullName: string,
    options?: { readonly defaultBranch?: string },
  ): Promise<PlaygroundRepository>;
  /** The last 50 webhook deliveries, oldest first. */
  deliveries(): Delivery[];
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

/** Starts a server that speaks Bitbucket Cloud's protocols on 127.0.0.1: git, OAuth, REST, webhooks. */
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
  const deliveries = createDeliveries({ background, signal: stopping.signal, now, log });
  const credentials = createCredentials(
    options.consumers.map(completeConsumer),
    options.user ?? { name: 'demo', password: 'demo' },
    store.tokenKey,
    now,
  );

  // A push may take longer than Node's five minutes for a request.
  const server = createServer({ requestTimeout: 0 });
  const port = await listen(server, options.port);
  const url = `http://127.0.0.1:${port}`;
  const apiUrl = `${url}/2.0`;
  const bitbucket: Bitbucket = { url, apiUrl, store, git, background, deliveries, now, log };
  server.on('request', (request, response) =>
    background.run('a request', () => serve(bitbucket, credentials, request, response)),
  );

  return {
    url,
    apiUrl,
    gitUrl: url,
    oauthUrl: `${url}/site/oauth2/access_token`,
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
    deliveries: () => deliveries.list(),
    settled: () => background.settled(),
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await Promise.all([closed, background.settled()]);
    },
  };
}
