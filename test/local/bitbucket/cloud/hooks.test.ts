import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOK_EVENTS } from '../../../../local/bitbucket/cloud/event-types.ts';
import { at, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const aHook = (changes: Record<string, unknown> = {}) => ({
  description: 'Bough',
  url: 'https://bough.example.com/projects/p/integrations/i/hook',
  active: true,
  events: ['repo:push', 'pullrequest:created'],
  secret: 'a secret',
  ...changes,
});

const post = (body: unknown, authorization?: string) =>
  site.api('POST', `${WEBSITE}/hooks`, body, authorization);

async function createdPath(changes: Record<string, unknown> = {}): Promise<string> {
  const { body } = await post(aHook(changes));
  return `${WEBSITE}/hooks/${encodeURIComponent(String(at(body, 'uuid')))}`;
}

describe('a webhook', () => {
  it("is created with a consumer's token, and the response does not contain its secret", async () => {
    const { status, body } = await post(aHook(), await site.bearer());

    expect(status).toBe(201);
    const { secret: _, ...shown } = aHook();
    expect(body).toMatchObject({
      ...shown,
      type: 'webhook_subscription',
      uuid: expect.stringMatching(/^\{[0-9a-f-]{36}\}$/),
      secret_set: true,
      subject_type: 'repository',
      subject: { full_name: 'acme/website' },
    });
    expect(JSON.stringify(body)).not.toContain('a secret');
  });

  it('is read under its uuid with braces, as in its link', async () => {
    const { body } = await post(aHook());

    const read = await site.api('GET', String(at(body, 'links.self.href')));
    const bare = await site.api('GET', `${WEBSITE}/hooks/${String(at(body, 'uuid')).slice(1, -1)}`);

    expect(read.body).toEqual(body);
    expect(bare.status).toBe(404);
  });

  it.each([
    ['keeps its secret when the request has none', {}, true],
    ['loses its secret for null', { secret: null }, false],
    ['loses its secret for an empty string', { secret: '' }, false],
    ['gets another secret', { secret: 'another' }, true],
  ])('%s', async (_, changes, secretSet) => {
    const path = await createdPath();

    const { status, body } = await site.api('PUT', path, { description: 'Changed', ...changes });

    expect(status).toBe(200);
    expect(body).toMatchObject({ description: 'Changed', secret_set: secretSet, active: true });
  });

  it('is changed: URL, events, active', async () => {
    const path = await createdPath();
    const changes = { url: 'http://127.0.0.1:4000/hook', events: ['repo:updated'], active: false };

    await site.api('PUT', path, changes);

    expect((await site.api('GET', path)).body).toMatchObject(changes);
  });

  it('is not found after its deletion', async () => {
    const path = await createdPath();

    const statuses = [
      await site.api('DELETE', path),
      await site.api('DELETE', path),
      await site.api('GET', path),
    ];

    expect(statuses.map(({ status }) => status)).toEqual([204, 404, 404]);
  });

  it('has no secret by default', async () => {
    const { body } = await post(aHook({ secret: undefined }));

    expect(at(body, 'secret_set')).toBe(false);
  });

  it.each([
    ['no url', { url: undefined }, 'url: This field is required.'],
    ['an invalid url', { url: 'somewhere' }, 'url: Enter a valid URL.'],
    ['no events', { events: [] }, 'events: At least one event is required.'],
    ['an unknown event', { events: ['repo:push', 'pr:opened'] }, 'events.1: Invalid event: pr:opened'],
    [
      'a secret of 129 characters',
      { secret: 's'.repeat(129) },
      'secret: Ensure this value has at most 128 characters.',
    ],
  ])('is refused with %s', async (_, changes, message) => {
    const { status, body } = await post(aHook(changes));

    expect({ status, message: at(body, 'error.message') }).toEqual({ status: 400, message });
  });

  it('requires the scopes of the events that it subscribes to', async () => {
    const reader = await startWebsite({
      consumers: [{ key: 'bough-key', secret: 'bough-secret', scopes: ['repository', 'webhook'] }],
    });
    try {
      const token = await reader.bearer();
      const responses = [
        await reader.api('POST', `${WEBSITE}/hooks`, aHook({ events: ['repo:push'] }), token),
        await reader.api('POST', `${WEBSITE}/hooks`, aHook(), token),
      ];

      expect(responses.map(({ status }) => status)).toEqual([201, 403]);
      expect(at(responses[1]?.body, 'error.detail.required')).toEqual([
        'webhook',
        'repository',
        'pullrequest',
      ]);
    } finally {
      await reader.end();
    }
  });

  it('is listed on pages', async () => {
    const before = Number(at((await site.api('GET', `${WEBSITE}/hooks`)).body, 'size'));
    await createdPath();

    const { body } = await site.api('GET', `${WEBSITE}/hooks?pagelen=1`);

    expect(body).toMatchObject({ size: before + 1, pagelen: 1, next: expect.stringContaining('page=2') });
  });
});

describe('the list of event types', () => {
  it('is public', async () => {
    const subjects = await site.api('GET', '/hook_events', undefined, null);
    const { status, body } = await site.api('GET', '/hook_events/repository?pagelen=100', undefined, null);

    expect(subjects.body).toMatchObject({
      repository: { links: { events: { href: `${site.playground.apiUrl}/hook_events/repository` } } },
    });
    expect(status).toBe(200);
    expect((at(body, 'values') as unknown[]).map((each) => at(each, 'event'))).toEqual([...HOOK_EVENTS]);
    expect((await site.api('GET', '/hook_events/planet', undefined, null)).status).toBe(404);
  });
});
