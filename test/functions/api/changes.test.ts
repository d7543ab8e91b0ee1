import { describe, expect, it } from 'vitest';
import { longestMemoryHours, settlingSeconds } from '../../../functions/api/queries/changes.ts';
import { mostChanged } from '../../../functions/api/routes/changes.ts';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { Change } from '../../../shared/domain/rules/decision.ts';
import { commitDecision } from '../../../shared/workflow/commit/commit-decision.ts';
import { call } from '../../support/api-events.ts';
import { anActivity, anEndedActivity, anEnvironment, apiWorld } from '../../support/api-world.ts';
import { anIntegration, aProject, projectId } from '../../support/builders.ts';

const project = `/projects/${projectId}`;
const everything = { everything: true, environments: [], gone: [], integrations: true };

/** A project with three environments and an integration, whose journal has settled. */
async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  for (const id of ['main', 'feature/x', 'pr-1']) await world.environments.save(anEnvironment({ id }));
  world.clock.advance(settlingSeconds + 10);
  const get = async (path: string, etag?: string) => {
    const headers = etag === undefined ? {} : { 'if-none-match': etag };
    const [at = '', query = ''] = path.split('?');
    const {
      status,
      body,
      headers: answered,
    } = await call(world.handler, 'GET', project + at, {
      query,
      headers,
    });
    return { status, body, etag: `${answered['etag'] ?? ''}` };
  };
  const edit = async (id: string, title: string) => {
    const environment = await world.environments.get(projectId, id);
    await world.environments.save({ ...environment!, title, version: environment!.version + 1 });
  };
  return { ...world, get, edit };
}

describe('GET /projects/{project}/changes', () => {
  it('tells a new client to read everything, and says later that nothing changed', async () => {
    const { get } = await aWorld();

    const first = await get('/changes');
    expect(first).toMatchObject({ status: 200, body: everything });
    expect(await get('/changes', first.etag)).toEqual({ status: 304, body: null, etag: first.etag });
  });

  it('has the rows of environments that changed, and the ids of those that are gone', async () => {
    const { get, edit, environments } = await aWorld();
    const { etag } = await get('/changes');
    await edit('feature/x', 'A new title');
    await environments.remove(anEnvironment({ id: 'pr-1' }));

    const { status, body } = await get('/changes', etag);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      everything: false,
      environments: [{ id: 'feature/x', title: 'A new title' }],
      gone: ['pr-1'],
      integrations: false,
    });
  });

  it('repeats a change until every commit of its time is visible', async () => {
    const { get, edit, clock } = await aWorld();
    const { etag: before } = await get('/changes');
    await edit('main', 'Changed');

    const { etag: soon } = await get('/changes', before);
    clock.advance(settlingSeconds / 2);
    const again = await get('/changes', soon);
    expect(again.body).toMatchObject({ environments: [{ id: 'main' }] });
    clock.advance(settlingSeconds);
    const { etag: late } = await get('/changes', again.etag);
    expect((await get('/changes', late)).status).toBe(304);
  });

  it('reports an activity that begins and one that ends', async () => {
    const world = await aWorld();
    const { get, environments, ports } = world;
    const { etag } = await get('/changes');
    const before = await environments.get(projectId, 'main');
    const activity = anActivity({ id: world.clock.activityId() });
    const decide = (activities: Activity[], finished: Activity[]): Change => ({
      verdict: 'change',
      because: '',
      environment: { ...before!, activities },
      finished,
    });
    await commitDecision(ports, before, decide([activity], []));

    const started = await get('/changes', etag);
    expect(started.body.environments).toMatchObject([{ id: 'main', status: 'dirty' }]);
    world.clock.advance(settlingSeconds + 10);
    const { etag: quiet } = await get('/changes', started.etag);

    const busy = await environments.get(projectId, 'main');
    await commitDecision(ports, busy, decide([], [anEndedActivity({ id: activity.id })]));
    expect((await get('/changes', quiet)).body.environments).toMatchObject([
      { id: 'main', status: 'inactive', last_result: 'success' },
    ]);
  });

  it.each([
    ['an integration changed', async ({ integrations }) => integrations.save(anIntegration({ version: 2 }))],
    ['the project changed', async ({ projects }) => projects.save(aProject({ version: 2 }))],
    ['the client was away for a day', async ({ clock }) => clock.advance(longestMemoryHours * 3600 + 60)],
    [
      'very many environments changed',
      async ({ environments }) => {
        for (let index = 0; index <= mostChanged; index += 1)
          await environments.save(anEnvironment({ id: `b-${index}` }));
      },
    ],
  ] satisfies [string, (world: Awaited<ReturnType<typeof aWorld>>) => Promise<void>][])(
    'tells to read everything when %s',
    async (_, change) => {
      const world = await aWorld();
      const { etag } = await world.get('/changes');

      await change(world);

      expect((await world.get('/changes', etag)).body).toEqual(everything);
    },
  );

  it('only mentions the integrations when an activity of one begins', async () => {
    const { get, integrations } = await aWorld();
    const { etag } = await get('/changes');
    const activities = [anActivity({ type: 'integration.bitbucket.prune' })];
    await integrations.save(anIntegration({ version: 2, activities }), [], activities);

    expect((await get('/changes', etag)).body).toEqual({
      everything: false,
      environments: [],
      gone: [],
      integrations: true,
    });
  });

  it.each(['*', '"other"', 'W/"zzzzzzzzz-"', 'W/"0-"', 'W/"\'--"', 'x'.repeat(5000)])(
    'treats the tag %s as unknown',
    async (etag) => {
      const { get } = await aWorld();

      expect(await get('/changes', etag)).toMatchObject({ status: 200, body: everything });
    },
  );

  it('does not exist without its project', async () => {
    const { get, projects } = await aWorld();
    const { etag } = await get('/changes');
    await projects.erase(projectId);

    expect((await get('/changes', etag)).status).toBe(404);
  });
});

