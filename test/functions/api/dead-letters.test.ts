import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { aDeadLetter, aMessageFailure, apiWorld } from '../../support/api-world.ts';

function aWorld(...ids: string[]) {
  const world = apiWorld();
  world.post.letters.push(...ids.map((id) => aDeadLetter({ id })));
  return world;
}
const permitVariable = { name: 'BOUGH_PERMIT', type: 'PLAINTEXT', value: 'the-permit' };
const bodyWith = (...variables: object[]) => JSON.stringify({ 'environment-variables': variables });
const idsOf = (letters: readonly { id: string }[]) => letters.map(({ id }) => id);

describe('GET /dead-letters', () => {
  it('lists the dead letters, each with the reason of its failure', async () => {
    const { handler, post } = aWorld('one', 'two');
    post.reasons.set('one', aMessageFailure());

    const { status, body } = await call(handler, 'GET', '/dead-letters');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      has_more: false,
      items: [
        {
          id: 'one',
          failure: { code: 'internal', because: 'DynamoDB is away', attempts: 5 },
        },
        { id: 'two', failure: null },
      ],
    });
  });

  it.each([
    ['an event', { project: 'p1', event: { type: 'branch.pushed' } }, 'branch.pushed', 'p1'],
    ['an effect', { type: 'project.purge', project: 'p2' }, 'project.purge', 'p2'],
    [
      'the end of a build',
      {
        'detail-type': 'CodeBuild Build State Change',
        detail: {
          'additional-information': {
            environment: { 'environment-variables': [{ name: 'BOUGH_PROJECT', value: 'p3' }] },
          },
        },
      },
      'build.ended',
      'p3',
    ],
    ['something else', { project: 7 }, 'unknown', null],
    ['text', 'hello', 'unknown', null],
    ['nothing', '', 'unknown', null],
  ])('returns type and project of %s', async (_, message, type, project) => {
    const { handler, post } = apiWorld();
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    post.letters.push(aDeadLetter({ body }));

    const answer = await call(handler, 'GET', '/dead-letters');

    expect(answer.body.items).toMatchObject([{ type, project, body }]);
  });

  it.each([
    [
      'failed',
      {
        body: JSON.stringify({
          version: '1.0',
          timestamp: '2026-11-22T10:30:00.000Z',
          requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
          requestPayload: {},
          responsePayload: { errorType: 'AggregateError', errorMessage: '1 failures in the scheduled prune' },
        }),
      },
      { because: '1 failures in the scheduled prune', attempts: 2, failed_at: '2026-11-22T10:30:00.000Z' },
    ],
    [
      'was never begun',
      {
        body: JSON.stringify({
          timestamp: '2026-11-22T10:30:00.000Z',
          requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
        }),
      },
      { because: 'Lambda gave it up: EventAgeExceeded', attempts: 0 },
    ],
    [
      'was not delivered',
      { body: '{}', undelivered: 'Rate exceeded.' },
      { because: 'It was not delivered: Rate exceeded.', failed_at: aDeadLetter().sent_at },
    ],
    ['is something else', { body: '{}' }, null],
  ])('returns the failure of a tick that %s', async (_, letter, failure) => {
    const { handler, post } = apiWorld();
    post.letters.push(aDeadLetter({ queue: 'prune', ...letter }));

    const { body } = await call(handler, 'GET', '/dead-letters');

    expect(body.items).toMatchObject([{ queue: 'prune', type: 'prune', project: null, failure }]);
  });

  it('returns no permit of a build, not even a part of it', async () => {
    const { handler, post } = apiWorld();
    const start = bodyWith({ name: 'X', value: '' }, permitVariable).indexOf('the-permit');
    const filler = { name: 'X', value: 'x'.repeat(995 - start) };
    post.letters.push(aDeadLetter({ body: bodyWith(permitVariable) }));
    post.letters.push(aDeadLetter({ body: bodyWith(filler, permitVariable) }));

    const { body, text } = await call(handler, 'GET', '/dead-letters');

    expect(body.items).toMatchObject([{ body: expect.stringContaining('"value":"[secret]"') }, {}]);
    expect(text).not.toContain('the-p');
  });

  it('returns only the beginning of a long message', async () => {
    const { handler, post } = apiWorld();
    post.letters.push(aDeadLetter({ body: 'x'.repeat(200_000) }));

    const { body } = await call(handler, 'GET', '/dead-letters');

    expect(body.items[0].body).toBe('x'.repeat(1000));
  });

  it('removes AWS accounts and resources from a reason', async () => {
    const { handler, post } = aWorld('one');
    const because = 'arn:aws:iam::123456789012:role/x may not dynamodb:PutItem';
    post.reasons.set('one', aMessageFailure({ because }));

    const { text } = await call(handler, 'GET', '/dead-letters');

    expect(text).toContain('may not dynamodb:PutItem');
    expect(text).not.toContain('123456789012');
  });
});

describe('POST /dead-letters/replay', () => {
  it('replays the named letters and returns the ids that were not found', async () => {
    const { handler, post, told } = aWorld('one', 'two');

    const { status, body } = await call(handler, 'POST', '/dead-letters/replay', {
      body: { ids: ['one', 'gone'] },
    });

    expect({ status, body }).toEqual({ status: 200, body: { done: ['one'], missing: ['gone'] } });
    expect(idsOf(post.replayed)).toEqual(['one']);
    expect(idsOf(post.letters)).toEqual(['two']);
    expect(told).toEqual([
      {
        message: 'dead letter replayed',
        fields: { messageId: 'one', queue: 'events', project: 'p1', integration: 'i1' },
      },
    ]);
  });
});

describe('POST /dead-letters/drop', () => {
  it('deletes the named letters and logs their content', async () => {
    const { handler, post, told } = aWorld('one', 'two');

    const { body } = await call(handler, 'POST', '/dead-letters/drop', { body: { ids: ['two'] } });

    expect(body).toEqual({ done: ['two'], missing: [] });
    expect(idsOf(post.letters)).toEqual(['one']);
    expect(post.replayed).toEqual([]);
    expect(told).toMatchObject([
      { message: 'dead letter dropped', fields: { messageId: 'two', body: aDeadLetter().body } },
    ]);
  });
});

describe('POST /dead-letters/drop of the end of a build', () => {
  it('logs its content without the permit', async () => {
    const { handler, post, told } = apiWorld();
    post.letters.push(aDeadLetter({ id: 'one', body: bodyWith(permitVariable) }));

    await call(handler, 'POST', '/dead-letters/drop', { body: { ids: ['one'] } });

    expect(told).toMatchObject([{ fields: { body: bodyWith({ ...permitVariable, value: '[secret]' }) } }]);
  });
});

describe.each(['replay', 'drop'])('POST /dead-letters/%s', (action) => {
  it('accepts as many ids as three queues can list', async () => {
    const ids = Array.from({ length: 1500 }, (_, index) => String(index));
    const { handler } = aWorld(...ids);
    const statusOf = async (given: string[]) =>
      (await call(handler, 'POST', `/dead-letters/${action}`, { body: { ids: given } })).status;

    expect(await statusOf([...ids, 'one more'])).toBe(400);
    expect(await statusOf(ids)).toBe(200);
  });

  it.each([[{}], [{ ids: [] }], [{ ids: [''] }], [{ ids: 'one' }], [{ all: true }]])(
    'does nothing for %j',
    async (body) => {
      const { handler, post } = aWorld('one');

      const { status } = await call(handler, 'POST', `/dead-letters/${action}`, { body });

      expect(status).toBe(400);
      expect(idsOf(post.letters)).toEqual(['one']);
    },
  );
});
