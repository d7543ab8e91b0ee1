import { describe, expect, it } from 'vitest';
import { subscribedEvents } from '../../../shared/providers/bitbucket-server/webhook-events.ts';
import {
  notPermitted,
  type ServerHook,
  serverEvents,
  serverFailure,
} from '../../support/bitbucket-server.ts';
import {
  bitbucket,
  calls,
  connect,
  hookSecret,
  hookUrl,
  refusal,
  writes,
} from '../../support/server-connection.ts';

const hook = { url: hookUrl, secret: hookSecret };
const ensure = () => connect().ensureWebhook(hook);

const intact = (change: Partial<ServerHook> = {}): ServerHook => ({
  id: 4,
  name: 'Bough: p1',
  url: hookUrl,
  active: true,
  events: [...subscribedEvents],
  configuration: { secret: hookSecret },
  ...change,
});

const sixth = serverEvents.filter((event) => event !== 'pr:from_ref_updated');
const fifth = sixth.filter((event) => event !== 'pr:modified');

describe('the webhook', () => {
  it('is created with its secret and events when it does not exist', async () => {
    await expect(ensure()).resolves.toBe('created');
    expect(writes()).toEqual([
      {
        method: 'POST',
        path: '/webhooks',
        body: {
          name: 'Bough: p1',
          url: hookUrl,
          active: true,
          events: subscribedEvents,
          configuration: { secret: hookSecret },
        },
      },
    ]);
  });

  it('is created only once', async () => {
    await ensure();
    await expect(ensure()).resolves.toBe('unchanged');
    expect(writes()).toHaveLength(1);
  });

  it.each([
    ['it is complete', {}],
    ['it has additional events', { events: ['repo:forked', ...subscribedEvents] }],
    ['the server does not say how it is configured', { configuration: undefined }],
    ['a user has changed its name', { name: 'do not touch' }],
  ])('is not changed when %s', async (_, change) => {
    bitbucket.hooks = [intact(change as Partial<ServerHook>)];
    await expect(ensure()).resolves.toBe('unchanged');
    expect(calls()).toEqual(['GET /webhooks limit=100&start=0']);
  });

  it.each([
    ['it is inactive', { active: false }],
    ['it has no secret', { configuration: {} }],
    ['it has another secret', { configuration: { secret: 'another' } }],
    ['it lacks an event', { events: subscribedEvents.slice(1) }],
    ['it has no events', { events: [] }],
  ])('is repaired when %s', async (_, change) => {
    bitbucket.hooks = [intact(change)];
    await expect(ensure()).resolves.toBe('repaired');
    expect(writes()).toMatchObject([{ method: 'PUT', path: '/webhooks/4' }]);
    const [repaired] = bitbucket.hooks;
    expect(repaired).toMatchObject({ id: 4, active: true, configuration: { secret: hookSecret } });
    expect(new Set(repaired?.events)).toEqual(new Set(subscribedEvents));
    await expect(ensure()).resolves.toBe('unchanged');
  });

  it('keeps additional events and settings when it is repaired', async () => {
    bitbucket.hooks = [intact({ active: false, events: ['repo:forked'], sslVerificationRequired: false })];
    await ensure();
    expect(bitbucket.hooks).toMatchObject([{ sslVerificationRequired: false }]);
    expect(new Set(bitbucket.hooks[0]?.events)).toEqual(new Set(['repo:forked', ...subscribedEvents]));
  });

  it('is found on any page', async () => {
    bitbucket.pageLength = 2;
    const others = [1, 2, 3].map((id) => intact({ id, url: `https://example.org/${id}` }));
    bitbucket.hooks = [...others, intact()];
    await expect(ensure()).resolves.toBe('unchanged');
  });

  const foreign = [`${hookUrl}/`, `${hookUrl}?x`, hookUrl.slice(0, -1), hookUrl.replace('i1', 'i2')].map(
    (url, index) => intact({ id: index + 1, url, active: false, events: [], configuration: {} }),
  );

  it('of another URL is never changed, however similar', async () => {
    bitbucket.hooks = structuredClone(foreign);
    await expect(connect().removeWebhook(hookUrl)).resolves.toBe(false);
    await expect(ensure()).resolves.toBe('created');
    await expect(connect().removeWebhook(hookUrl)).resolves.toBe(true);
    expect(bitbucket.hooks).toEqual(foreign);
    expect(writes().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /webhooks',
      'DELETE /webhooks/5',
    ]);
  });

  it('is removed together with its duplicates', async () => {
    bitbucket.hooks = [intact(), ...structuredClone(foreign), intact({ id: 9 })];
    await expect(connect().removeWebhook(hookUrl)).resolves.toBe(true);
    expect(bitbucket.hooks).toEqual(foreign);
  });
});

describe('the state of the webhook', () => {
  it.each([
    ['intact', {}, { active: true, missing_events: [], has_secret: true }],
    ['inactive', { active: false }, { active: false, missing_events: [], has_secret: true }],
    ['unsigned', { configuration: {} }, { active: true, missing_events: [], has_secret: false }],
    [
      'without events',
      { events: [] },
      { active: true, missing_events: [...subscribedEvents], has_secret: true },
    ],
    ['unknown', { configuration: undefined }, { active: true, missing_events: [], has_secret: null }],
  ])('is %s', async (_, change, state) => {
    bitbucket.hooks = [intact({ id: 1, url: `${hookUrl}/` }), intact(change as Partial<ServerHook>)];
    await expect(connect().findWebhook(hookUrl)).resolves.toEqual(state);
    expect(writes()).toEqual([]);
  });

  it('is null when it does not exist', async () => {
    await expect(connect().findWebhook(hookUrl)).resolves.toBeNull();
  });
});

