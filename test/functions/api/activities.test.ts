import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/api/handler.ts';
import { newActivityId, timeInId } from '../../../shared/runtime/ids.ts';
import { call } from '../../support/api-events.ts';
import { anActivity, anEndedActivity, anEnvironment, apiUrl, apiWorld } from '../../support/api-world.ts';
import { anIntegration, aProject, start } from '../../support/builders.ts';
import { collect } from '../../support/chunks.ts';

const project = '/projects/abcdefghijklm';
const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;

/** An activity's id, which begins with its time: `a` is created in the first minute, `b` in the second. */
const idOf = (name: string) => timeInId(Date.parse(at('abcdefg'.indexOf(name) + 1))) + name;
const made = (name: string) => ({ id: idOf(name), created_at: at('abcdefg'.indexOf(name) + 1) });

/** An environment and an integration with open and ended activities. */
async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.environments.save(
    anEnvironment({
      id: 'feature/x',
      activities: [
        anActivity({ ...made('e') }),
        anActivity({ ...made('f'), state: 'pending', started_at: null }),
      ],
    }),
    [
      anEndedActivity({ ...made('a'), type: 'environment.activate' }),
      anEndedActivity({ ...made('b'), result: 'failure' }),
      anEndedActivity({ ...made('d'), state: 'cancelled', result: null, started_at: null }),
    ],
  );
  const fetch = { type: 'integration.bitbucket.fetch' as const };
  await world.integrations.save(anIntegration({ activities: [anActivity({ ...fetch, ...made('g') })] }), [
    anEndedActivity({ ...fetch, ...made('c') }),
  ]);
  return world;
}

const idsOf = (activities: { id: string }[]) => activities.map(({ id }) => id.at(-1)).join('');

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
    ['those after one of them', '/activities', `after=${idOf('d')}`, 'cba'],
    ['those of an environment after one', '/environments/feature/x/activities', `after=${idOf('e')}`, 'dba'],
    ['those after one that is gone', '/activities', `after=${idOf('d')}2`, 'dcba'],
  ])('are listed newest first: %s', async (_, path, query, ids) => {
    const { handler } = await aWorld();

    const { status, body } = await call(handler, 'GET', project + path, { query });

    expect(status).toBe(200);
    expect(idsOf(body)).toBe(ids);
  });

  it.each([
    ['count=-1', { count: 'Must be a whole number from 1 to 1000' }],
    ['count=0', { count: 'Must be a whole number from 1 to 1000' }],
    ['count=1001', { count: 'Must be a whole number from 1 to 1000' }],
    ['count=abc', { count: 'Must be a whole number from 1 to 1000' }],
    ['count=1&count=2', { count: 'Must be a whole number from 1 to 1000' }],
    ['after=a&after=b', { after: 'Must be given once' }],
    ['starts_at=soon', { starts_at: 'Must be a time like 2026-01-31T12:00:00Z' }],
    ['after=', { after: 'Must not be empty' }],
    [`after=${'ü'.repeat(600)}`, { after: 'Must be an id' }],
    ['state=foo', { state: expect.stringContaining('Must be one of: pending, ') }],
    ['limit=3&x=1', { limit: 'Unknown field', x: 'Unknown field' }],
  ])('are refused for an invalid query, with its problem: %s', async (query, detail) => {
    const { handler } = await aWorld();

    expect(await call(handler, 'GET', `${project}/activities`, { query })).toMatchObject({
      status: 400,
      body: { code: 400, detail },
    });
  });

  it.each([
    ['/activities', 'count=2', ['gf', 'ed', 'cb', 'a']],
    ['/activities', 'count=7', ['gfedcba', '']],
    ['/environments/feature/x/activities', 'count=2', ['fe', 'db', 'a']],
    ['/activities', 'state=complete&state=in_progress&count=2', ['ge', 'cb', 'a']],
    [
      '/activities',
      `type=environment.push&type=environment.activate&starts_at=${encodeURIComponent(at(6))}&count=3`,
      ['edb', 'a'],
    ],
  ])('come in linked pages: %s?%s', async (path, query, pages) => {
    const { handler } = await aWorld();
    const read: string[] = [];

    let next: string | undefined = `${project}${path}?${query}`;
    while (next) {
      const [at = '', rest = ''] = next.split('?');
      const { body, headers } = await call(handler, 'GET', at, { query: rest });
      read.push(idsOf(body));
      next = /^<https:\/\/api\.example\.org([^>]+)>; rel="next"$/.exec(`${headers['link'] ?? ''}`)?.[1];
    }

    expect(read).toEqual(pages);
  });

  it('are listed once, as ended, when they end during the request', async () => {
    const world = await aWorld();
    const { entriesOf } = world.finished;
    const stored = await world.environments.get('abcdefghijklm', 'feature/x');
    const left = stored!.activities.filter(({ id }) => id !== idOf('e'));
    world.ports.finished.entriesOf = async function* (...request) {
      const entries = await collect(entriesOf(...request));
      const ended = [anEndedActivity({ ...made('e') })];
      await world.environments.save({ ...stored!, activities: left, version: stored!.version + 1 }, ended);
      yield* entries;
    };

    const { body } = await call(world.handler, 'GET', `${project}/activities`, { query: 'count=3' });

    expect(idsOf(body)).toBe('gfe');
    expect(body[2]).toMatchObject({ state: 'complete' });
  });
});

