import { describe, expect, it } from 'vitest';
import { apiWorld } from '../support/api-world.ts';
import { anActiveEnvironment, aProject, aRunningActivity } from '../support/builders.ts';
import { aBusyProject } from './support/a-busy-project.ts';
import { violationsOf } from './support/accessibility.ts';
import { openConsole } from './support/console.ts';

async function worldWithProject() {
  const world = apiWorld();
  await world.projects.save(aProject({ id: 'website', title: 'Website' }));
  await world.projects.save(aProject({ id: 'blog', title: 'Blog' }));
  return world;
}

describe('the key of the page', () => {
  it('leaves the address, and stays when the tab is loaded again', async () => {
    await using console = await openConsole({ world: await worldWithProject(), at: '/p/website' });
    const { page, gate } = console;
    await page.getByRole('heading', { name: 'Website', level: 1 }).waitFor();

    expect(page.url()).toBe(`${gate.url}/#/p/website`);

    await page.reload();
    await page.getByRole('heading', { name: 'Website', level: 1 }).waitFor();
  });

  it('is taken from an address that is entered in an open tab', async () => {
    await using console = await openConsole({ world: await worldWithProject(), at: '/p/website' });
    const { page, gate } = console;
    await page.getByRole('heading', { name: 'Website', level: 1, exact: true }).waitFor();
    await page.evaluate("sessionStorage.setItem('bough.token', 'the-token-of-an-earlier-start')");
    await page.reload();
    await page
      .getByText(/Open the address/)
      .first()
      .waitFor();

    await page.goto(`${gate.address}&to=/p/blog`);
    await page.getByRole('heading', { name: 'Blog', level: 1, exact: true }).waitFor();
    expect(page.url()).toBe(`${gate.url}/#/p/blog`);

    // The same address once more.
    await page.goto(`${gate.address}&to=/p/website`);
    await page.getByRole('heading', { name: 'Website', level: 1, exact: true }).waitFor();
    expect(page.url()).toBe(`${gate.url}/#/p/website`);
  });

  // Chromium can lose a click with a modifier while the machine is busy.
  it('is given to a tab that a link of the console opens', { retry: 2 }, async () => {
    await using console = await openConsole({ world: await worldWithProject() });
    const { page, context } = console;
    const link = page.getByRole('link', { name: 'Website' });
    await link.waitFor();
    const opened = context.waitForEvent('page');
    await link.click({ modifiers: ['Control'] });
    const other = await opened;

    await other.getByRole('heading', { name: 'Website', level: 1 }).waitFor();
  });

  it('is never taken from a tab of an earlier start, which gets the new one itself', async () => {
    await using console = await openConsole({ world: await worldWithProject(), at: '/p/website' });
    const { page: stale, context, gate } = console;
    const isShown = (page: typeof stale, title: string) =>
      page.getByRole('heading', { name: title, level: 1, exact: true }).waitFor();
    await isShown(stale, 'Website');
    await stale.evaluate("sessionStorage.setItem('bough.token', 'of-an-earlier-start')");
    await stale.reload();
    await stale
      .getByText(/Open the address/)
      .first()
      .waitFor();

    const opened = await context.newPage();
    const sent: (string | undefined)[] = [];
    opened.on('request', (request) => sent.push(request.headers()['x-bough-token']));
    await opened.goto(`${gate.url}/#/p/blog`);
    await opened.getByRole('heading', { name: 'This tab has no key' }).waitFor();

    const fresh = await context.newPage();
    await fresh.goto(gate.address);
    await isShown(fresh, 'Projects');
    await isShown(opened, 'Blog');
    await isShown(stale, 'Website');
    expect(sent).not.toContain('of-an-earlier-start');
  });

  it('is asked for again when another tab has given that of an earlier start', async () => {
    await using console = await openConsole({ world: await worldWithProject(), at: '/p/website' });
    const { page, context, gate } = console;
    await page.getByRole('heading', { name: 'Website', level: 1, exact: true }).waitFor();
    // A tab that has not asked the server since the new start.
    const silent = await context.newPage();
    await silent.goto(`${gate.url}/favicon.svg`);
    await silent.evaluate(`
      const channel = new BroadcastChannel('bough.token');
      channel.onmessage = () => channel.postMessage({ token: 'of-an-earlier-start' });
      channel.postMessage({ token: 'of-an-earlier-start' });
    `);

    const opened = await context.newPage();
    await opened.goto(`${gate.url}/#/p/blog`);
    await opened.getByRole('heading', { name: 'Blog', level: 1, exact: true }).waitFor();
  });

  it('is missing in a browser that was not opened with it, which says so', async () => {
    await using console = await openConsole();
    const context = await (console.context.browser()?.newContext() ?? expect.unreachable('no browser'));
    const other = await context.newPage();
    await other.goto(console.gate.url);

    await other.getByRole('heading', { name: 'This tab has no key' }).waitFor();
    expect(await violationsOf(other)).toEqual([]);
    await context.close();
  });
});

describe('while the API does not respond', () => {
  it('a page that has read nothing yet says why, once', async () => {
    await using console = await openConsole({ world: await worldWithProject() });
    const { page, gate, open } = console;
    await page.getByRole('link', { name: 'Website' }).waitFor();

    gate.state.down = true;
    await open('/p/website');
    await page.getByText('Check that the API runs.').filter({ visible: true }).waitFor();

    gate.state.down = false;
    await page.getByRole('heading', { name: 'Website', level: 1 }).waitFor();
  });
});

describe('the result of an operation', () => {
  it('is shown on the pages of its project, and not on those of others', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website/e/develop' });
    const { page, world, open } = console;
    await world.projects.save(aProject({ id: 'blog', title: 'Blog' }));
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Title').fill('Next');
    await page.getByRole('button', { name: 'Save' }).click();
    const saved = page.getByText('develop is saved');
    await saved.waitFor();

    await open('/p/blog');
    await page.getByRole('heading', { name: 'Blog', level: 1, exact: true }).waitFor();
    await saved.waitFor({ state: 'detached' });

    await open('/p/website');
    await saved.waitFor();
  });
});

describe('an error of a page', () => {
  it('is gone when another page is opened', async () => {
    const delay = { because: 'A limit.', since: 'not a time', next_try: null };
    const broken = anActiveEnvironment({ id: 'broken', activities: [aRunningActivity({ id: 'a1', delay })] });
    await using console = await openConsole({
      world: await aBusyProject([broken]),
      at: '/p/website/e/broken/a/a1',
    });
    const { page, open } = console;
    await page.getByText('The page has an error').waitFor();

    await open('/p/website/e/pr-1/a/none');
    await page.getByText('There is no such activity').waitFor();
    expect(await page.getByText('The page has an error').count()).toBe(0);

    // The browser reports the error, as it should.
    console.problems.length = 0;
  });
});

describe('the colours', () => {
  it('follow the system until the user chooses, also after a reload', async () => {
    await using console = await openConsole({ colorScheme: 'dark' });
    const { page } = console;
    await page.locator('body.awsui-dark-mode').waitFor();

    await page.getByRole('button', { name: 'Colours' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Light' }).click();
    await page.locator('body:not(.awsui-dark-mode)').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Colours' }).waitFor();

    expect(await page.locator('body.awsui-dark-mode').count()).toBe(0);
  });
});
