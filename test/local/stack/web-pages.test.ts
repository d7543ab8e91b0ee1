import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpApi, type RouteTarget } from '../../../local/aws/api-gateway/http-api.ts';
import { type Playground, startBitbucketPlayground } from '../../../local/bitbucket/playground.ts';
import { closeServer, listen, localUrl } from '../../../local/http/net.ts';
import { createRuntimeApi } from '../../../local/runtime/runtime-api.ts';
import type { LocalStack } from '../../../local/stack/stack.ts';
import { ask } from '../../support/ask.ts';
import { startSmallStack } from '../small-stack.ts';
import { temporaryDirectory } from '../support.ts';

/** Headers of a browser's request for a page of another origin, and the status of each server's response. */
const ATTACKS: [string, (own: string) => Record<string, string>, number][] = [
  ["under an attacker's name (DNS rebinding)", () => ({ host: 'evil.example' }), 421],
  ["under an attacker's name and our port", (own) => ({ host: `evil.example:${own.split(':')[1]}` }), 421],
  [
    'under a name that begins like ours',
    (own) => ({ host: `127.0.0.1.evil.example:${own.split(':')[1]}` }),
    421,
  ],
  ['under our name with another port', () => ({ host: '127.0.0.1:1' }), 421],
  ['of another site', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }), 403],
  [
    'of a link on another site',
    () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }),
    403,
  ],
  ["of a pull request's site on the next port", () => ({ 'sec-fetch-site': 'same-site' }), 403],
  ['of a browser without fetch metadata', () => ({ origin: 'http://evil.example' }), 403],
  ['of a sandboxed frame', () => ({ origin: 'null' }), 403],
  [
    "of a pull request's site, in a browser without fetch metadata",
    () => ({ origin: 'http://127.0.0.1:1' }),
    403,
  ],
];

/** Headers of programs and users of this machine. */
const OWN: [string, (own: string) => Record<string, string>][] = [
  ['a program', () => ({})],
  ['a program that uses localhost', (own) => ({ host: own.replace('127.0.0.1', 'localhost') })],
  ['a program that uses [::1]', (own) => ({ host: own.replace('127.0.0.1', '[::1]') })],
  ['a user who typed the address', () => ({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })],
  ['its own page', (own) => ({ 'sec-fetch-site': 'same-origin', origin: `http://${own}` })],
];

let stack: LocalStack;
let playground: Playground;
const closing: (() => Promise<unknown>)[] = [];
const servers: Record<string, { url: string; path: string }> = {};

