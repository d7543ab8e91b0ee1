import { describe, expect, it } from 'vitest';
import { updateProject } from '../../../shared/workflow/projects/update-project.ts';
import { anEnvironment, aProject, projectId, theProductionEnvironment } from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

type Changes = Parameters<typeof updateProject>[2];

const aProjectWorld = () =>
  aWorld({
    repository: aRepository({ main: 'A', trunk: 'A' }),
    environments: [theProductionEnvironment(), anEnvironment({ id: 'trunk' })],
  });
const update = (world: World, changes: Changes) => updateProject(world.ports, projectId, changes);

describe('changing a project', () => {
  it.each<[string, Changes, { title: string; default_branch: string }]>([
    ['its title', { title: ' Shop ' }, { title: 'Shop', default_branch: 'main' }],
    ['its default branch', { default_branch: 'trunk' }, { title: 'Website', default_branch: 'trunk' }],
    ['both', { title: 'Shop', default_branch: 'trunk' }, { title: 'Shop', default_branch: 'trunk' }],
  ])('stores %s', async (_, changes, expected) => {
    const world = await aProjectWorld();

    const { project, move } = await update(world, changes);
    await world.settle();

    expect(project).toMatchObject({ title: expected.title, default_branch: 'main' });
    expect(move === null).toBe(changes.default_branch === undefined);
    expect(await world.projects.get(projectId)).toMatchObject(expected);
  });

  it.each<[string, Changes]>([
    ['nothing', {}],
    ['the current values', { title: 'Website', default_branch: 'main' }],
  ])('writes nothing for %s', async (_, changes) => {
    const world = await aProjectWorld();

    expect(await update(world, changes)).toEqual({ project: aProject(), move: null });
    expect(await world.projects.get(projectId)).toEqual(aProject());
  });

  it.each<[string, Changes, string]>([
    ['an empty title', { title: ' ', default_branch: 'trunk' }, 'title'],
    ['a title that is too long', { title: 'x'.repeat(201), default_branch: 'trunk' }, 'title'],
    [
      'a branch that the repository does not have',
      { title: 'Shop', default_branch: 'unknown' },
      'default_branch',
    ],
  ])('is refused as a whole for %s', async (_, changes, field) => {
    const world = await aProjectWorld();

    await expect(update(world, changes)).rejects.toMatchObject({
      code: 'invalid',
      fields: { [field]: expect.any(String) },
    });
    expect(await world.projects.get(projectId)).toEqual(aProject());
  });

  it('keeps concurrent changes', async () => {
    const world = await aProjectWorld();
    const { get, save } = world.projects;
    let readings = 0;
    const projects = {
      ...world.projects,
      get: async (id: string) => {
        const project = await get(id);
        readings += 1;
        if (readings === 2) await save(aProject({ default_branch: 'trunk', version: 2 }));
        return project;
      },
    };

    await updateProject({ ...world.ports, projects }, projectId, { title: 'Shop' });

    expect(await get(projectId)).toMatchObject({ title: 'Shop', default_branch: 'trunk', version: 3 });
  });

  it('requires a project', async () => {
    const world = await aProjectWorld();

    await expect(updateProject(world.ports, 'unknown', { title: 'Shop' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
