import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { at, push } from '../support/bitbucket.ts';
import { useWebhooks } from '../support/cloud-webhooks.ts';
import { startReceiver } from '../support/receiver.ts';

const setup = useWebhooks();

describe('a delivery', () => {
  it("has Bitbucket's headers", async () => {
    const { body } = await setup.subscribe();
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();

    expect(setup.receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Bitbucket-Webhooks/2.0',
      'x-attempt-number': '1',
      'x-event-key': 'repo:push',
      'x-hook-uuid': String(at(body, 'uuid')).slice(1, -1),
      'x-request-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(setup.receiver.received[0]?.headers).not.toHaveProperty('x-hub-signature');
  });

  it('has a signature of its bytes if the webhook has a secret', async () => {
    await setup.subscribe({ secret: 'geheim ✓' });
    await push(setup.site.workingCopy, { branch: 'feature/ä', message: 'Umlaute äöü' });
    await setup.site.playground.settled();

    const [delivery] = setup.receiver.received;
    const digest = createHmac('sha256', 'geheim ✓')
      .update(delivery?.raw ?? '')
      .digest('hex');
    expect(delivery?.headers['x-hub-signature']).toBe(`sha256=${digest}`);
  });

  it('goes only to active webhooks that subscribe to the event', async () => {
    await setup.subscribe({ active: false });
    await setup.subscribe({ events: ['pullrequest:created'] });
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();
    expect(setup.receiver.events()).toEqual([]);

    await setup.openPullRequest('feature/a');
    await setup.site.playground.settled();
    expect(setup.receiver.events()).toEqual(['pullrequest:created']);
  });

  it('goes to each webhook separately', async () => {
    await setup.subscribe();
    await setup.subscribe({ secret: 's' });
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();

    const hooks = setup.receiver.received.map(({ headers }) => headers['x-hook-uuid']);
    expect(new Set(hooks).size).toBe(2);
  });

  it('is recorded with its response, which the history page shows', async () => {
    await setup.subscribe();
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();

    const expected = {
      event: 'repo:push',
      repository: 'acme/website',
      hook: { url: setup.receiver.url, description: 'test' },
      outcome: 'delivered',
      attempts: [{ number: 1, status: 202, responseBody: '{"accepted":[]}', error: null }],
    };
    expect(setup.site.playground.deliveries()).toMatchObject([expected]);
    const shown = await fetch(`${setup.site.playground.url}/_playground/deliveries`);
    expect(await shown.json()).toMatchObject({ values: [expected] });
  });
});

describe('a webhook that fails', () => {
  async function attemptsWith(statusOf: (number: number) => number): Promise<unknown> {
    const failing = await startReceiver(statusOf);
    await setup.subscribe({ url: failing.url });
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();
    await failing.close();
    const numbers = failing.received.map(({ headers }) => headers['x-attempt-number']);
    return { numbers, outcome: setup.site.playground.deliveries()[0]?.outcome };
  }

  it.each([
    ['is called three times with a 5xx', () => 503, ['1', '2', '3'], 'failed'],
    ['is called until it succeeds', (number: number) => (number < 2 ? 500 : 200), ['1', '2'], 'delivered'],
    ['is called once with a 4xx', () => 401, ['1'], 'failed'],
    ['is called once with a redirect', () => 302, ['1'], 'failed'],
  ])('%s', async (_, statusOf, numbers, outcome) => {
    expect(await attemptsWith(statusOf)).toEqual({ numbers, outcome });
  });

  it('is recorded when nothing listens', async () => {
    const gone = await startReceiver();
    await gone.close();
    await setup.subscribe({ url: gone.url });
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();

    expect(setup.site.playground.deliveries()).toMatchObject([
      { outcome: 'failed', attempts: [{ status: null, error: expect.stringContaining('ECONNREFUSED') }] },
    ]);
  });

  it('delays neither a git client nor the end of the playground', async () => {
    const silent = await startReceiver(() => 'never');
    await setup.subscribe({ url: silent.url });

    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.stop();

    expect(setup.site.playground.deliveries()[0]?.outcome).not.toBe('delivered');
    await silent.close();
  });
});

describe('the history of deliveries', () => {
  it('keeps the last 50', async () => {
    await setup.subscribe({ events: ['pullrequest:updated'] });
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    const path = await setup.openPullRequest('feature/a');
    for (let index = 1; index <= 52; index += 1)
      await setup.site.api('PUT', path, { title: `Title ${index}` });
    await setup.site.playground.settled();

    const titles = setup.site.playground
      .deliveries()
      .map(({ body }) => at(JSON.parse(body), 'pullrequest.title'));
    expect(titles).toHaveLength(50);
    expect(titles[0]).toBe('Title 3');
    expect(titles.at(-1)).toBe('Title 52');
  });
});
