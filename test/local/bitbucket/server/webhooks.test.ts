import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, push } from '../support/bitbucket.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { READER, REPO, type ServerSite, startServerSite, WRITER } from '../support/server.ts';

const ALL = [
  'repo:refs_changed',
  'repo:modified',
  'pr:opened',
  'pr:from_ref_updated',
  'pr:modified',
  'pr:merged',
  'pr:declined',
  'pr:deleted',
];

let now: number;
let site: ServerSite;
let receiver: Receiver;
beforeEach(async () => {
  now = Date.parse('2026-11-22T12:00:00Z');
  site = await startServerSite({ now: () => new Date(now) });
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  await site.end();
});

const HOOKS = `${REPO}/webhooks`;
const aHook = (changes: Record<string, unknown> = {}) => ({
  name: 'Bough',
  url: receiver.url,
  active: true,
  events: ALL,
  configuration: { secret: 'geheim ✓' },
  ...changes,
});
const subscribe = (changes: Record<string, unknown> = {}) => site.rest('POST', HOOKS, aHook(changes));

async function pushed(branch = 'feature/a'): Promise<string> {
  const head = await push(site.workingCopy, { branch });
  await site.playground.settled();
  return head;
}

describe('a webhook of Server', () => {
  it('is created, and the response contains its secret', async () => {
    const { status, body } = await subscribe();
    const read = await site.rest('GET', `${HOOKS}/${at(body, 'id')}`);
    const list = await site.rest('GET', HOOKS);

    expect(status).toBe(200);
    expect(body).toMatchObject({ ...aHook(), id: expect.any(Number), sslVerificationRequired: true });
    expect(read.body).toEqual(body);
    expect(list.body).toMatchObject({ size: 1, isLastPage: true, values: [body] });
  });

  it.each([
    ['a reader', READER],
    ['a writer', WRITER],
  ])('cannot be read or changed by %s', async (_, authorization) => {
    const { body } = await subscribe();
    const path = `${HOOKS}/${at(body, 'id')}`;
    const responses = [
      await site.rest('GET', HOOKS, undefined, authorization),
      await site.rest('POST', HOOKS, aHook(), authorization),
      await site.rest('PUT', path, aHook(), authorization),
      await site.rest('DELETE', path, undefined, authorization),
    ];

    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  it.each([
    ['an event that is only documented', { events: [...ALL, 'pr:to_ref_updated'] }, 'events'],
    ["an event of Cloud's", { events: ['repo:push'] }, 'events'],
    ['no events', { events: [] }, 'events'],
    ['no name', { name: '' }, 'name'],
    ['an invalid url', { url: 'somewhere' }, 'url'],
  ])('is refused as a whole with %s', async (_, changes, context) => {
    const { status, body } = await subscribe(changes);

    expect({ status, context: at(body, 'errors.0.context') }).toEqual({ status: 400, context });
    expect(at((await site.rest('GET', HOOKS)).body, 'size')).toBe(0);
  });

  it('is replaced completely, including its secret', async () => {
    const { body } = await subscribe();
    const path = `${HOOKS}/${at(body, 'id')}`;

    await site.rest('PUT', path, aHook({ active: false, events: ['pr:opened'], configuration: undefined }));

    expect((await site.rest('GET', path)).body).toMatchObject({
      id: at(body, 'id'),
      active: false,
      events: ['pr:opened'],
      configuration: {},
    });
  });

  it('is not found after its deletion, and its number is not used again', async () => {
    const { body } = await subscribe();
    const path = `${HOOKS}/${at(body, 'id')}`;

    const statuses = [await site.rest('DELETE', path), await site.rest('DELETE', path)];
    const next = await subscribe();

    expect(statuses.map(({ status }) => status)).toEqual([204, 404]);
    expect(at(next.body, 'id')).toBe(Number(at(body, 'id')) + 1);
  });

  it("is separate from Cloud's webhooks", async () => {
    await subscribe();
    await site.api('POST', '/repositories/acme/website/hooks', { url: receiver.url, events: ['repo:push'] });

    expect(at((await site.rest('GET', HOOKS)).body, 'size')).toBe(1);
    expect(at((await site.api('GET', '/repositories/acme/website/hooks')).body, 'size')).toBe(1);
  });

  it('can subscribe to the events that the capabilities list', async () => {
    const { body } = await site.rest('GET', '/rest/capabilities', undefined, null);
    const url = String(at(body, 'capabilities.webhooks'));
    const events = at((await site.rest('GET', url, undefined, null)).body, 'application-webhooks');

    expect(events).toEqual(expect.arrayContaining(ALL));
    expect(events).not.toContain('pr:to_ref_updated');
    expect((await subscribe({ events })).status).toBe(200);
  });

  it('is pinged without a signature', async () => {
    const { body } = await subscribe();
    const result = await site.rest('POST', `${HOOKS}/test?webhookId=${at(body, 'id')}`);

    const [ping] = receiver.received;
    expect(result.body).toMatchObject({ response: { statusCode: 202 } });
    expect(ping?.body).toEqual({ test: true });
    expect(ping?.headers).toMatchObject({
      'x-event-key': 'diagnostics:ping',
      'content-type': 'application/json',
      'x-request-id': expect.any(String),
    });
    expect(ping?.headers).not.toHaveProperty('x-hub-signature');
  });

  it('has a record of its last delivery', async () => {
    const { body } = await subscribe();
    const latest = `${HOOKS}/${at(body, 'id')}/latest`;
    const never = await site.rest('GET', latest);
    await pushed();

    expect(never.status).toBe(204);
    expect((await site.rest('GET', latest)).body).toMatchObject({
      event: 'repo:refs_changed',
      result: { outcome: 'SUCCESS', statusCode: 202 },
    });
  });
});

describe('a delivery of Server', () => {
  it("has Server's headers, and none of Cloud's", async () => {
    await subscribe();
    await pushed();

    const [delivery] = receiver.received;
    const digest = createHmac('sha256', 'geheim ✓')
      .update(delivery?.raw ?? '')
      .digest('hex');
    expect(delivery?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Atlassian HttpClient 4.2.0 / Bitbucket-9.4.0 (9004000) / Default',
      'x-event-key': 'repo:refs_changed',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-hub-signature': `sha256=${digest}`,
    });
    for (const name of ['x-request-uuid', 'x-hook-uuid', 'x-attempt-number']) {
      expect(delivery?.headers).not.toHaveProperty(name);
    }
  });

  it('is not signed without a secret', async () => {
    await subscribe({ configuration: undefined });
    await pushed();

    expect(receiver.received[0]?.headers).not.toHaveProperty('x-hub-signature');
  });

  it('goes only to active webhooks that subscribe to the event', async () => {
    await subscribe({ active: false });
    await subscribe({ events: ['pr:opened'] });
    await pushed();

    expect(receiver.received).toEqual([]);
  });

  it("is in the history together with Cloud's", async () => {
    await subscribe();
    await site.api('POST', '/repositories/acme/website/hooks', { url: receiver.url, events: ['repo:push'] });
    await pushed();

    const shown = await fetch(`${site.playground.url}/_playground/deliveries`);
    const { values } = (await shown.json()) as {
      values: { product: string; event: string; outcome: string }[];
    };
    expect(values.map(({ product, event, outcome }) => `${product} ${event} ${outcome}`).sort()).toEqual([
      'cloud repo:push delivered',
      'server repo:refs_changed delivered',
    ]);
  });

  it.each([500, 404, 302])('is not retried after a %i', async (status) => {
    const failing = await startReceiver(() => status);
    await subscribe({ url: failing.url });
    await pushed();
    await failing.close();

    expect(failing.received).toHaveLength(1);
    expect(site.playground.deliveries()).toMatchObject([{ outcome: 'failed' }]);
  });

  it('is skipped for a while after five failures in a row, then sent again', async () => {
    let status = 500;
    const failing = await startReceiver(() => status);
    await subscribe({ url: failing.url, events: ['repo:refs_changed'] });
    for (let index = 0; index < 7; index += 1) await pushed();
    const before = failing.received.length;
    const outcomes = site.playground.deliveries().map(({ outcome }) => outcome);

    now += 10_000;
    status = 200;
    await pushed();
    await pushed();
    await failing.close();

    expect(before).toBe(5);
    expect(outcomes).toEqual([...Array(5).fill('failed'), 'skipped', 'skipped']);
    expect(failing.received).toHaveLength(7);
  });
});
