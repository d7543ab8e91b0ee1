import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import type { BuildStatus, GitHost } from '../../../shared/ports.ts';
import { bitbucketCloud } from '../../../shared/providers/bitbucket-cloud/host.ts';
import { subscribedEvents } from '../../../shared/providers/bitbucket-cloud/webhook.ts';
import { jsonLog } from '../../../shared/runtime/logger.ts';
import {
  aPullRequest,
  type BitbucketCloud,
  failure,
  oauthFailure,
  startBitbucketCloud,
} from '../../support/bitbucket-cloud.ts';
import { createRepository } from '../../support/git-repository.ts';
import { startGitServer } from '../../support/git-server.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { checkRequest, hasBitbucketDescription } from '../../support/openapi.ts';

vi.setConfig({ testTimeout: 20_000 });

let bitbucket: BitbucketCloud;
beforeAll(async () => {
  bitbucket = await startBitbucketCloud();
});
afterEach(() => bitbucket.reset());
afterAll(() => bitbucket.stop());

function connect(
  change: {
    repository?: string;
    project?: string;
    secret?: string;
    endpoints?: Partial<BitbucketCloud['endpoints']>;
  } = {},
): GitHost {
  const {
    repository = 'acme/website',
    project = 'p1',
    secret = bitbucket.consumer.secret,
    endpoints,
  } = change;
  return bitbucketCloud(
    { ...bitbucket.endpoints, ...endpoints },
    { repository, project },
    { key: bitbucket.consumer.key, secret },
  );
}

/** The BoughError that the call ends with. None of them, nor its log line, ever holds a credential. */
async function refusal(call: Promise<unknown>, ...secrets: string[]): Promise<BoughError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BoughError);
  const lines: string[] = [];
  jsonLog((line) => lines.push(line)).error('failed', { error });
  const { message, remedy, fields } = error as BoughError;
  const told = [...lines, message, remedy, JSON.stringify(fields ?? {})].join('\n');
  const { key, secret } = bitbucket.consumer;
  const basic = Buffer.from(`${key}:${secret}`).toString('base64');
  for (const credential of [secret, basic, ...bitbucket.tokens, ...secrets])
    expect(told).not.toContain(credential);
  return error as BoughError;
}

const status = (change: Partial<BuildStatus> = {}): BuildStatus => ({
  commit: 'ddd8ec9efca6b3be50172e10f8375310a1920f4a',
  branch: 'feature/login',
  environment: 'pr-7',
  state: 'successful',
  url: 'https://pr-7.example.org/',
  description: 'pr-7 is ready',
  ...change,
});
const hookUrl = 'https://bough.example.org/projects/p1/integrations/i1/hook';
const secret = 'a webhook secret';