describe('the events of the webhook', () => {
  it.each([
    ['6, which lists its events', sixth, true, 1],
    ['5, which lists its events', fifth, true, 1],
    ['6, which does not list its events', sixth, false, 2],
    ['5, which does not list its events', fifth, false, 2],
  ])('are those that an old server supports: version %s', async (_, events, says, attempts) => {
    bitbucket.events = events;
    bitbucket.has.capabilities = says;
    await expect(ensure()).resolves.toBe('created');
    expect(bitbucket.hooks).toMatchObject([
      { events: subscribedEvents.filter((event) => events.includes(event)) },
    ]);
    expect(writes()).toHaveLength(attempts);
    // Neither does it miss them from then on.
    await expect(connect().findWebhook(hookUrl)).resolves.toMatchObject({ missing_events: [] });
    await expect(ensure()).resolves.toBe('unchanged');
  });

  it('are extended after an upgrade of the server', async () => {
    bitbucket.hooks = [intact({ events: subscribedEvents.filter((event) => sixth.includes(event)) })];
    await expect(connect().findWebhook(hookUrl)).resolves.toMatchObject({
      missing_events: ['pr:from_ref_updated'],
    });
    await expect(ensure()).resolves.toBe('repaired');
    expect(bitbucket.hooks[0]?.events).toContain('pr:from_ref_updated');
  });

  it.each([
    ['does not list its events', { status: 404 }],
    ['refuses to list its events', { status: 401 }],
    ['lists no events', { status: 200, body: { capabilities: {} } }],
    [
      'responds with an endless link',
      { status: 200, body: { capabilities: { webhooks: `${'/rest/webhooks/'.repeat(16_000)}\n` } } },
    ],
    ['responds with an invalid link', { status: 200, body: { capabilities: { webhooks: 'x' } } }],
  ])('are all events of Bough when the server %s', async (_, answer) => {
    bitbucket.fault = ({ path }) => (path.endsWith('/rest/capabilities') ? answer : undefined);
    await expect(ensure()).resolves.toBe('created');
    expect(bitbucket.hooks).toMatchObject([{ events: subscribedEvents }]);
  });

  it('are requested at the configured URL, not at the URL in the response', async () => {
    await ensure();
    expect(bitbucket.requests.map(({ path }) => path)).toContain(
      '/bitbucket/rest/webhooks/latest/capabilities',
    );
  });

  it('are not guessed during an outage of the server', async () => {
    bitbucket.fault = ({ path }) => (path.endsWith('/rest/capabilities') ? { status: 503 } : undefined);
    expect(await refusal(ensure(), hookSecret)).toMatchObject({ code: 'git_host_unavailable' });
    expect(writes()).toEqual([]);
  });

  it.each([
    [400, 'The url is invalid.', 'git_host_rejected'],
    [503, 'No thread is left for pr:opened.', 'git_host_unavailable'],
  ])('are not the cause of status %i: %s', async (status, message, code) => {
    bitbucket.fault = ({ method }) =>
      method === 'POST' ? serverFailure(status, message, 'SomeException') : undefined;
    expect(await refusal(ensure(), hookSecret)).toMatchObject({ code });
    expect(writes()).toHaveLength(1);
  });

  it('are an error when the server supports none of them', async () => {
    bitbucket.events = [];
    bitbucket.has.capabilities = false;
    expect(await refusal(ensure(), hookSecret)).toMatchObject({ code: 'git_host_rejected' });
    expect(writes()).toHaveLength(1);
  });
});

describe('without repository admin', () => {
  const byHand = {
    code: 'git_host_forbidden',
    disposition: 'halt',
    remedy: 'Give the access token the permission repository admin, or add the webhook by hand.',
  };

  it('gets its secret again on request when the server does not show it', async () => {
    const { configuration: _, ...hidden } = intact();
    bitbucket.hooks = [hidden];

    await expect(connect().ensureWebhook({ ...hook, rewrite: true })).resolves.toBe('repaired');

    expect(bitbucket.hooks).toMatchObject([{ configuration: { secret: hookSecret } }]);
  });

  it.each([
    ['found', () => connect().findWebhook(hookUrl)],
    ['created', ensure],
    ['removed', () => connect().removeWebhook(hookUrl)],
  ])('the webhook is not %s, and the error has a remedy', async (_, call) => {
    bitbucket.permission = 'read';
    expect(await refusal(call(), hookSecret)).toMatchObject(byHand);
  });

  it.each([
    ['POST', 401, { status: 401 }, []],
    ['POST', 403, { status: 403 }, []],
    ['PUT', 401, notPermitted, [intact({ active: false })]],
    ['PUT', 403, { status: 403 }, [intact({ active: false })]],
  ])('a %s with status %i is reported with the same remedy', async (method, _, answer, hooks) => {
    bitbucket.hooks = hooks;
    bitbucket.fault = (request) => (request.method === method ? answer : undefined);
    expect(await refusal(ensure(), hookSecret)).toMatchObject(byHand);
  });

  it('an invalid token is reported as such', async () => {
    const call = connect({ token: 'revoked' }).ensureWebhook(hook);
    expect(await refusal(call, hookSecret)).toMatchObject({ code: 'git_host_credentials' });
  });
});
