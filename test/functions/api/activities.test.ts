import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { anActivity, anEndedActivity, anEnvironment, apiUrl, apiWorld } from '../../support/api-world.ts';
import { anIntegration, aProject, start } from '../../support/builders.ts';

const project = '/projects/abcdefghijklm';
const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;

/** An environment and an integration at work, with a history. Ids are in the order of their times. */
async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.environments.save(
    anEnvironment({
      id: 'feature/x',
      activities: [
        anActivity({ id: 'e', created_at: at(5) }),
        anActivity({ id: 'f', created_at: at(6), state: 'pending', started_at: null }),
      ],
    }),
    [
      anEndedActivity({ id: 'a', created_at: at(1), type: 'environment.activate' }),
      anEndedActivity({ id: 'b', created_at: at(2), result: 'failure' }),
      anEndedActivity({ id: 'd', created_at: at(4), state: 'cancelled', result: null, started_at: null }),
    ],
  );
  const fetch = { type: 'integration.bitbucket.fetch' as const };
  await world.integrations.save(
    anIntegration({ activities: [anActivity({ ...fetch, id: 'g', created_at: at(7) })] }),
    [anEndedActivity({ ...fetch, id: 'c', created_at: at(3) })],
  );
  return world;
}

const idsOf = (activities: { id: string }[]) => activities.map(({ id }) => id).join('');

describe('activities', () => {
  it.each([
    ['all of a project', '/activities', '', 'gfedcba'],
    ['only those of an environment', '/environments/feature/x/activities', '', 'fedba'],
    ['only those of an integration', '/integrations/integration23/activities', '', 'gc'],
    ['as many as are asked for', '/activities', 'count=3', 'gfe'],
    ['as many of an environment', '/environments/feature/x/activities', 'count=4', 'fedb'],
    ['those of a type', '/activities', 'type=environment.activate', 'a'],
    [
      'those of several types',
      '/activities',
      'type=environment.activate&type=integration.bitbucket.fetch',
      'gca',
    ],
    ['those in a state', '/activities', 'state=pending&state=cancelled', 'fd'],
    ['those with a result', '/activities', 'result=failure', 'b'],
    ['those before a time', '/activities', `starts_at=${encodeURIComponent(at(4))}&count=2`, 'cb'],
    ['all, after a senseless count', '/activities', 'count=-1', 'gfedcba'],
    ['all, after a senseless time', '/activities', 'starts_at=soon', 'gfedcba'],
  ])('are listed newest first: %s', async (_, path, query, ids) => {
    const { handler } = await aWorld();

    const { status, body } = await call(handler, 'GET', project + path, { query });

    expect(status).toBe(200);
    expect(idsOf(body)).toBe(ids);
  });

  it('are listed once when they end meanwhile, as ended', async () => {
    const world = await aWorld();
    const { listOf } = world.finished;
    world.ports.finished.listOf = async (...request) => {
      const ended = { project: 'abcdefghijklm', environment: 'feature/x', integration: null };
      return [
        { ...anEndedActivity({ id: 'e', created_at: at(5) }), ...ended },
        ...(await listOf(...request)),
      ];
    };

    const { body } = await call(world.handler, 'GET', `${project}/activities`, { query: 'count=3' });

    expect(idsOf(body)).toBe('gfe');
    expect(body[2]).toMatchObject({ state: 'complete' });
  });
});