describe('an access token', () => {
  it('is asked for with the consumer as Basic credentials, and sent as Bearer', async () => {
    await connect().repository();
    expect(bitbucket.tokenRequests()).toMatchObject([
      { method: 'POST', body: 'grant_type=client_credentials' },
    ]);
    expect(bitbucket.apiRequests()[0]?.headers.authorization).toBe(`Bearer ${bitbucket.tokens.at(-1)}`);
  });

  it('serves all calls, also those made while it is asked for', async () => {
    const host = connect();
    await Promise.all([host.repository(), host.openPullRequests(), host.repository()]);
    await host.repository();
    expect(bitbucket.tokenRequests()).toHaveLength(1);
  });

  it('is replaced minutes before it runs out', async () => {
    const host = connect();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await host.repository();
      vi.setSystemTime(Date.now() + 100 * 60_000);
      await host.repository();
      expect(bitbucket.tokenRequests()).toHaveLength(1);
      vi.setSystemTime(Date.now() + 15 * 60_000);
      await host.repository();
      expect(bitbucket.tokenRequests()).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that Bitbucket no longer takes is replaced by one new one, and the call is made again', async () => {
    const host = connect();
    await host.repository();
    bitbucket.revokeTokens();
    await expect(host.repository()).resolves.toMatchObject({ full_name: 'acme/website' });
    expect(bitbucket.tokenRequests()).toHaveLength(2);
  });

  it('is replaced once for all calls that were refused with it, whenever they learn of it', async () => {
    const host = connect();
    await host.repository();
    bitbucket.revokeTokens();
    const before = bitbucket.tokens.length;
    let resolve = () => {};
    const replaced = new Promise<void>((done) => {
      resolve = done;
    });
    // The second refusal arrives when the first caller uses its new token already.
    bitbucket.fault = async ({ path, headers }) => {
      const isNew = headers.authorization === `Bearer ${bitbucket.tokens[before]}`;
      if (path.endsWith('/pullrequests') && isNew) resolve();
      if (path.endsWith('/website') && !isNew) await replaced;
      return undefined;
    };
    await Promise.all([host.openPullRequests(), host.repository()]);
    expect(bitbucket.tokenRequests()).toHaveLength(2);
  });

  it('is not asked for a third time when Bitbucket refuses the new one too', async () => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? failure(401, 'Access denied') : undefined);
    const error = await refusal(connect().repository());
    expect(error).toMatchObject({ code: 'git_host_credentials', disposition: 'halt' });
    expect(bitbucket.tokenRequests()).toHaveLength(2);
    expect(bitbucket.apiRequests()).toHaveLength(2);
  });

  it('that was refused is asked for again by the next call', async () => {
    const host = connect();
    bitbucket.fault = ({ path }) => (path.endsWith('access_token') ? { status: 503 } : undefined);
    expect(await refusal(host.repository())).toMatchObject({
      code: 'git_host_unavailable',
      disposition: 'retry',
    });
    bitbucket.fault = undefined;
    await expect(host.repository()).resolves.toMatchObject({ full_name: 'acme/website' });
  });
});

describe('credentials', () => {
  it('that are wrong are called so, with the way out', async () => {
    const error = await refusal(connect({ secret: 'a wrong secret' }).repository(), 'a wrong secret');
    expect(error).toMatchObject({
      code: 'git_host_credentials',
      disposition: 'halt',
      message: 'Invalid Bitbucket credentials: Invalid OAuth client credentials',
      remedy: 'Ensure that the OAuth consumer key and secret are valid.',
    });
    expect(bitbucket.apiRequests()).toEqual([]);
  });

  it('of a public consumer name the box to tick', async () => {
    const said =
      'Cannot use client_credentials with a consumer marked as "public". ' +
      'Calls for auto generated consumers should use urn:bitbucket:oauth2:jwt instead.';
    bitbucket.fault = () => oauthFailure('invalid_grant', said, 400);
    expect(await refusal(connect().repository())).toMatchObject({
      code: 'git_host_credentials',
      message: `Invalid Bitbucket credentials: ${said}`,
      remedy: 'Edit the OAuth consumer and tick "This is a private consumer".',
    });
  });

  it('of a consumer without a callback URL say that it needs one', async () => {
    bitbucket.fault = () =>
      oauthFailure('invalid_request', 'No callback uri defined for the OAuth client.', 400);
    expect(await refusal(connect().repository())).toMatchObject({
      code: 'git_host_credentials',
      remedy:
        'Ensure that the OAuth consumer key and secret are valid. Additionally, ensure that the OAuth consumer ' +
        'has a callback URL set (even just to http://localhost).',
    });
  });

  it.each([
    ['text', { status: 401, body: 'Unauthorized' }],
    ['nothing', { status: 400 }],
  ])('that are refused with %s are called invalid all the same', async (_, answer) => {
    bitbucket.fault = () => answer;
    expect(await refusal(connect().repository())).toMatchObject({
      code: 'git_host_credentials',
      message: 'Invalid Bitbucket credentials.',
    });
  });

  it.each([
    ['503', { status: 503, body: 'maintenance' }],
    ['429', { status: 429, body: 'Rate limit for this resource has been exceeded' }],
    ['a closed connection', 'hang-up' as const],
    ['a page', { status: 200, body: '<html>Log in</html>' }],
    ['half an answer', { status: 200, body: '{"access_token": tok-half' }],
    ['another answer', { status: 200, body: { token: 'tok-other', expires_in: 7200 } }],
    ['a token that fits no header', { status: 200, body: { access_token: 'tok-\nline', expires_in: 7200 } }],
  ])('are not doubted when the token endpoint answers with %s', async (_, answer) => {
    bitbucket.fault = ({ path }) => (path.endsWith('access_token') ? answer : undefined);
    const error = await refusal(connect().repository(), 'tok-');
    expect(error).toMatchObject({ code: 'git_host_unavailable', disposition: 'retry' });
  });
});

