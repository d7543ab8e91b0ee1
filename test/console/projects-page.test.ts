import { describe, expect, it } from 'vitest';
import { apiWorld } from '../support/api-world.ts';
import { aProject } from '../support/builders.ts';
import { aBusyProject } from './support/a-busy-project.ts';
import { violationsOf } from './support/accessibility.ts';
import { openConsole } from './support/console.ts';

async function aWorldWith(...titles: readonly string[]) {
  const world = apiWorld();
  for (const title of titles) await world.projects.save(aProject({ id: title.toLowerCase(), title }));
  return world;
}

describe('the page of all projects', () => {
  it('lists the projects with their environments and their last activity', async () => {
    const world = await aBusyProject();
    await world.projects.save(aProject({ id: 'shop', title: 'Shop' }));
    await using console = await openConsole({ world });
    const { page } = console;
    const row = (title: string) =>
      page.getByRole('row').filter({ has: page.getByRole('link', { name: title }) });
    await row('Website').getByText('4 active, 1 in progress, 3 inactive').waitFor();
    await row('Website').getByText('In progress', { exact: true }).waitFor();
    await row('Shop').getByText('No integration yet').waitFor();
    await row('Shop').getByText('none', { exact: true }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('asks for the counts again when the user does, and not by itself', async () => {
    const world = await aWorldWith('Website', 'Shop');
    await using console = await openConsole({ world });
    const { page, api } = console;
    await page.getByRole('link', { name: 'Shop' }).waitFor();
    const asked = () => api.requests.filter(({ path }) => path.includes('view=summary')).length;
    const before = asked();
    await page.clock.install();
    await page.clock.runFor(60_000);
    expect(asked()).toBe(before);
    await world.projects.save(aProject({ id: 'blog', title: 'Blog' }));

    await page.getByRole('button', { name: 'Read the projects again' }).click();

    await page.getByRole('link', { name: 'Blog' }).waitFor();
  });

  it('has pages', async () => {
    const titles = Array.from({ length: 26 }, (_, i) => `P${String(i).padStart(2, '0')}`);
    await using console = await openConsole({ world: await aWorldWith(...titles) });
    const { page } = console;
    await page.getByRole('link', { name: 'P24' }).waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByRole('link', { name: 'P25' }).waitFor();

    await page.getByRole('button', { name: 'Previous page' }).click();
    await page.getByRole('link', { name: 'P24' }).waitFor();
  });

  it('opens a single project at once, and does not come between when one goes back to it', async () => {
    await using console = await openConsole({ world: await aWorldWith('Website') });
    const { page } = console;
    await page.getByRole('heading', { name: 'Website', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();

    expect(await page.getByRole('link', { name: 'Website' }).isVisible()).toBe(true);
  });

  it('has the form of the first project, and the command', async () => {
    await using console = await openConsole();
    const { page } = console;
    await page.getByText('bough project:create --title "My website"').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('textbox', { name: 'Title' }).fill('First');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'First', level: 1 }).waitFor();
    await page.getByRole('link', { name: '+ Add integration' }).waitFor();
  });

  it('creates one project when its form is sent twice', async () => {
    await using console = await openConsole();
    const { page, api } = console;
    await page.getByRole('textbox', { name: 'Title' }).fill('Once');
    await page.evaluate(
      "{ const form = document.querySelector('form'); form.requestSubmit(); form.requestSubmit(); }",
    );
    await page.getByRole('heading', { name: 'Once', level: 1 }).waitFor();

    expect(api.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('cannot create a project in a console that only reads, and says why', async () => {
    await using console = await openConsole({ readOnly: true });
    const { page } = console;
    const create = page.getByRole('button', { name: 'Create project' });
    await expect
      .poll(() => create.evaluateAll((all) => all.map((one) => one.ariaDisabled)))
      .toEqual(['true', 'true']);
    await create.first().focus();
    await page
      .getByText('This console only reads. Start bough console without --read-only.')
      .filter({ visible: true })
      .waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('opens a project by its id for an identity that may not list projects', async () => {
    const world = await aWorldWith('Website');
    await using console = await openConsole({ world, at: '/operations' });
    const { page, open } = console;
    await page.route('**/api/projects?*', (route) =>
      route.fulfill({ status: 403, json: { message: 'Forbidden' } }),
    );
    await open('/');
    await page.getByRole('textbox', { name: 'ID of the project' }).fill('website');
    // The page asks again whether the projects can be listed. The form stays.
    const again = await page.waitForRequest('**/api/projects?*');
    await again.response();
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'Website', level: 1 }).waitFor();
  });
});

describe('the address of a project that does not exist', () => {
  it('says so in place of the pages below it, and stays while it asks again', async () => {
    const world = await aWorldWith('Website');
    await using console = await openConsole({ world, at: '/p/nowhere/e/main' });
    const { page, open } = console;
    const heading = page.getByRole('heading', { name: 'There is no project nowhere', level: 1 });
    await heading.waitFor();
    expect(await page.getByText(/no environment|Code|Settings/).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);

    const again = await page.waitForRequest('**/api/projects/nowhere');
    await again.response();
    expect(await heading.count()).toBe(1);

    await open('/operations');
    await page.getByRole('heading', { name: 'Operations', level: 1 }).waitFor();
    await open('/p/nowhere/settings/integrations/i1/prune');
    await heading.waitFor();
  });
});
