import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginStory, type Story, scripts } from '../support/story.ts';
import { openConsoleOf } from './support/console.ts';

describe('the console of a running stack', () => {
  const repository = 'team/shop';
  let story: Story;
  let console: Awaited<ReturnType<typeof openConsoleOf>>;
  let page: Page;

  beforeAll(async () => {
    story = await beginStory(repository);
    console = await openConsoleOf(story.stack.apiUrl);
    console.context.setDefaultTimeout(90_000);
    page = console.page;
  });
  afterAll(async () => {
    await console?.close();
    await story?.end();
  });

  const link = (name: string) => page.getByRole('link', { name, exact: true });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const condition = (name: string, text: string) =>
    page
      .getByRole('row')
      .filter({ has: link(name) })
      .getByText(text, { exact: true });

  it('creates a project', async () => {
    await page.getByRole('textbox', { name: 'Title' }).fill('Shop');
    await page.keyboard.press('Enter');
    await link('+ Add integration').waitFor();
    const [, id = ''] = /#\/p\/(\w+)/.exec(page.url()) ?? [];
    story.useProject(id);
  });

  it('shows the environments of an integration without a reload', async () => {
    await story.work.commit(scripts);
    await story.work.git('push', '--quiet', 'origin', 'main');
    await story.on(
      'integration:add',
      ...['--type', 'bitbucket', '--repository', repository],
      ...['--key', 'demo-key', '--secret', 'demo-secret', '--yes'],
    );

    await condition('main', 'Active').waitFor();
  });

  it('shows a pull request as soon as Bitbucket has one, until it is deployed', async () => {
    await story.work.git('switch', '--quiet', '--create', 'feature/cart');
    await story.work.commit({ 'page.txt': 'second version' });
    await story.work.git('push', '--quiet', 'origin', 'feature/cart');
    await condition('feature/cart', 'Inactive').waitFor();
    await story.onCloud('POST', '/pullrequests', {
      title: 'A cart',
      source: { branch: { name: 'feature/cart' } },
    });

    await condition('pr-1', 'Active').waitFor();
    await page.getByText('A cart').waitFor();
  });

  it('leads to the site of the pull request', async () => {
    await link('pr-1').click();
    const site = await link('Open').getAttribute('href');

    expect(await (await fetch(site ?? '')).text()).toContain('second version');
  });

  it('syncs the data of the pull request', async () => {
    await button('Sync').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sync' }).click();
    await page
      .getByRole('row')
      .filter({ hasText: 'Synchronize the data of pr-1 from main' })
      .getByText('Succeeded')
      .waitFor();
  });

  it('branches, and says why the child is gone after the next prune', async () => {
    await button('Branch').click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('try/this');
    await page.getByRole('dialog').getByRole('button', { name: 'Branch' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await console.open(`/p/${story.project()}/e/try%2Fthis`);

    await page.getByText('The project has no environment try/this').waitFor();
    await page.getByText(/It was deleted .*: .+/).waitFor();
  });

  it('deactivates and activates', async () => {
    await console.open(`/p/${story.project()}/e/pr-1`);
    await button('Deactivate').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('Has code, is not deployed: activate it').waitFor();
    await button('Activate').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();

    await link('Open').waitFor();
  });

  it('says that an environment is gone when its pull request is merged', async () => {
    await story.onCloud('POST', '/pullrequests/1/merge', {});

    await page.getByText('The project has no environment pr-1').waitFor();
  });

  it('logs no error in all of this', () => {
    expect(console.problems).toEqual([]);
  });
});