beforeAll(async () => {
  const finished = (clean: () => Promise<void>) => void closing.push(clean);
  stack = await startSmallStack({}, finished);
  playground = await startBitbucketPlayground({
    directory: await temporaryDirectory(finished),
    port: 0,
    consumers: [{ key: 'k', secret: 's' }],
  });
  closing.push(() => playground.stop());
  const runtime = createRuntimeApi();
  const port = await listen(runtime.server, 0);
  closing.push(() => closeServer(runtime.server));
  Object.assign(servers, {
    'the API': { url: stack.apiUrl, path: '/signed/x' },
    'the playground, Cloud': { url: playground.url, path: '/2.0/repositories/acme/website' },
    'the playground, Server': { url: playground.url, path: '/server/rest/api/latest/projects' },
    'the playground, git': { url: playground.url, path: '/a/b.git/info/refs?service=git-upload-pack' },
    "the playground's pages": { url: playground.url, path: '/' },
    "the playground's deliveries": { url: playground.url, path: '/_playground/deliveries' },
    "a function's runtime API": { url: localUrl(port), path: '/2018-06-01/runtime/x' },
    ...Object.fromEntries(
      Object.entries(stack.endpoints).map(([name, url]) => [name, { url, path: '/bucket/key' }]),
    ),
  });
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const SERVERS = [
  'the API',
  'the playground, Cloud',
  'the playground, Server',
  'the playground, git',
  "the playground's pages",
  "the playground's deliveries",
  "a function's runtime API",
  ...['dynamodb', 'sqs', 's3', 'kms', 'sts', 'codebuild'],
];

function serverOf(name: string) {
  const server = servers[name];
  if (server === undefined) throw new Error(`There is no ${name}.`);
  return server;
}

describe.each(SERVERS)('%s', (name) => {
  it.each(ATTACKS)('refuses a request %s', async (_, headers, status) => {
    const { url, path } = serverOf(name);
    for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
      const answer = await ask(url, path, headers(new URL(url).host), method);
      expect([method, answer.status]).toEqual([method, status]);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it.each(OWN)('accepts a request of %s', async (_, headers) => {
    const { url, path } = serverOf(name);
    const { status, text } = await ask(url, path, headers(new URL(url).host));
    expect(status).not.toBe(421);
    expect(text).not.toContain('a web page of another origin');
  });
});

describe('what is public on AWS', () => {
  it('accepts the webhook of a Bitbucket through a tunnel', async () => {
    const path = '/projects/p/hook';
    const headers = { host: 'tunnel.example', 'sec-fetch-site': 'cross-site' };
    expect((await ask(stack.apiUrl, path, headers, 'POST')).status).toBe(200);
  });

  it('serves sites to everyone', async () => {
    const { status } = await ask(stack.sitesUrl, '/main/', { 'sec-fetch-site': 'cross-site' });
    expect(status).toBe(404);
  });
});

describe('an additional host name', () => {
  it.each([
    [['devbox.example'], 'devbox.example:4321', true],
    [['devbox.example:4321'], 'DEVBOX.example:4321', true],
    [['devbox.example:4321'], 'devbox.example:1', false],
    [['devbox.example'], 'a.devbox.example', false],
    [['localhost:4321'], 'localhost:4321', true],
  ])('%j and the host %s: accepted %s', async (hosts, host, isAccepted) => {
    const target: RouteTarget = {
      invoke: async () => ({ ok: true, payload: '{"statusCode":200}' }),
      apiId: 'a',
      iam: true,
      timeoutMs: 1000,
    };
    const api = createHttpApi(Promise.resolve([{ key: '$default', target }]), () => {}, { hosts });
    const url = localUrl(await listen(api, 0));
    expect((await ask(url, '/', { host })).status).toBe(isAccepted ? 200 : 421);
    await closeServer(api);
  });
});

describe.runIf(process.platform === 'linux')('every listening port', () => {
  it('is tested above, is public, or refuses web pages', async () => {
    const known = [
      ...Object.values(servers).map(({ url }) => url),
      stack.sitesUrl,
      ...Object.values(stack.endpoints),
    ];
    const ports = new Set(known.map((url) => new URL(url).port));
    const others = listenersOf(process.pid).filter(({ port }) => !ports.has(String(port)));
    // For example the runtime API of a function's process.
    for (const { port } of others) {
      expect((await ask(localUrl(port), '/', { host: 'evil.example' })).status).toBe(421);
    }
  });

  it('of a program without checks has an address that is hard to guess', () => {
    const children = descendantsOf(process.pid).flatMap(listenersOf);
    for (const { address } of children) expect(address).not.toMatch(/^(127\.0\.0\.1|0\.0\.0\.0)$/);
  });
});

interface Listener {
  readonly address: string;
  readonly port: number;
}

/** Returns the addresses that a process listens on. */
function listenersOf(pid: number): Listener[] {
  const inodes = new Set(socketsOf(pid));
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode))
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':');
      const bytes = address.match(/../g)?.toReversed() ?? [];
      return {
        address: bytes.map((byte) => Number.parseInt(byte, 16)).join('.'),
        port: Number.parseInt(port, 16),
      };
    });
}

function socketsOf(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(directory, fd)))?.slice(1, 2) ?? [];
    } catch {
      return [];
    }
  });
}

function descendantsOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = all.map(Number).filter((each) => parentOf(each) === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function parentOf(pid: number): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}
