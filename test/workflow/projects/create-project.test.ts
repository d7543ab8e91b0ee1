import { describe, expect, it } from 'vitest';
import { createProject } from '../../../shared/workflow/projects/create-project.ts';
import { apiWorld } from '../../support/api-world.ts';

describe('creating a project', () => {
  it('stores it without a default branch, which its integration sets later', async () => {
    const world = apiWorld();

    const project = await createProject(world.ports, { title: '  Wébsite – 日本 ' });

    expect(await world.projects.get(project.id)).toEqual(project);
    expect(project).toMatchObject({ title: 'Wébsite – 日本', default_branch: null, version: 1 });
    expect(project.id).toMatch(/^[a-z2-7]{13}$/);
  });

  it.each([
    ['without a title', '   '],
    ['with a title that is too long', 'x'.repeat(201)],
  ])('is refused %s', async (_, title) => {
    const world = apiWorld();

    await expect(createProject(world.ports, { title })).rejects.toMatchObject({
      code: 'invalid',
      fields: { title: expect.any(String) },
    });
  });
});
