import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { aBusyProject, aFinishedDeletion } from './support/a-busy-project.ts';
import { violationsOf } from './support/accessibility.ts';
import { openConsole } from './support/console.ts';

const environmentOf = (world: Awaited<ReturnType<typeof aBusyProject>>, id: string) =>
  world.environments.get('website', id);

const dialogOf = (page: Page) => page.getByRole('dialog');

describe('the page of an environment', () => {
  it('shows its status, its link, its facts, routes and activities', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website/e/pr-1' });
    const { page } = console;
    await page.getByRole('heading', { name: 'pr-1', level: 1 }).waitFor();
    const open = page.getByRole('link', { name: 'Open' }).first();
    await open.waitFor();

    expect(await open.getAttribute('href')).toBe('https://sites.example.org/x/');
    expect(await open.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await page.getByRole('link', { name: '#1' }).getAttribute('href')).toBe(
      'https://bitbucket.org/acme/website/pull-requests/1',
    );
    await page.getByRole('link', { name: 'https://sites.example.org/x/' }).waitFor();
    expect(await page.title()).toBe('pr-1 · Website · Bough');
    expect(await violationsOf(page)).toEqual([]);
  });

  it('names the rules for visitors of its site, and where they come from', async () => {
    const world = await aBusyProject();
    const main = await environmentOf(world, 'main');
    const http_access = {
      is_enabled: true,
      addresses: [{ permission: 'deny' as const, address: 'any' }],
      basic_auth: { demo: 'salt.hash' },
    };
    await world.environments.save({ ...main!, http_access, version: main!.version + 1 });
    await using console = await openConsole({ world, at: '/p/website/e/pr-1' });

    await expect
      .poll(() => console.page.locator('body').innerText())
      .toContain('HTTP access\nRestricted (rules for addresses: 1, users: 1), as main\n');
  });

  it('says in its heading and nowhere else in its facts why the last activity failed', async () => {
    const world = await aBusyProject();
    const because = 'The script .bough/deploy ended with 1';
    const failed = await environmentOf(world, 'pr-3');
    await world.environments.save({
      ...failed!,
      last_activity: { ...failed!.last_activity!, because },
      build_status: {
        ...{ commit: failed!.head_commit!, activity: 'failed', undelivered: null },
        ...{ state: 'failed', description: because },
      },
      version: failed!.version + 1,
    });
    await using console = await openConsole({ world, at: '/p/website/e/pr-3' });
    const { page } = console;
    await page.getByText(`Last activity: ${because}`).waitFor();
    await page.getByText('Build status in Bitbucket').waitFor();

    expect(await page.getByText(because, { exact: true }).count()).toBe(1);
    expect(await page.getByText('Failed', { exact: true }).count()).toBe(2);
  });

  it('has no operation that can be clicked in a console that only reads', async () => {
    await using console = await openConsole({
      world: await aBusyProject(),
      at: '/p/website/e/pr-1',
      readOnly: true,
    });
    const { page } = console;
    await page.getByText('Read only').filter({ visible: true }).waitFor();
    const redeploy = page.getByRole('button', { name: 'Redeploy', exact: true });
    await expect.poll(() => redeploy.getAttribute('aria-disabled')).toBe('true');
  });

  it('approves exactly the commit of a fork that the user has seen', async () => {
    const world = await aBusyProject();
    await using console = await openConsole({ world, at: '/p/website/e/pr-4' });
    const { page } = console;
    await page.getByRole('button', { name: 'Activate', exact: true }).click();
    await dialogOf(page).getByText('stranger/website').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    const pushed = await environmentOf(world, 'pr-4');
    await world.environments.save({ ...pushed!, head_commit: 'f'.repeat(40), version: pushed!.version + 1 });
    await dialogOf(page).getByRole('button', { name: 'Approve and activate' }).click();
    await dialogOf(page).getByText('The environment pr-4 is at fffffff now').waitFor();

    await dialogOf(page).getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Activate', exact: true }).click();
    await dialogOf(page).getByText('f'.repeat(40)).waitFor();
    await dialogOf(page).getByRole('button', { name: 'Approve and activate' }).click();
    await dialogOf(page).waitFor({ state: 'detached' });

    expect((await environmentOf(world, 'pr-4'))?.pull_request?.fork?.approved_commit).toBe('f'.repeat(40));
  });

  it('syncs data, and does not let one include code', async () => {
    const world = await aBusyProject();
    await using console = await openConsole({ world, at: '/p/website/e/pr-1' });
    const { page } = console;
    await page.getByRole('button', { name: 'Sync', exact: true }).click();
    const dialog = dialogOf(page);

    expect(await dialog.getByRole('checkbox', { name: 'Code' }).isDisabled()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);

    await dialog.getByRole('button', { name: 'Sync', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });

    expect(await environmentOf(world, 'pr-1')).toMatchObject({
      activities: [{ type: 'environment.synchronize', clone_data: true }],
    });
  });

  it('branches, with a warning that the child does not last, and shows a refused name under its field', async () => {
    const world = await aBusyProject();
    await using console = await openConsole({ world, at: '/p/website/e/main' });
    const { page } = console;
    await page.getByRole('button', { name: 'Branch', exact: true }).click();
    const dialog = dialogOf(page);
    await dialog.getByText('This environment does not last').waitFor();
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('pr-7');
    await dialog.getByRole('button', { name: 'Branch', exact: true }).click();
    await dialog.getByText('Must be the name of a git branch, and not pr-<number>').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('try/this');
    await dialog.getByText('Must be the name of a git branch').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });

    expect(await environmentOf(world, 'try/this')).toMatchObject({ parent: 'main', title: 'try/this' });
  });

  it('edits an environment, shows a refused parent under its field, and sends only what changed', async () => {
    const world = await aBusyProject();
    await using console = await openConsole({ world, at: '/p/website/e/develop' });
    const { page } = console;
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = dialogOf(page);
    const submit = dialog.getByRole('button', { name: 'Save', exact: true });

    expect(await submit.isDisabled()).toBe(true);

    const parent = dialog.getByRole('combobox', { name: 'Parent' });
    await parent.fill('pr-1');
    await parent.press('Escape');
    await submit.click();
    await dialog.getByText('The environment pr-1 is below develop itself').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await parent.fill('');
    await parent.press('Escape');
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Next release');
    await dialog.getByRole('checkbox', { name: 'Protected' }).check();
    const request = page.waitForRequest((one) => one.method() === 'PATCH');
    await submit.click();
    await dialog.waitFor({ state: 'detached' });

    expect((await request).postDataJSON()).toEqual({ title: 'Next release', parent: null, protected: true });
    expect(await environmentOf(world, 'develop')).toMatchObject({
      title: 'Next release',
      type: 'staging',
      parent: null,
      protected: true,
    });
  });

  it('says why the type and the parent of the production environment are fixed', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website/e/main' });
    const { page } = console;
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = dialogOf(page);
    await dialog.getByText('The environment of the default branch has the type production.').waitFor();

    expect(await dialog.getByRole('button', { name: 'Type' }).isDisabled()).toBe(true);
    expect(await dialog.getByRole('combobox', { name: 'Parent' }).isDisabled()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('names what a deletion removes and the environments that move, and wants the name of a protected one', async () => {
    const world = await aBusyProject();
    const develop = await environmentOf(world, 'develop');
    await world.environments.save({ ...develop!, protected: true, version: develop!.version + 1 });
    await using console = await openConsole({ world, at: '/p/website/e/develop' });
    const { page } = console;
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = dialogOf(page);
    await dialog.getByText('https://sites.example.org/x/').waitFor();
    await dialog.getByText('One environment moves to main:').waitFor();
    await dialog
      .getByText('This happens in the account 123456789012, region eu-west-1, stack bough.')
      .waitFor();
    await dialog.getByRole('listitem').filter({ hasText: 'pr-1' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const submit = dialog.getByRole('button', { name: 'Delete', exact: true });

    expect(await submit.isDisabled()).toBe(true);

    await dialog.getByRole('textbox', { name: 'To confirm, type develop' }).fill('develop');
    await submit.click();
    await dialog.waitFor({ state: 'detached' });

    expect(await environmentOf(world, 'develop')).toMatchObject({
      activities: [{ type: 'environment.delete' }],
    });
  });

  it('has a reason for each operation that is not possible', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website/e/pr-2' });
    const { page } = console;
    await page.getByRole('button', { name: 'Redeploy', exact: true }).focus();

    await page
      .getByText('An activity is currently pending or in progress on the environment.')
      .filter({ visible: true })
      .waitFor();
  });

  it('shows the command that clones its branch: Code, Git', async () => {
    await using console = await openConsole({
      world: await aBusyProject(),
      at: '/p/website/e/feature%2F50%25-off',
    });
    const { page } = console;
    await page.getByRole('button', { name: 'Code', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Git' }).click();

    await page
      .getByText('git clone --branch feature/50%-off https://bitbucket.org/acme/website.git', { exact: true })
      .waitFor();
  });

  it('says why an environment is gone, also while its page is open', async () => {
    const world = await aBusyProject();
    await using console = await openConsole({ world, at: '/p/website/e/pr-1' });
    const { page } = console;
    await page.getByRole('button', { name: 'Merge', exact: true }).waitFor();

    const last = await environmentOf(world, 'pr-1');
    await world.environments.remove(last!, [aFinishedDeletion('the pull request was merged')]);
    await page.getByText('The project has no environment pr-1').waitFor();
    await page.getByText('the pull request was merged').waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });
});
