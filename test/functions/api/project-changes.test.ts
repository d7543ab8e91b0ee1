import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiWorld } from '../../support/api-world.ts';
import {
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';

const self = `/projects/${projectId}`;

async function aWorld() {
  const world = apiWorld();
  world.repository.push('trunk', 'A');
  world.ports.connect = async () => world.bitbucket.host;
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration());
  for (const environment of [
    theProductionEnvironment(),
    anEnvironment({ id: 'trunk' }),
    aPullRequestEnvironment(),
  ])
    await world.environments.save(environment);
  return world;
}

describe('PATCH /projects/{project}', () => {
  it('changes the title and returns the project', async () => {
    const { handler } = await aWorld();

    const { status, body } = await call(handler, 'PATCH', self, { body: { title: 'Shop' } });

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'OK', code: 200, _embedded: { entity: { title: 'Shop' } } });
    expect((await call(handler, 'GET', self)).body).toEqual(body._embedded.entity);
  });

  it('returns the activity that changes the default branch', async () => {
    const { handler, effects } = await aWorld();

    const { status, body } = await call(handler, 'PATCH', self, { body: { default_branch: 'trunk' } });

    expect(status).toBe(200);
    expect(body._embedded).toMatchObject({
      entity: { default_branch: 'main' },
      activities: [
        {
          type: 'integration.bitbucket.default_branch',
          state: 'in_progress',
          text: 'Make trunk the default branch',
        },
      ],
    });
    const [{ id }] = body._embedded.activities;
    expect((await call(handler, 'GET', `${self}/activities/${id}`)).status).toBe(200);
    expect(effects).toMatchObject([{ type: 'integration.run', activity: { id, branch: 'trunk' } }]);
  });

  it('changes nothing for an empty body', async () => {
    const { handler, projects } = await aWorld();

    expect((await call(handler, 'PATCH', self)).status).toBe(200);
    expect(await projects.get(projectId)).toEqual(aProject());
  });

  it.each([
    ['an empty title', { title: ' ' }, { title: 'Required' }],
    ['a number for a title', { title: 7 }, { title: 'Must be a string' }],
    [
      'a branch that nobody knows',
      { default_branch: 'x' },
      { default_branch: expect.stringContaining('Push') },
    ],
    ['a pull request', { default_branch: 'pr-1' }, { default_branch: expect.stringContaining('pr-1') }],
    ['no branch', { default_branch: null }, { default_branch: 'Must be a string' }],
    ['an unknown field', { region: 'x' }, { region: 'Unknown field' }],
  ])('names the problem of %s, and changes nothing', async (_, body, detail) => {
    const { handler, projects } = await aWorld();

    expect(await call(handler, 'PATCH', self, { body })).toMatchObject({
      status: 400,
      body: { code: 400, detail },
    });
    expect(await projects.get(projectId)).toEqual(aProject());
  });

  it('is not found for an unknown project', async () => {
    const { handler } = await aWorld();

    expect(await call(handler, 'PATCH', '/projects/unknown', { body: {} })).toMatchObject({ status: 404 });
  });
});