describe('a resource of a project', () => {
  const polled = [
    '',
    '/environments',
    '/environments?view=row',
    '/environments/main',
    '/environments/main/activities',
    '/environments/main/deployments',
    '/integrations',
    '/integrations/integration23',
    '/integrations/integration23/activities',
    '/activities',
  ];

  it.each(polled)('is not read again while nothing changes: %s', async (path) => {
    const world = await aWorld();
    const { status, etag, body } = await world.get(path);
    expect([status, body === null]).toEqual([200, false]);
    const unused = () => {
      throw new Error('it is read again');
    };
    Object.assign(world.ports.environments, { get: unused, listOf: unused, pagesOf: unused });
    Object.assign(world.ports.integrations, { get: unused, listOf: unused });
    Object.assign(world.ports.finished, { entriesOf: unused, listOf: unused, get: unused });

    expect(await world.get(path, etag)).toEqual({ status: 304, body: null, etag });
  });

  it('is 304 with a new tag when the change did not concern it', async () => {
    const { get, edit } = await aWorld();
    const { etag } = await get('/environments/main');
    await edit('feature/x', 'Changed');

    const after = await get('/environments/main', etag);
    expect(after.status).toBe(304);
    expect(after.etag).not.toBe(etag);
    expect((await get('/environments/main', after.etag)).status).toBe(304);
  });

  it('is 200 with its new content after a change', async () => {
    const { get, edit } = await aWorld();
    const { etag } = await get('/environments/main');
    await edit('main', 'Changed');

    expect(await get('/environments/main', etag)).toMatchObject({ status: 200, body: { title: 'Changed' } });
  });

  it('is 404 after its deletion', async () => {
    const { get, environments, projects } = await aWorld();
    const one = await get('/environments/pr-1');
    const all = await get('/environments');
    await environments.remove(anEnvironment({ id: 'pr-1' }));
    expect((await get('/environments/pr-1', one.etag)).status).toBe(404);

    await projects.erase(projectId);
    expect((await get('/environments', all.etag)).status).toBe(404);
  });

  it('has no tag when it depends on more than the project, such as a log', async () => {
    const { get, handler } = await aWorld();

    expect((await get('/mirror')).etag).toBe('');
    expect((await call(handler, 'GET', '/me')).headers).not.toHaveProperty('etag');
  });
});
