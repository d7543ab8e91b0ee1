import { expect, it } from 'vitest';
import type { OnStage } from './stage.ts';

/** The tree of environments, and the operations on one. */
export function useOfEnvironments(on: OnStage): void {
  it('finds environments, and shows the command that clones the code', async () => {
    const { page, open, at, button, row, story } = on();
    await open(at('Shop'));
    await row('main').waitFor();
    await page.getByRole('searchbox').fill('a cart');
    await row('main').waitFor({ state: 'detached' });
    await row('pr-1').getByText('A cart').waitFor();
    await page.getByRole('searchbox').fill('');
    await button('Code').click();
    await page.getByRole('menuitem', { name: 'Git' }).click();
    await page.getByText(`git clone ${story.playground.url}/team/shop`).first().waitFor();
    await page.keyboard.press('Escape');
  });

  it('leads to the site of a pull request', async () => {
    const { link, siteText } = on();
    await link('pr-1').click();

    expect(await siteText()).toContain('a cart');
  });

  it('has a Merge that cannot be clicked, and says why', async () => {
    const { page, button } = on();
    expect(await button('Merge').getAttribute('aria-disabled')).toBe('true');
    await button('Merge').focus();
    await page
      .getByText(
        "The environment pr-1 can't be merged. The project's code is managed externally through its bitbucket integration.",
      )
      .filter({ visible: true })
      .waitFor();
  });

  it('syncs data without code', async () => {
    const { page, button, dialog, confirm, siteText } = on();
    await button('Sync').click();
    expect(await dialog.getByRole('checkbox', { name: 'Code' }).isDisabled()).toBe(true);
    await confirm('Sync');
    await page
      .getByRole('row')
      .filter({ hasText: 'Synchronize the data of pr-1 from main' })
      .getByText('Succeeded')
      .waitFor();

    expect(await siteText()).toContain('a cart | 42 visitors');
  });

  it('activates, redeploys and deactivates a branch', async () => {
    const { page, open, at, button, link, text, confirm, siteText } = on();
    await open(at('Shop', '/e/feature%2Fcart'));
    await button('Activate').click();
    await confirm('Activate');
    const site = (await link('Open').getAttribute('href')) ?? '';
    expect(await siteText()).toContain('feature/cart');
    await page.locator('button:not([aria-disabled=true])').filter({ hasText: 'Redeploy' }).click();
    const redeployment = page.getByRole('row').filter({ hasText: 'Redeploy feature/cart' });
    await redeployment.getByText('Succeeded').waitFor();
    await button('Deactivate').click();
    await confirm('Deactivate');
    await text('Has code, is not deployed: activate it').waitFor();

    expect((await fetch(site)).status).toBe(404);
  });

  it('branches with a warning, edits the child and deletes it', async () => {
    const { page, open, at, button, field, dialog, confirm, text } = on();
    await button('Branch').click();
    await dialog.getByText('This environment does not last').waitFor();
    await field('Name').fill('try/this');
    await confirm('Branch');
    await open(at('Shop', '/e/try%2Fthis'));
    await page.getByRole('row').filter({ hasText: 'Branch' }).getByText('Succeeded').waitFor();

    await button('Edit').click();
    await field('Title').fill('A trial');
    await dialog.getByRole('checkbox', { name: 'Protected' }).check();
    await confirm('Save');
    await text('A trial').waitFor();

    await button('Delete').click();
    await dialog.getByRole('textbox', { name: 'To confirm, type try/this' }).fill('try/this');
    await confirm('Delete');
    await text('The project has no environment try/this').waitFor();
    await text(/It was deleted .*: .+/).waitFor();
  });
}

/** The end of a pull request. */
export function endOfPullRequests(on: OnStage): void {
  it('says that an environment is gone when its pull request is merged', async () => {
    const { open, at, button, text, story } = on();
    await open(at('Shop', '/e/pr-1'));
    await button('Merge').waitFor();
    await story.onCloud('POST', '/pullrequests/1/merge', {});
    await text('The project has no environment pr-1').waitFor();
    await text(/It was deleted .*merged/).waitFor();
  });
}