describe("a project's activities", () => {
  it('are listed without reading the environments that have none in the page', async () => {
    const world = await aWorld();
    const { environments } = world.ports;
    const read: string[] = [];
    for (const id of ['idle-1', 'idle-2', 'idle-3']) await world.environments.save(anEnvironment({ id }));
    const handler = createHandler({
      ...world.ports,
      environments: {
        ...environments,
        get: (project, id) => {
          read.push(id);
          return environments.get(project, id);
        },
        listOf: () => Promise.reject(new Error('all environments are read')),
        pagesOf: () => {
          throw new Error('all environments are read');
        },
      },
    });

    const list = async (query: string) =>
      idsOf((await call(handler, 'GET', `${project}/activities`, { query })).body);
    expect(await list('')).toBe('gfedcba');
    expect(new Set(read.splice(0))).toEqual(new Set(['feature/x']));
    expect(await list('state=complete,cancelled')).toBe('dcba');
    expect(await list('result=success&result=failure')).toBe('cba');
    expect(read).toEqual([]);
  });

  it('lack one whose decision was never committed', async () => {
    const world = await aWorld();
    const lost = anActivity({ id: newActivityId(new Date(Date.parse(start) + 3_600_000)) });
    await expect(world.environments.save(anEnvironment({ version: 7 }), [], [lost])).rejects.toThrow();

    const { body } = await call(world.handler, 'GET', `${project}/activities`);

    expect(idsOf(body)).toBe('gfedcba');
    expect((await call(world.handler, 'GET', `${project}/activities/${lost.id}`)).status).toBe(404);
  });
});