describe('the repository', () => {
  it('is known by its id, its full name and its default branch', async () => {
    await expect(connect().repository()).resolves.toEqual({
      uuid: '{ccc487e7-cb30-4a24-aba9-2676051cc657}',
      full_name: 'acme/website',
      default_branch: 'main',
    });
  });

  it.each([[null], [undefined]])('has no default branch while it is empty (%s)', async (mainbranch) => {
    bitbucket.fault = ({ path }) =>
      path.startsWith('/2.0')
        ? { status: 200, body: { uuid: '{1}', full_name: 'a/b', mainbranch } }
        : undefined;
    await expect(connect().repository()).resolves.toMatchObject({ default_branch: null });
  });

  it('may be named by ids, whose braces are encoded', async () => {
    await refusal(connect({ repository: '{1-2}/{3-4}' }).repository());
    expect(bitbucket.apiRequests()[0]?.path).toBe('/2.0/repositories/%7B1-2%7D/%7B3-4%7D');
  });

  it('is read over git with a token of its own', async () => {
    const root = mkdtempSync(join(tmpdir(), 'host-'));
    const repository = createRepository(root, 'acme/website.git');
    const commit = repository.commit({ branch: 'feature/login', files: { 'index.html': 'hi' } });
    const git = await startGitServer({
      root,
      authorize: (header) => header === `Basic ${btoa(`x-token-auth:${bitbucket.tokens.at(-1)}`)}`,
    });
    try {
      const source = await connect({ endpoints: { gitUrl: git.url('').slice(0, -1) } }).source();
      const { refs } = await source.listRefs(['refs/heads/']);
      expect([...refs]).toEqual([['refs/heads/feature/login', commit]]);
    } finally {
      await git.stop();
      rmSync(root, { recursive: true });
    }
  });
});