describe('an activity', () => {
  it('tells what it does, why, and how far it is', async () => {
    const { handler } = await aWorld();

    const { body } = await call(handler, 'GET', `${project}/activities/e`);

    expect(body).toMatchObject({
      id: 'e',
      type: 'environment.push',
      project: 'abcdefghijklm',
      environments: ['feature/x'],
      state: 'in_progress',
      result: null,
      text: 'Push 1a2b3c4 to main',
      payload: { because: '1a2b3c4 was pushed to main', commit: '1a2b3c4d5e6f' },
      started_at: start,
      completed_at: null,
      completion_percent: expect.any(Number),
      _links: {
        self: { href: `${apiUrl}${project}/activities/e` },
        log: { href: `${apiUrl}${project}/activities/e/log` },
      },
    });
    expect(body.completion_percent).toBeLessThan(100);
    expect(body).not.toHaveProperty('integration');
  });

  it.each([
    [
      'b',
      {
        state: 'complete',
        result: 'failure',
        failure_reason: 'error',
        completion_percent: 100,
        cancelled_at: null,
      },
    ],
    [
      'd',
      { state: 'cancelled', result: null, completion_percent: 100, cancelled_at: '2026-11-22T10:00:30.000Z' },
    ],
    ['f', { state: 'pending', completion_percent: 0, started_at: null, timings: {} }],
    ['c', { integration: 'integration23', environments: [], timings: { execute: 30 } }],
  ])('that has the id %s is shown in its state', async (id, expected) => {
    const { handler } = await aWorld();

    expect((await call(handler, 'GET', `${project}/activities/${id}`)).body).toMatchObject(expected);
  });

  it('escapes in its description what a branch is called', async () => {
    const world = apiWorld();
    await world.projects.save(aProject());
    const text = 'Push 1a2b3c4 to <img src=x onerror="x()">&';
    await world.environments.save(anEnvironment({ activities: [anActivity({ text })] }));

    const { body } = await call(world.handler, 'GET', `${project}/activities/activity23456`);

    expect(body.text).toBe(text);
    expect(body.description).toBe('Push 1a2b3c4 to &lt;img src=x onerror=&quot;x()&quot;&gt;&amp;');
  });

  it('is not found when there is none', async () => {
    const { handler } = await aWorld();

    for (const path of [`${project}/activities/unknown`, `${project}/activities/unknown/log`]) {
      expect(await call(handler, 'GET', path)).toMatchObject({ status: 404, body: { code: 404 } });
    }
  });
});

describe("an activity's log", () => {
  const messagesOf = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const { seal, data } = JSON.parse(line);
        return seal ? 'seal' : data.message;
      });

  it('is JSON lines, open while the activity runs', async () => {
    const { handler, writeLog } = await aWorld();
    writeLog('abcdefghijklm', 'e', 'Building', 'größer');

    const { status, type, text } = await call(handler, 'GET', `${project}/activities/e/log`);

    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    expect(messagesOf(text)).toEqual(['Building\n', 'größer\n']);
    expect(text.endsWith('\n')).toBe(true);
  });

  it.each(['b', 'd'])('is sealed when the activity has ended (%s)', async (id) => {
    const { handler, writeLog } = await aWorld();
    writeLog('abcdefghijklm', id, 'Building', 'Done');

    const { text } = await call(handler, 'GET', `${project}/activities/${id}/log`);

    expect(messagesOf(text)).toEqual(['Building\n', 'Done\n', 'seal']);
  });

  it('is empty before its first line, and nothing but a seal when it never had one', async () => {
    const { handler } = await aWorld();

    expect((await call(handler, 'GET', `${project}/activities/f/log`)).text).toBe('');
    expect((await call(handler, 'GET', `${project}/activities/b/log`)).text).toBe('{"seal":true}\n');
  });

  it.each([
    ['start_at=0', ['1\n', '2\n', '3\n', 'seal']],
    ['start_at=2', ['3\n', 'seal']],
    ['start_at=3', ['seal']],
    ['start_at=9', ['seal']],
    ['start_at=0&max_items=2', ['1\n', '2\n']],
    ['start_at=1&max_items=2&max_delay=-1', ['2\n', '3\n', 'seal']],
    ['start_at=x', ['1\n', '2\n', '3\n', 'seal']],
    ['start_at=-1', ['1\n', '2\n', '3\n', 'seal']],
  ])('begins where it is asked to: %s', async (query, messages) => {
    const { handler, writeLog } = await aWorld();
    writeLog('abcdefghijklm', 'b', '1', '2', '3');

    const { text } = await call(handler, 'GET', `${project}/activities/b/log`, { query });

    expect(messagesOf(text)).toEqual(messages);
  });

  it('comes in pages when it is longer than an answer may be, and loses no line', async () => {
    const { handler, writeLog } = await aWorld();
    const long = Array.from({ length: 13 }, (_, index) => `${index} ${'x'.repeat(1_000_000)}`);
    writeLog('abcdefghijklm', 'b', ...long);

    const read: string[] = [];
    let pages = 0;
    while (read.at(-1) !== 'seal') {
      const query = `start_at=${read.length}`;
      const { text } = await call(handler, 'GET', `${project}/activities/b/log`, { query });
      expect(Buffer.byteLength(text)).toBeLessThan(6_000_000);
      read.push(...messagesOf(text));
      pages += 1;
    }

    expect(pages).toBeGreaterThan(1);
    expect(read.slice(0, -1)).toEqual(long.map((line) => `${line}\n`));
  });
});
