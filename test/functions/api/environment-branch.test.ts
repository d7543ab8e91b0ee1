import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';
import {
  anEnvironment,
  anIntegration,
  aProject,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

const collection = `/projects/${projectId}/environments`;
const request = { name: 'made-here', title: 'Made here' };

/** A project with `main`, the parent of the new branch. */
async function branch(body: unknown, { parent = 'main', integration = anIntegration() } = {}) {
  const world = apiWorld();
  await world.projects.save(aProject());
  await world.integrations.save(integration);
  for (const environment of [theProductionEnvironment(), anEnvironment({ id: 'release/branch' })])
    await world.environments.save(environment);
  const answer = await call(world.handler, 'POST', `${collection}/${parent}/branch`, { body });
  return { ...world, answer };
}

describe('POST …/environments/{environment}/branch', () => {
  it('creates an environment and returns it with the activity that deploys it', async () => {
    const { answer, handler, effects } = await branch(request);

    expect(answer).toMatchObject({ status: 201, body: { status: 'Created', code: 201 } });
    const { entity, activities } = answer.body._embedded;
    expect(entity).toMatchObject({
      id: 'made-here',
      title: 'Made here',
      parent: 'main',
      type: 'development',
      status: 'dirty',
      has_remote: false,
    });
    expect(activities).toMatchObject([
      { type: 'environment.branch', state: 'in_progress', environments: ['made-here'] },
    ]);
    expect(effects).toMatchObject([{ activity: { clone_data: true } }]);
    expect((await call(handler, 'GET', `${collection}/made-here`)).body).toEqual(entity);
  });

  it.each([
    ['a title of its own, or its name', { name: 'made-here' }, { title: 'made-here' }],
    ['the type staging', { ...request, type: 'staging' }, { type: 'staging' }],
    ['resources', { ...request, resources: { init: 'minimum' } }, { resources: 'minimum' }],
    ['no resources of its own', { ...request, resources: null }, { resources: 'default' }],
    ['a name with slashes', { ...request, name: 'feature/deep/er' }, { id: 'feature/deep/er' }],
  ])('gives it %s', async (_, body, expected) => {
    const { answer, environments } = await branch(body);

    expect(answer.status).toBe(201);
    expect(await environments.get(projectId, answer.body._embedded.entity.id)).toMatchObject(expected);
  });

  it('starts without data on request', async () => {
    const { effects } = await branch({ ...request, clone_parent: false });

    expect(effects).toMatchObject([{ activity: { clone_data: false } }]);
  });

  it('works for a parent whose id ends with `/branch`', async () => {
    const { answer } = await branch(request, { parent: 'release/branch' });

    expect(answer).toMatchObject({
      status: 201,
      body: { _embedded: { entity: { parent: 'release/branch' } } },
    });
  });

  it.each([
    ['nothing', undefined, { name: 'Required' }],
    ['a name that git does not take', { name: 'a..b' }, { name: expect.stringContaining('git branch') }],
    ['the name of a pull request', { name: 'pr-1' }, { name: expect.stringContaining('pr-<number>') }],
    ['a name that is taken', { name: 'main' }, { name: expect.stringContaining('exists already') }],
    ['a name that is too long', { name: 'ü'.repeat(251) }, { name: expect.stringContaining('git branch') }],
    [
      'a title that is too long',
      { ...request, title: 'x'.repeat(1001) },
      { title: 'Must not be longer than 1000 characters' },
    ],
    [
      'another production',
      { ...request, type: 'production' },
      { type: 'Must be one of: development, staging' },
    ],
    ['an unknown field', { ...request, parent: 'main' }, { parent: 'Unknown field' }],
    [
      'resources that there are not',
      { ...request, resources: { init: 'child' } },
      { 'resources.init': 'Must be one of: default, minimum, parent' },
    ],
  ])('is refused for %s, and creates nothing', async (_, body, detail) => {
    const { answer, environments, effects } = await branch(body);

    expect(answer).toMatchObject({ status: 400, body: { code: 400, detail } });
    expect(await environments.listOf(projectId)).toHaveLength(2);
    expect(effects).toEqual([]);
  });

  it('is refused without resources when the integration requires a choice', async () => {
    const integration = anIntegration({ environment_init_resources: 'manual' });

    const { answer } = await branch(request, { integration });

    expect(answer).toMatchObject({
      status: 400,
      body: { detail: { 'resources.init': expect.stringContaining('Required') } },
    });
  });

  it('is not found for an unknown parent', async () => {
    expect((await branch(request, { parent: 'unknown' })).answer).toMatchObject({ status: 404 });
  });
});