describe('pull requests', () => {
  it('are all listed, page by page, as Bitbucket links them', async () => {
    bitbucket.pullRequests = Array.from({ length: 7 }, (_, index) => aPullRequest(index + 1));
    bitbucket.pageLength = 3;
    const found = await connect().openPullRequests();
    expect(found.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(bitbucket.apiRequests().map(({ query }) => query.toString())).toEqual([
      'state=OPEN&pagelen=50',
      'state=OPEN&pagelen=50&page=2',
      'state=OPEN&pagelen=50&page=3',
    ]);
  });

  it('follow the link to the next page to the letter', async () => {
    const next = `${bitbucket.endpoints.apiUrl}/x?ctx=a%2Fb+c&page=Zm9v%3D%3D`;
    bitbucket.fault = ({ path, query }) => {
      if (path === '/2.0/x') return { status: 200, body: { values: [] } };
      return query.has('state') ? { status: 200, body: { values: [aPullRequest(1)], next } } : undefined;
    };
    await expect(connect().openPullRequests()).resolves.toHaveLength(1);
    expect(bitbucket.apiRequests()[1]).toMatchObject({ path: '/2.0/x' });
    expect(bitbucket.apiRequests()[1]?.query.get('page')).toBe('Zm9v==');
  });

  it('are none at all when one of the pages fails', async () => {
    bitbucket.pullRequests = Array.from({ length: 4 }, (_, index) => aPullRequest(index + 1));
    bitbucket.pageLength = 2;
    bitbucket.fault = ({ query }) => (query.get('page') === '2' ? failure(500, 'Try later') : undefined);
    expect(await refusal(connect().openPullRequests())).toMatchObject({ code: 'git_host_unavailable' });
  });

  it('are none at all when a page leads back to itself', async () => {
    const next = `${bitbucket.endpoints.apiUrl}/again`;
    bitbucket.fault = ({ path }) =>
      path.startsWith('/2.0') ? { status: 200, body: { values: [], next } } : undefined;
    expect(await refusal(connect().openPullRequests())).toMatchObject({ code: 'git_host_rejected' });
    expect(bitbucket.apiRequests()).toHaveLength(2);
  });

  describe('with a next page elsewhere', () => {
    let elsewhere: HttpServer;
    beforeAll(async () => {
      elsewhere = await startHttpServer(() => ({ status: 200, body: { values: [] } }));
    });
    afterAll(() => elsewhere.stop());

    it.each([
      ['on another server', () => `${elsewhere.url}/2.0/x`],
      [
        'on a host that only begins like it',
        () => bitbucket.endpoints.apiUrl.replace('/2.0', '.evil.org/2.0/x'),
      ],
      [
        'with credentials in the link',
        () => `${bitbucket.endpoints.apiUrl.replace('//', '//a@evil.org:')}/x`,
      ],
      ['on the same server, beside the API', () => bitbucket.endpoints.apiUrl.replace('/2.0', '/2.0evil/x')],
      ['as a path', () => '/2.0/x'],
    ])('%s are an error, and no token goes there', async (_, next) => {
      bitbucket.fault = ({ path }) =>
        path.startsWith('/2.0') ? { status: 200, body: { values: [], next: next() } } : undefined;
      const error = await refusal(connect().openPullRequests());
      expect(error).toMatchObject({ code: 'git_host_rejected', disposition: 'halt' });
      expect(bitbucket.apiRequests()).toHaveLength(1);
      expect(elsewhere.requests).toEqual([]);
    });

    it('by a redirect are an error, and no token goes there', async () => {
      bitbucket.fault = ({ path }) =>
        path.startsWith('/2.0') ? { status: 302, headers: { location: elsewhere.url } } : undefined;
      expect(await refusal(connect().openPullRequests())).toMatchObject({ disposition: 'halt' });
      expect(elsewhere.requests).toEqual([]);
    });
  });

  it('are read one by one while they are open', async () => {
    bitbucket.pullRequests = [aPullRequest(7)];
    await expect(connect().openPullRequest(7)).resolves.toEqual({
      number: 7,
      title: 'Change 7',
      source: { branch: 'feature/7', commit: 'ddd8ec9efca6' },
      target: { branch: 'main' },
      fork: false,
    });
  });

  it.each(['MERGED', 'DECLINED', 'SUPERSEDED'])('that are %s are not open', async (state) => {
    bitbucket.pullRequests = [aPullRequest(7, { state })];
    await expect(connect().openPullRequest(7)).resolves.toBeNull();
  });

  it('that Bitbucket does not find are an error, not closed', async () => {
    expect(await refusal(connect().openPullRequest(404))).toMatchObject({ code: 'git_host_not_found' });
  });
});

describe('an answer of Bitbucket', () => {
  it.each([
    [400, failure(400, 'Bad request'), 'git_host_rejected', 'halt', 'Bad request'],
    [
      403,
      failure(403, 'Your credentials lack scopes.'),
      'git_host_forbidden',
      'halt',
      'Your credentials lack scopes.',
    ],
    [404, failure(404, 'Repository not found'), 'git_host_not_found', 'halt', 'Repository not found'],
    [410, failure(410, 'CHANGE-2770'), 'git_host_not_found', 'halt', 'CHANGE-2770'],
    [301, { status: 301, headers: { location: '/2.0/x' } }, 'git_host_not_found', 'halt', '301'],
    [
      429,
      { status: 429, body: 'Rate limit for this resource has been exceeded' },
      'git_host_rate_limited',
      'retry',
      'Rate limit for this resource has been exceeded',
    ],
    [500, { status: 500 }, 'git_host_unavailable', 'retry', '500'],
    [502, { status: 502, body: '<html>Bad gateway</html>' }, 'git_host_unavailable', 'retry', '502'],
    [503, failure(503, 'Try again later'), 'git_host_unavailable', 'retry', 'Try again later'],
  ])(
    'with status %i becomes an error with a code and what was said',
    async (_, answer, code, disposition, said) => {
      bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
      const error = await refusal(connect().repository());
      expect(error).toMatchObject({ code, disposition });
      expect(error.message).toContain(said);
      expect(error.message).toContain('/2.0/repositories/acme/website');
    },
  );

  it.each([
    ['does not come', 'hang-up' as const, 'retry'],
    ['is a page', { status: 200, body: '<html>Log in</html>' }, 'retry'],
    ['breaks off', { status: 200, body: '{"uuid": "{1}", "full' }, 'retry'],
    ['is about something else', { status: 200, body: { type: 'team' } }, 'halt'],
  ])('that %s is an error', async (_, answer, disposition) => {
    bitbucket.fault = ({ path }) => (path.startsWith('/2.0') ? answer : undefined);
    expect(await refusal(connect().repository())).toMatchObject({ disposition });
  });

  it('cannot come from where nobody listens', async () => {
    const gone = await startHttpServer(() => 'hang-up');
    await gone.stop();
    const error = await refusal(connect({ endpoints: { oauthUrl: `${gone.url}/token` } }).repository());
    expect(error).toMatchObject({ code: 'git_host_unavailable', disposition: 'retry' });
  });
});

describe('a build status', () => {
  it('says all that Bitbucket shows', async () => {
    await connect().reportStatus(status());
    expect(bitbucket.apiRequests()[0]?.path).toBe(
      '/2.0/repositories/acme/website/commit/ddd8ec9efca6b3be50172e10f8375310a1920f4a/statuses/build',
    );
    expect(bitbucket.statuses).toEqual([
      {
        key: expect.stringMatching(/^bough-[0-9a-f]{32}$/),
        state: 'SUCCESSFUL',
        name: 'Bough: pr-7',
        url: 'https://pr-7.example.org/',
        description: 'pr-7 is ready',
        refname: 'feature/login',
      },
    ]);
  });

  it.each([
    ['in_progress', 'INPROGRESS'],
    ['successful', 'SUCCESSFUL'],
    ['failed', 'FAILED'],
    ['stopped', 'STOPPED'],
  ] as const)('%s is %s', async (state, word) => {
    await connect().reportStatus(status({ state }));
    expect(bitbucket.statuses).toMatchObject([{ state: word }]);
  });

  it('has one key for an environment, which no other environment or project has', async () => {
    const host = connect();
    await host.reportStatus(status({ state: 'in_progress' }));
    await host.reportStatus(status({ state: 'failed', branch: 'other', url: 'https://x.example.org' }));
    await host.reportStatus(status({ environment: 'pr-8' }));
    await connect({ project: 'p2' }).reportStatus(status());
    const [first, again, ...others] = bitbucket.statuses.map((sent) => (sent as { key: string }).key);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('keeps to the lengths that Bitbucket takes, and stays text when it is cut', async () => {
    const host = connect();
    const longText = fc.string({ unit: 'binary', minLength: 0, maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(longText, longText, async (environment, description) => {
        bitbucket.statuses = [];
        await host.reportStatus(status({ environment, description }));
        const [sent] = bitbucket.statuses as { key: string; name: string; description: string }[];
        expect(sent?.key.length).toBeLessThanOrEqual(40);
        expect(sent?.name.length).toBeLessThanOrEqual(255);
        expect(sent?.description.length).toBeLessThanOrEqual(255);
        expect(`Bough: ${environment}`.startsWith(sent?.name ?? 'no name')).toBe(true);
        for (const text of [sent?.name, sent?.description])
          expect(text).toBe(Buffer.from(text ?? '').toString());
      }),
      {
        numRuns: 20,
        examples: [
          ['🌱'.repeat(200), '🌱'.repeat(200)],
          ['x🌱'.repeat(200), `${'🌱'.repeat(127)}x🌱`],
        ],
      },
    );
  });

  it('for a commit that Bitbucket has not seen yet may be sent again', async () => {
    bitbucket.fault = ({ path }) => (path.endsWith('/build') ? failure(404, 'Commit not found') : undefined);
    const error = await refusal(connect().reportStatus(status()));
    expect(error).toMatchObject({ disposition: 'retry' });
    expect(error.message).toContain('ddd8ec9');
  });

  it('that Bitbucket finds wrong is not sent again', async () => {
    bitbucket.fault = ({ path }) =>
      path.endsWith('/build') ? failure(400, 'url: Enter a valid URL.') : undefined;
    expect(await refusal(connect().reportStatus(status()))).toMatchObject({
      code: 'git_host_rejected',
      disposition: 'halt',
      message: expect.stringContaining('url: Enter a valid URL.'),
    });
  });
});

describe('the webhook', () => {
  const intact = (change = {}) => ({
    uuid: '{ours}',
    url: hookUrl,
    description: 'Bough: p1',
    active: true,
    events: [...subscribedEvents],
    secret_set: true,
    ...change,
  });
  const writes = () => bitbucket.apiRequests().filter(({ method }) => method !== 'GET');

  it('is created with its secret and our events when there is none', async () => {
    await expect(connect().ensureWebhook({ url: hookUrl, secret })).resolves.toBe('created');
    expect(writes().map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
      [
        'POST',
        '/2.0/repositories/acme/website/hooks',
        { description: 'Bough: p1', url: hookUrl, active: true, events: [...subscribedEvents], secret },
      ],
    ]);
  });

  it('is created once', async () => {
    const host = connect();
    await host.ensureWebhook({ url: hookUrl, secret });
    await expect(host.ensureWebhook({ url: hookUrl, secret })).resolves.toBe('unchanged');
    expect(writes()).toHaveLength(1);
  });

  it.each([
    ['it is as it should be', {}],
    ['it has more events than ours', { events: ['issue:created', ...subscribedEvents] }],
    ['Bitbucket does not say whether it has a secret', { secret_set: undefined }],
    ['someone has described it otherwise', { description: 'do not touch' }],
  ])('is left alone when %s', async (_, change) => {
    bitbucket.hooks = [intact(change)];
    await expect(connect().ensureWebhook({ url: hookUrl, secret })).resolves.toBe('unchanged');
    expect(writes()).toEqual([]);
  });

  it.each([
    ['it was switched off', { active: false }],
    ['it has lost its secret', { secret_set: false }],
    ['it has lost an event', { events: subscribedEvents.slice(1) }],
    ['it has lost all events', { events: [] }],
  ])('is repaired when %s', async (_, change) => {
    bitbucket.hooks = [intact(change)];
    await expect(connect().ensureWebhook({ url: hookUrl, secret })).resolves.toBe('repaired');
    expect(writes()).toMatchObject([
      { method: 'PUT', path: '/2.0/repositories/acme/website/hooks/%7Bours%7D' },
    ]);
    expect(JSON.parse(writes()[0]?.body ?? '')).toMatchObject({ url: hookUrl, active: true, secret });
    expect(bitbucket.hooks).toMatchObject([{ active: true, secret_set: true }]);
    expect(new Set(bitbucket.hooks[0]?.events)).toEqual(new Set(subscribedEvents));
  });

  it('keeps the events that someone added to it when it is repaired', async () => {
    bitbucket.hooks = [intact({ active: false, events: ['issue:created', 'repo:push'] })];
    await connect().ensureWebhook({ url: hookUrl, secret });
    expect(new Set(bitbucket.hooks[0]?.events)).toEqual(new Set(['issue:created', ...subscribedEvents]));
  });

  it('is found on any page', async () => {
    const next = `${bitbucket.endpoints.apiUrl}/repositories/acme/website/hooks?page=2`;
    bitbucket.fault = ({ path, query }) => {
      if (!path.endsWith('/hooks')) return undefined;
      const foreign = intact({ url: 'https://example.org/other' });
      return { status: 200, body: query.has('page') ? { values: [intact()] } : { values: [foreign], next } };
    };
    await expect(connect().ensureWebhook({ url: hookUrl, secret })).resolves.toBe('unchanged');
  });

  it('of somebody else is never touched, however much it looks like ours', async () => {
    const foreign = [`${hookUrl}/`, `${hookUrl}?x`, hookUrl.slice(0, -1), hookUrl.replace('i1', 'i2')].map(
      (url, index) => intact({ uuid: `{${index}}`, url, active: false, events: [], secret_set: false }),
    );
    bitbucket.hooks = structuredClone(foreign);
    await expect(connect().ensureWebhook({ url: hookUrl, secret })).resolves.toBe('created');
    expect(bitbucket.hooks.slice(0, -1)).toEqual(foreign);
    expect(writes()).toMatchObject([{ method: 'POST' }]);
  });

  it.each([
    ['listed', 'GET'],
    ['created', 'POST'],
  ])('that may not be %s says which right is missing', async (_, forbidden) => {
    bitbucket.fault = ({ method, path }) =>
      path.endsWith('/hooks') && method === forbidden ? failure(403, 'Access denied') : undefined;
    const error = await refusal(connect().ensureWebhook({ url: hookUrl, secret }), secret);
    expect(error).toMatchObject({ code: 'git_host_forbidden', disposition: 'halt' });
  });
});

describe.skipIf(!hasBitbucketDescription)('every request', () => {
  it('is one that the official description of the API knows, with its parameters and its body', async () => {
    bitbucket.pullRequests = [aPullRequest(7)];
    const host = connect();
    await host.repository();
    await host.openPullRequests();
    await host.openPullRequest(7);
    await host.reportStatus(status());
    await host.ensureWebhook({ url: hookUrl, secret });
    bitbucket.hooks = bitbucket.hooks.map((hook) => ({ ...hook, active: false }));
    await host.ensureWebhook({ url: hookUrl, secret });

    const checked = bitbucket.apiRequests().map(checkRequest);
    expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
    const repository = '/repositories/{workspace}/{repo_slug}';
    expect(new Set(checked.map(({ operation }) => operation))).toEqual(
      new Set([
        `GET ${repository}`,
        `GET ${repository}/pullrequests`,
        `GET ${repository}/pullrequests/{pull_request_id}`,
        `POST ${repository}/commit/{commit}/statuses/build`,
        `GET ${repository}/hooks`,
        `POST ${repository}/hooks`,
        `PUT ${repository}/hooks/{uid}`,
      ]),
    );
  });

  it('could also fail this comparison', () => {
    const request = (method: string, path: string, query = '', body = '') =>
      checkRequest({ method, path, query: new URLSearchParams(query), headers: {}, body }).problems;
    expect(request('POST', '/2.0/repositories/a/b/pulls')).toHaveLength(1);
    expect(request('GET', '/2.0/repositories/a/b/pullrequests', 'state=CLOSED')).toHaveLength(1);
    expect(request('GET', '/2.0/repositories/a/b/pullrequests', 'status=OPEN')).toHaveLength(1);
    const path = '/2.0/repositories/a/b/commit/1/statuses/build';
    expect(request('POST', path, '', '{"key":"k","state":"DONE","label":"l"}')).toHaveLength(2);
  });
});
