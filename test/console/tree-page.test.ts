import { describe, expect, it } from 'vitest';
import { apiWorld } from '../support/api-world.ts';
import { anIntegration, aProject } from '../support/builders.ts';
import { aBusyProject } from './support/a-busy-project.ts';
import { violationsOf } from './support/accessibility.ts';
import { openConsole } from './support/console.ts';

const namesOf = (console: Awaited<ReturnType<typeof openConsole>>) =>
  console.page.getByRole('rowheader').getByRole('link').allInnerTexts();

describe('the tree of a project', () => {
  it('shows environments below their parents, and chips with the number of each status', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website' });
    const { page } = console;
    await page.getByRole('link', { name: 'pr-1', exact: true }).waitFor();

    expect(await namesOf(console)).toEqual([
      'main',
      'develop',
      'pr-1',
      'feature/50%-off',
      'feature/search',
      'pr-2',
      'pr-3',
      'pr-4',
    ]);
    expect(await page.getByRole('group', { name: 'Show only' }).getByRole('button').allInnerTexts()).toEqual([
      'Active 3',
      'In progress 1',
      'Waiting 1',
      'Failed 1',
      'Inactive 2',
      'Branches 4',
      'Pull requests 4',
    ]);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('has its search and its filters in the address, which shows the same again', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website' });
    const { page } = console;
    await page.getByRole('button', { name: 'Active 3' }).click();
    await page.getByRole('searchbox', { name: 'Find environments' }).fill('PR');
    await page.waitForURL('**/#/p/website?q=PR&status=active');

    expect(await namesOf(console)).toEqual(['pr-1']);

    await page.reload();
    await page.getByText('(1/8)').waitFor();

    expect(await namesOf(console)).toEqual(['pr-1']);
    expect(await page.getByRole('searchbox').inputValue()).toBe('PR');
  });

  // Chromium can lose an input while the machine is busy.
  it('finds by title, by commit and by the number of a pull request', { retry: 2 }, async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website' });
    const { page } = console;
    const search = page.getByRole('searchbox');

    for (const [text, names] of [
      ['without an account', ['pr-3']],
      ['#2', ['pr-2']],
      ['ae4f281', ['feature/search', 'pr-2']],
    ] as const) {
      await search.fill(text);
      await page.getByText(`(${names.length}/8)`).waitFor();

      expect(await namesOf(console)).toEqual(names);
    }
    await search.fill('nothing like this');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('link', { name: 'main', exact: true }).waitFor();
  });

  it('shows a change without a reload, and keeps the scroll, the focus and what is typed', async () => {
    const world = await aBusyProject();
    const viewport = { width: 1280, height: 400 };
    await using console = await openConsole({ world, at: '/p/website', viewport });
    const { page } = console;
    await page.getByRole('link', { name: 'pr-1', exact: true }).focus();
    await page.evaluate('scrollTo(0, 40)');

    const stored = await world.environments.get('website', 'feature/search');
    await world.environments.save({ ...stored!, status: 'active', version: stored!.version + 1 });
    await page.getByRole('button', { name: 'Active 4' }).waitFor();

    expect(await page.evaluate('document.activeElement.innerText')).toBe('pr-1');
    expect(await page.evaluate('scrollY')).toBe(40);
  });

  it('shows the command that clones the code: Code, Git', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website' });
    const { page } = console;
    await page.getByRole('button', { name: 'Code' }).click();
    await page.getByRole('menuitem', { name: 'Git' }).click();
    await page.getByText('git clone https://bitbucket.org/acme/website.git', { exact: true }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('asks for an integration when the project has none', async () => {
    const world = apiWorld();
    await world.projects.save(aProject({ id: 'website' }));
    await using console = await openConsole({ world, at: '/p/website' });
    const { page } = console;
    const add = page.getByRole('link', { name: '+ Add integration' });
    await add.waitFor();

    expect(await add.getAttribute('href')).toBe('#/p/website/settings/integrations');
    expect(await violationsOf(page)).toEqual([]);
  });

  it('shows the activity that reads the repository, until there are environments', async () => {
    const world = apiWorld();
    await world.projects.save(aProject({ id: 'website' }));
    await world.integrations.save(anIntegration({ project: 'website' }));
    await using console = await openConsole({ world, at: '/p/website' });
    await console.page.getByText('Environments appear here as soon as the repository is read.').waitFor();
  });
});
