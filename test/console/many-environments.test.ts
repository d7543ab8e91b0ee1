import { describe, expect, it } from 'vitest';
import { anEnvironment } from '../support/builders.ts';
import { aBusyProject } from './support/a-busy-project.ts';
import { openConsole } from './support/console.ts';

describe('a project with 10,000 environments', () => {
  it('shows the first rows before the others are read, 50 on a page, and finds one of all', async () => {
    const many = Array.from({ length: 9992 }, (_, i) =>
      anEnvironment({ id: `feature/${i}`, title: `Issue ${i}` }),
    );
    await using console = await openConsole({ world: await aBusyProject(many), at: '/operations' });
    const { page, open } = console;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/[?&]after=/, async (route) => {
      await held;
      await route.continue();
    });
    await open('/p/website');
    await page.getByText('(200)').waitFor();

    expect(await page.getByRole('rowheader').count()).toBe(50);

    release();
    await page.getByText('(10000)').waitFor();
    await page.getByRole('searchbox').fill('issue 9876');
    await page.getByRole('link', { name: 'feature/9876', exact: true }).waitFor();
    await page.getByText('(1/10000)').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL('**/#/p/website?page=2');

    // The page begins with the parent of its rows.
    expect(await page.getByRole('rowheader').count()).toBe(51);
  });
});