describe('an activity', () => {
  it('has its text, its reason and its progress', async () => {
    const { handler } = await aWorld();

    const { body } = await call(handler, 'GET', `${project}/activities/${idOf('e')}`);
    const self = `${apiUrl}${project}/environments/feature/x/activities/${idOf('e')}`;

    expect(body).toMatchObject({
      id: idOf('e'),
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
        self: { href: self },
        log: { href: `${self}/log` },
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
  ])('with the id %s is returned in its state', async (id, expected) => {
    const { handler } = await aWorld();

    expect((await call(handler, 'GET', `${project}/activities/${idOf(id)}`)).body).toMatchObject(expected);
  });

  it('escapes the name of a branch in its description', async () => {
    const world = apiWorld();
    await world.projects.save(aProject());
    const text = 'Push 1a2b3c4 to <img src=x onerror="x()">&';
    await world.environments.save(anEnvironment({ activities: [anActivity({ text })] }));

    const { body } = await call(world.handler, 'GET', `${project}/activities/activity23456`);

    expect(body.text).toBe(text);
    expect(body.description).toBe('Push 1a2b3c4 to &lt;img src=x onerror=&quot;x()&quot;&gt;&amp;');
  });

  it('returns 404 for an unknown activity', async () => {
    const { handler } = await aWorld();

    for (const path of [`${project}/activities/unknown`, `${project}/activities/unknown/log`]) {
      expect(await call(handler, 'GET', path)).toMatchObject({ status: 404, body: { code: 404 } });
    }
  });
});

describe('an activity below its owner', () => {
  const owners = { environment: '/environments/feature/x', integration: '/integrations/integration23' };

  it.each([
    ['that is at work on an environment', 'e', owners.environment],
    ['that waits', 'f', owners.environment],
    ['that has ended', 'b', owners.environment],
    ['that is at work on an integration', 'g', owners.integration],
    ['that has ended on an integration', 'c', owners.integration],
  ])('is the same as below its project: one %s', async (_, name, owner) => {
    const { handler, writeLog } = await aWorld();
    writeLog('abcdefghijklm', idOf(name), 'Building');
    const path = `${project}${owner}/activities/${idOf(name)}`;

    const { status, body } = await call(handler, 'GET', path);

    expect(status).toBe(200);
    expect(body._links.self.href).toBe(apiUrl + path);
    expect(body).toEqual((await call(handler, 'GET', `${project}/activities/${idOf(name)}`)).body);
    expect((await call(handler, 'GET', `${path}/log`)).text).toBe(
      (await call(handler, 'GET', `${project}/activities/${idOf(name)}/log`)).text,
    );
  });

  it('is read without reading other environments, so that following its log is cheap', async () => {
    const world = await aWorld();
    const reads: string[] = [];
    const seen = <T>(call: string, answer: T): T => {
      reads.push(call);
      return answer;
    };
    const { environments, integrations, projects, finished } = world.ports;
    const handler = createHandler({
      ...world.ports,
      projects: { ...projects, get: (id) => seen('project', projects.get(id)) },
      environments: {
        ...environments,
        get: (...names) => seen('environment', environments.get(...names)),
        listOf: (id) => seen('all environments', environments.listOf(id)),
      },
      integrations: { ...integrations, listOf: (id) => seen('all integrations', integrations.listOf(id)) },
      finished: { ...finished, get: (...names) => seen('history', finished.get(...names)) },
    });
    const read = async (name: string) => {
      await call(handler, 'GET', `${project}/environments/feature/x/activities/${idOf(name)}/log`);
      return reads.splice(0);
    };

    expect(await read('e')).toEqual(['environment']);
    expect(await read('b')).toEqual(['environment', 'history']);
  });

  it('is found after its environment was deleted', async () => {
    const world = await aWorld();
    const environment = await world.environments.get('abcdefghijklm', 'feature/x');
    if (environment) await world.environments.remove(environment, [anEndedActivity(made('e'))]);

    const path = `${project}/environments/feature/x/activities/${idOf('e')}`;
    expect(await call(world.handler, 'GET', path)).toMatchObject({
      status: 200,
      body: { state: 'complete' },
    });
    expect((await call(world.handler, 'GET', `${path}/log`)).text).toBe('{"seal":true}\n');
  });

  it.each([
    ["another environment's", `/environments/main/activities/${idOf('e')}`],
    ["an environment's by an integration", `/integrations/integration23/activities/${idOf('b')}`],
    ["an integration's by an environment", `/environments/feature/x/activities/${idOf('c')}`],
    ['one that is not there', '/environments/feature/x/activities/unknown'],
  ])('is not found: %s', async (_, path) => {
    const { handler } = await aWorld();

    for (const suffix of ['', '/log'])
      expect(await call(handler, 'GET', project + path + suffix)).toMatchObject({ status: 404 });
  });

  it('has a lower priority than an environment of the same path', async () => {
    const world = await aWorld();
    await world.environments.save(anEnvironment({ id: 'release/activities/1/log' }));

    expect(
      (await call(world.handler, 'GET', `${project}/environments/release/activities/1/log`)).body,
    ).toMatchObject({ id: 'release/activities/1/log' });
  });
});

describe('cancelling an activity', () => {
  it.each([
    ['by its project', ''],
    ['by its environment', '/environments/feature/x'],
  ])('ends a pending activity: %s', async (_, owner) => {
    const { handler } = await aWorld();
    const path = `${project}${owner}/activities/${idOf('f')}`;

    const { status, body } = await call(handler, 'POST', `${path}/cancel`);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'OK',
      code: 200,
      _embedded: { entity: { id: idOf('f'), state: 'cancelled', result: null }, activities: [] },
    });
    expect((await call(handler, 'GET', path)).body).toEqual(body._embedded.entity);
  });

  it('ends a pending activity of an integration', async () => {
    const world = await aWorld();
    const integration = await world.integrations.get('abcdefghijklm', 'integration23');
    const waiting = anActivity({ id: 'waiting', type: 'integration.bitbucket.fetch', state: 'pending' });
    if (integration) {
      const activities = [...integration.activities, waiting];
      await world.integrations.save({ ...integration, activities, version: 2 });
    }

    const path = `${project}/integrations/integration23/activities/waiting/cancel`;
    expect(await call(world.handler, 'POST', path)).toMatchObject({
      status: 200,
      body: { _embedded: { entity: { id: 'waiting', state: 'cancelled', integration: 'integration23' } } },
    });
    expect(await call(world.handler, 'POST', path)).toMatchObject({
      status: 400,
      body: { message: 'The activity has ended already.' },
    });
  });

  it('is linked as long as it is possible', async () => {
    const { handler } = await aWorld();
    const linksOf = async (name: string) =>
      (await call(handler, 'GET', `${project}/activities/${idOf(name)}`)).body._links;

    const { '#cancel': cancel } = await linksOf('f');
    expect((await call(handler, 'POST', cancel.href.slice(apiUrl.length))).status).toBe(200);
    for (const name of ['b', 'f']) expect(await linksOf(name)).not.toHaveProperty('#cancel');
  });

  it('stops a running activity, and is then not linked', async () => {
    const { handler } = await aWorld();
    const path = `${project}/activities/${idOf('e')}`;

    const answer = await call(handler, 'POST', `${path}/cancel`);

    expect(answer).toMatchObject({ status: 200, body: { _embedded: { entity: { state: 'in_progress' } } } });
    expect((await call(handler, 'GET', path)).body._links).not.toHaveProperty('#cancel');
  });

  it('ends a running activity of an integration at once', async () => {
    const { handler } = await aWorld();
    expect(await call(handler, 'POST', `${project}/activities/${idOf('g')}/cancel`)).toMatchObject({
      status: 200,
      body: { _embedded: { entity: { state: 'cancelled' } } },
    });
  });

  it('is refused for an ended activity', async () => {
    const { handler } = await aWorld();

    expect(await call(handler, 'POST', `${project}/activities/${idOf('b')}/cancel`)).toMatchObject({
      status: 400,
      body: { message: 'The activity has ended already.', detail: { error: 'refused' } },
    });
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
    writeLog('abcdefghijklm', idOf('e'), 'Building', 'größer');

    const { status, type, text } = await call(handler, 'GET', `${project}/activities/${idOf('e')}/log`);

    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    expect(messagesOf(text)).toEqual(['Building\n', 'größer\n']);
    expect(text.endsWith('\n')).toBe(true);
  });

  it.each(['b', 'd'])('is sealed when the activity has ended (%s)', async (id) => {
    const { handler, writeLog } = await aWorld();
    writeLog('abcdefghijklm', idOf(id), 'Building', 'Done');

    const { text } = await call(handler, 'GET', `${project}/activities/${idOf(id)}/log`);

    expect(messagesOf(text)).toEqual(['Building\n', 'Done\n', 'seal']);
  });

  it('ends with the lines in the record of the ended activity', async () => {
    const { handler, environments, writeLog } = await aWorld();
    const log = [
      { at: start, text: 'Reading' },
      { at: start, text: 'Two\nlines' },
    ];
    const ended = anEndedActivity({ id: idOf('z'), log });
    await environments.save(anEnvironment({ id: 'short', activities: [] }), [ended]);
    const read = async () => {
      const { text } = await call(handler, 'GET', `${project}/activities/${idOf('z')}/log`);
      return messagesOf(text);
    };
    expect(await read()).toEqual(['==> Reading\n', '==> Two\n==> lines\n', 'seal']);

    writeLog('abcdefghijklm', idOf('z'), 'Building');

    expect(await read()).toEqual(['Building\n', '==> Reading\n', '==> Two\n==> lines\n', 'seal']);
  });

  it('is empty before its first line, and only a seal for an ended activity without lines', async () => {
    const { handler } = await aWorld();

    expect((await call(handler, 'GET', `${project}/activities/${idOf('f')}/log`)).text).toBe('');
    expect((await call(handler, 'GET', `${project}/activities/${idOf('b')}/log`)).text).toBe(
      '{"seal":true}\n',
    );
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
  ])('begins at the requested line: %s', async (query, messages) => {
    const { handler, writeLog } = await aWorld();
    writeLog('abcdefghijklm', idOf('b'), '1', '2', '3');

    const { text } = await call(handler, 'GET', `${project}/activities/${idOf('b')}/log`, { query });

    expect(messagesOf(text)).toEqual(messages);
  });

  it('comes in parts without losing a line when it is too long for one response', async () => {
    const { handler, writeLog } = await aWorld();
    const long = Array.from({ length: 13 }, (_, index) => `${index} ${'x'.repeat(1_000_000)}`);
    writeLog('abcdefghijklm', idOf('b'), ...long);

    const read: string[] = [];
    let pages = 0;
    while (read.at(-1) !== 'seal') {
      const query = `start_at=${read.length}`;
      const { text } = await call(handler, 'GET', `${project}/activities/${idOf('b')}/log`, { query });
      expect(Buffer.byteLength(text)).toBeLessThan(6_000_000);
      read.push(...messagesOf(text));
      pages += 1;
    }

    expect(pages).toBeGreaterThan(1);
    expect(read.slice(0, -1)).toEqual(long.map((line) => `${line}\n`));
  });
});
