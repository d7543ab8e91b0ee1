import { describe, expect, it } from 'vitest';
import { apiWorld } from '../support/api-world.ts';
import { aProject } from '../support/builders.ts';
import { violationsOf } from './support/accessibility.ts';
import { openConsole } from './support/console.ts';

describe('the page of all projects', () => {
  it('lists the projects', async () => {
    const world = apiWorld();
    await world.projects.save(aProject({ id: 'website', title: 'Website' }));
    await using console = await openConsole({ world });

    await console.page.getByRole('link', { name: 'Website' }).waitFor();
    await console.page.screenshot({ path: '/tmp/h/p1.png' });

    expect(await violationsOf(console.page)).toEqual([]);
  });
});
