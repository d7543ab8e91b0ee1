import { describe, expect, it } from 'vitest';
import { mostCounted, mostSummaries } from '../../../functions/api/queries/project-summary.ts';
import { call } from '../../support/api-events.ts';
import { anActivity, anEndedActivity, anEnvironment, apiWorld } from '../../support/api-world.ts';
import { aProject } from '../../support/builders.ts';

async function read(world: ReturnType<typeof apiWorld>, query = 'view=summary') {
  const { body, headers } = await call(world.handler, 'GET', '/projects', { query });
  return { body, link: headers['link'] };
}

describe('GET /projects?view=summary', () => {
  it('counts the environments of each project by their status, and has the activity that began last', async () => {
    const world = apiWorld();
    await world.projects.save(aProject({ id: 'shop' }));
    await world.projects.save(aProject({ id: 'empty' }));
    const project = 'shop';
    await world.environments.save(anEnvironment({ project, status: 'active' }), [
      anEndedActivity({ id: 'a' }),
    ]);
    await world.environments.save(anEnvironment({ project, id: 'asleep' }));
    await world.environments.save(
      anEnvironment({ project, id: 'busy', status: 'active', activities: [anActivity({ id: 'b' })] }),
    );

    const { body } = await read(world);

    expect(body).toMatchObject([
      {
        id: 'empty',
        summary: {
          environments: { active: 0, dirty: 0, inactive: 0, deleting: 0 },
          is_complete: true,
          last_activity: null,
        },
      },
      {
        id: 'shop',
        summary: {
          environments: { active: 1, dirty: 1, inactive: 1, deleting: 0 },
          is_complete: true,
          last_activity: { id: 'b', state: 'in_progress', result: null, environment: 'busy' },
        },
      },
    ]);
    expect((await read(world, '')).body[0]).not.toHaveProperty('summary');
  });

  it('counts a bounded number of environments', async () => {
    const world = apiWorld();
    await world.projects.save(aProject());
    world.ports.environments.pagesOf = async function* () {
      for (let index = 0; ; index += 1) yield anEnvironment({ id: `b-${index}` });
    };

    expect((await read(world)).body).toMatchObject([
      { summary: { environments: { inactive: mostCounted }, is_complete: false } },
    ]);
  });

  it('has a bounded number of projects, and links to the next', async () => {
    const world = apiWorld();
    for (let index = 0; index <= mostSummaries; index += 1)
      await world.projects.save(aProject({ id: `p-${index}` }));

    const { body, link } = await read(world, 'view=summary&count=100');

    expect(body).toHaveLength(mostSummaries);
    expect(link).toContain('view=summary');
  });
});
