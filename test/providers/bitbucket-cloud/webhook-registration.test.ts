import { describe, expect, it } from 'vitest';
import { subscribedEvents } from '../../../shared/providers/bitbucket-cloud/webhook-format.ts';
import { failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, hookSecret, hookUrl, refusal } from '../../support/cloud-connection.ts';

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

  it('is created with its secret and events when it does not exist', async () => {
    await expect(connect().ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('created');
    expect(writes().map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
      [
        'POST',
        '/2.0/repositories/acme/website/hooks',
        {
          description: 'Bough: p1',
          url: hookUrl,
          active: true,
          events: [...subscribedEvents],
          secret: hookSecret,
        },
      ],
    ]);
  });

  it('is created only once', async () => {
    const host = connect();
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });
    await expect(host.ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('unchanged');
    expect(writes()).toHaveLength(1);
  });

  it.each([
    ['it is complete', {}],
    ['it has additional events', { events: ['issue:created', ...subscribedEvents] }],
    ['Bitbucket does not say whether it has a secret', { secret_set: undefined }],
    ['a user has changed its description', { description: 'do not touch' }],
  ])('is not changed when %s', async (_, change) => {
    bitbucket.hooks = [intact(change)];
    await expect(connect().ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('unchanged');
    expect(writes()).toEqual([]);
  });

  it('gets its secret again on request, and keeps its events', async () => {
    bitbucket.hooks = [intact({ events: ['issue:created', ...subscribedEvents] })];

    const done = connect().ensureWebhook({ url: hookUrl, secret: hookSecret, rewrite: true });

    await expect(done).resolves.toBe('repaired');
    expect(writes().map(({ method, body }) => [method, JSON.parse(body).secret])).toEqual([
      ['PUT', hookSecret],
    ]);
    expect(bitbucket.hooks).toMatchObject([{ events: ['issue:created', ...subscribedEvents] }]);
  });

  it.each([
    ['it is inactive', { active: false }],
    ['it has no secret', { secret_set: false }],
    ['it lacks an event', { events: subscribedEvents.slice(1) }],
    ['it has no events', { events: [] }],
  ])('is repaired when %s', async (_, change) => {
    bitbucket.hooks = [intact(change)];
    await expect(connect().ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('repaired');
    expect(writes()).toMatchObject([
      { method: 'PUT', path: '/2.0/repositories/acme/website/hooks/%7Bours%7D' },
    ]);
    expect(JSON.parse(writes()[0]?.body ?? '')).toMatchObject({
      url: hookUrl,
      active: true,
      secret: hookSecret,
    });
    expect(bitbucket.hooks).toMatchObject([{ active: true, secret_set: true }]);
    expect(new Set(bitbucket.hooks[0]?.events)).toEqual(new Set(subscribedEvents));
  });

  it('keeps additional events when it is repaired', async () => {
    bitbucket.hooks = [intact({ active: false, events: ['issue:created', 'repo:push'] })];
    await connect().ensureWebhook({ url: hookUrl, secret: hookSecret });
    expect(new Set(bitbucket.hooks[0]?.events)).toEqual(new Set(['issue:created', ...subscribedEvents]));
  });

  it('is found on any page', async () => {
    const next = `${bitbucket.endpoints.apiUrl}/repositories/acme/website/hooks?page=2`;
    bitbucket.fault = ({ path, query }) => {
      if (!path.endsWith('/hooks')) return undefined;
      const foreign = intact({ url: 'https://example.org/other' });
      return { status: 200, body: query.has('page') ? { values: [intact()] } : { values: [foreign], next } };
    };
    await expect(connect().ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('unchanged');
  });

  it('of another URL is never changed, however similar', async () => {
    const foreign = [`${hookUrl}/`, `${hookUrl}?x`, hookUrl.slice(0, -1), hookUrl.replace('i1', 'i2')].map(
      (url, index) => intact({ uuid: `{${index}}`, url, active: false, events: [], secret_set: false }),
    );
    bitbucket.hooks = structuredClone(foreign);
    await expect(connect().ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('created');
    expect(bitbucket.hooks.slice(0, -1)).toEqual(foreign);
    expect(writes()).toMatchObject([{ method: 'POST' }]);
  });

  it.each([
    ['listed', 'GET'],
    ['created', 'POST'],
  ])('that cannot be %s is an error with the missing permission', async (_, forbidden) => {
    bitbucket.fault = ({ method, path }) =>
      path.endsWith('/hooks') && method === forbidden ? failure(403, 'Access denied') : undefined;
    const error = await refusal(connect().ensureWebhook({ url: hookUrl, secret: hookSecret }), hookSecret);
    expect(error).toMatchObject({ code: 'git_host_forbidden', disposition: 'halt' });
  });

  it.each([
    ['complete', {}, { active: true, missing_events: [], has_secret: true }],
    ['inactive', { active: false }, { active: false }],
    ['without a secret', { secret_set: false }, { has_secret: false }],
    ['without information about its secret', { secret_set: undefined }, { has_secret: null }],
    ['with additional events', { events: ['issue:created', ...subscribedEvents] }, { missing_events: [] }],
    [
      'with missing events',
      { events: subscribedEvents.slice(2) },
      { missing_events: subscribedEvents.slice(0, 2) },
    ],
  ])('is found %s', async (_, change, state) => {
    bitbucket.hooks = [intact({ uuid: '{other}', url: `${hookUrl}/`, active: false }), intact(change)];
    await expect(connect().findWebhook(hookUrl)).resolves.toMatchObject(state);
    expect(writes()).toEqual([]);
  });

  it('is not found among webhooks with other URLs', async () => {
    bitbucket.hooks = [intact({ url: `${hookUrl}/` })];
    await expect(connect().findWebhook(hookUrl)).resolves.toBeNull();
  });

  it('is removed without changing others', async () => {
    const foreign = intact({ uuid: '{other}', url: `${hookUrl}?x` });
    bitbucket.hooks = [foreign, intact()];
    await expect(connect().removeWebhook(hookUrl)).resolves.toBe(true);
    expect(bitbucket.hooks).toEqual([foreign]);
    expect(writes()).toMatchObject([
      { method: 'DELETE', path: '/2.0/repositories/acme/website/hooks/%7Bours%7D' },
    ]);
  });

  it('that does not exist is removed without an error', async () => {
    await expect(connect().removeWebhook(hookUrl)).resolves.toBe(false);
    expect(writes()).toEqual([]);
  });
});
