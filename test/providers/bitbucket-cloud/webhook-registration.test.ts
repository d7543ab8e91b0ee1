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

  it('is created with its secret and our events when there is none', async () => {
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

  it('is created once', async () => {
    const host = connect();
    await host.ensureWebhook({ url: hookUrl, secret: hookSecret });
    await expect(host.ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('unchanged');
    expect(writes()).toHaveLength(1);
  });

  it.each([
    ['it is as it should be', {}],
    ['it has more events than ours', { events: ['issue:created', ...subscribedEvents] }],
    ['Bitbucket does not say whether it has a secret', { secret_set: undefined }],
    ['someone has described it otherwise', { description: 'do not touch' }],
  ])('is left alone when %s', async (_, change) => {
    bitbucket.hooks = [intact(change)];
    await expect(connect().ensureWebhook({ url: hookUrl, secret: hookSecret })).resolves.toBe('unchanged');
    expect(writes()).toEqual([]);
  });

  it('is given its secret anew on request, and keeps its events', async () => {
    bitbucket.hooks = [intact({ events: ['issue:created', ...subscribedEvents] })];

    const done = connect().ensureWebhook({ url: hookUrl, secret: hookSecret, rewrite: true });

    await expect(done).resolves.toBe('repaired');
    expect(writes().map(({ method, body }) => [method, JSON.parse(body).secret])).toEqual([
      ['PUT', hookSecret],
    ]);
    expect(bitbucket.hooks).toMatchObject([{ events: ['issue:created', ...subscribedEvents] }]);
  });

  it.each([
    ['it was switched off', { active: false }],
    ['it has lost its secret', { secret_set: false }],
    ['it has lost an event', { events: subscribedEvents.slice(1) }],
    ['it has lost all events', { events: [] }],
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

  it('keeps the events that someone added to it when it is repaired', async () => {
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

  it('of somebody else is never touched, however much it looks like ours', async () => {
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
  ])('that may not be %s says which right is missing', async (_, forbidden) => {
    bitbucket.fault = ({ method, path }) =>
      path.endsWith('/hooks') && method === forbidden ? failure(403, 'Access denied') : undefined;
    const error = await refusal(connect().ensureWebhook({ url: hookUrl, secret: hookSecret }), hookSecret);
    expect(error).toMatchObject({ code: 'git_host_forbidden', disposition: 'halt' });
  });

  it.each([
    ['as it should be', {}, { active: true, missing_events: [], has_secret: true }],
    ['switched off', { active: false }, { active: false }],
    ['without a secret', { secret_set: false }, { has_secret: false }],
    ['without a word about its secret', { secret_set: undefined }, { has_secret: null }],
    ['with more events', { events: ['issue:created', ...subscribedEvents] }, { missing_events: [] }],
    [
      'with fewer events',
      { events: subscribedEvents.slice(2) },
      { missing_events: subscribedEvents.slice(0, 2) },
    ],
  ])('is found %s', async (_, change, state) => {
    bitbucket.hooks = [intact({ uuid: '{other}', url: `${hookUrl}/`, active: false }), intact(change)];
    await expect(connect().findWebhook(hookUrl)).resolves.toMatchObject(state);
    expect(writes()).toEqual([]);
  });

  it('is not found where only those of others are', async () => {
    bitbucket.hooks = [intact({ url: `${hookUrl}/` })];
    await expect(connect().findWebhook(hookUrl)).resolves.toBeNull();
  });

  it('is removed, and none of another', async () => {
    const foreign = intact({ uuid: '{other}', url: `${hookUrl}?x` });
    bitbucket.hooks = [foreign, intact()];
    await expect(connect().removeWebhook(hookUrl)).resolves.toBe(true);
    expect(bitbucket.hooks).toEqual([foreign]);
    expect(writes()).toMatchObject([
      { method: 'DELETE', path: '/2.0/repositories/acme/website/hooks/%7Bours%7D' },
    ]);
  });

  it('that is gone already needs no removing', async () => {
    await expect(connect().removeWebhook(hookUrl)).resolves.toBe(false);
    expect(writes()).toEqual([]);
  });
});
