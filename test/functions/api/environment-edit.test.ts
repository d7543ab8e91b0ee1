import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { anActivity, anEnvironment, apiWorld } from '../../support/api-world.ts';
import { anIntegration, aProject, projectId, theProductionEnvironment } from '../../support/builders.ts';

const collection = `/projects/${projectId}/environments`;

async function aWorld() {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  await world.environments.save(theProductionEnvironment());
  for (const id of ['feature/x', 'größe/50%', 'other'])
    await world.environments.save(anEnvironment({ id, parent: 'main' }));
  await world.environments.save(anEnvironment({ id: 'child', parent: 'feature/x' }));
  return { ...world, stored: (id: string) => world.environments.get(projectId, id) };
}

describe('PATCH /projects/{project}/environments/{environment}', () => {
  it.each([
    ['title', 'A better header'],
    ['type', 'staging'],
    ['parent', 'other'],
    ['parent', null],
    ['protected', true],
    ['restrict_robots', false],
  ])('changes its %s to %s, and starts nothing', async (field, value) => {
    const { handler, effects } = await aWorld();
    const path = `${collection}/feature/x`;

    const { status, body } = await call(handler, 'PATCH', path, { body: { [field]: value } });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'OK',
      code: 200,
      _embedded: { entity: { id: 'feature/x', [field]: value }, activities: [] },
    });
    expect((await call(handler, 'GET', path)).body).toEqual(body._embedded.entity);
    expect(effects).toEqual([]);
  });

  it('restricts robots by default, except in production; a default that is set again stays the default', async () => {
    const { handler, stored } = await aWorld();
    const set = (id: string, restrict_robots: boolean) =>
      call(handler, 'PATCH', `${collection}/${id}`, { body: { restrict_robots } });

    for (const [id, restricts] of [
      ['main', false],
      ['other', true],
    ] as const) {
      expect((await call(handler, 'GET', `${collection}/${id}`)).body).toMatchObject({
        restrict_robots: restricts,
      });
      await set(id, restricts);
      expect(await stored(id)).toMatchObject({ restrict_robots: null });
      expect((await set(id, !restricts)).body._embedded.entity).toMatchObject({
        restrict_robots: !restricts,
      });
      expect(await stored(id)).toMatchObject({ restrict_robots: !restricts });
    }
  });

  it.each(['größe/50%', 'gr%C3%B6%C3%9Fe/50%25', 'gr%C3%B6%C3%9Fe%2F50%25'])(
    'finds it however its id is written: %s',
    async (id) => {
      const { handler, stored } = await aWorld();

      expect((await call(handler, 'PATCH', `${collection}/${id}`, { body: { title: 'New' } })).status).toBe(
        200,
      );
      expect(await stored('größe/50%')).toMatchObject({ title: 'New' });
    },
  );

  it.each<[string, unknown, Record<string, unknown>]>([
    ['an empty title', { title: ' ' }, { title: 'Required' }],
    ['a number for a title', { title: 7 }, { title: 'Must be a string' }],
    [
      'a type that there is not',
      { type: 'test' },
      { type: 'Must be one of: development, staging, production' },
    ],
    [
      'another production',
      { type: 'production' },
      { type: expect.stringContaining('default_branch BRANCH') },
    ],
    ['itself above it', { parent: 'feature/x' }, { parent: 'An environment cannot be the parent of itself' }],
    ['nobody above it', { parent: 'nobody' }, { parent: 'Environment not found: nobody' }],
    [
      'its child above it',
      { parent: 'child' },
      { parent: 'The environment child is below feature/x itself' },
    ],
    ['an unknown field', { titel: 'x' }, { titel: 'Unknown field' }],
    [
      'fields that are fixed here',
      { name: 'x', enable_smtp: true, attributes: {} },
      {
        name: 'Cannot be changed: an environment has the name of its branch',
        enable_smtp: expect.stringMatching(/^Cannot be changed: /),
        attributes: expect.stringMatching(/^Cannot be changed: /),
      },
    ],
    ['a list', [], { body: 'Must be an object' }],
  ])('names the problem of %s, and changes nothing', async (_, body, detail) => {
    const { handler, stored } = await aWorld();
    const before = await stored('feature/x');

    expect(await call(handler, 'PATCH', `${collection}/feature/x`, { body })).toMatchObject({
      status: 400,
      body: { code: 400, detail },
    });
    expect(await stored('feature/x')).toEqual(before);
  });

  it('is refused for an environment that is being deleted', async () => {
    const { handler, environments } = await aWorld();
    const activities = [anActivity({ type: 'environment.delete' })];
    await environments.save(anEnvironment({ id: 'old', activities }));

    expect(await call(handler, 'PATCH', `${collection}/old`, { body: { title: 'x' } })).toMatchObject({
      status: 400,
      body: { message: 'The environment old is being deleted.', detail: { error: 'refused' } },
    });
  });

  it('returns 404 for an unknown environment', async () => {
    const { handler } = await aWorld();

    expect((await call(handler, 'PATCH', `${collection}/nowhere`, { body: {} })).status).toBe(404);
  });
});
