import { expect, it } from 'vitest';
import { books, shop } from './a-team.ts';
import { type OnStage, type Stage, timeout } from './stage.ts';

/** Opens the form of a kind of integration, as the documentation says. */
async function openForm({ open, at, link, heading }: Stage, title: string, kind: string) {
  await open(at(title));
  await link('Settings').click();
  await link('Integrations').click();
  await link('+ Add integration').click();
  await link(`+ Add ${kind}`).click();
  await heading(`Add ${kind}`).waitFor();
}

/** Submits the form with a secret, and waits for the message under its field. */
async function refused(
  { field, button, text, focused }: Stage,
  name: string,
  secret: string,
  message: RegExp,
) {
  await field(name).fill(secret);
  await button('Add integration').click();
  await text(message).waitFor();
  await expect.poll(focused, { timeout }).toBe(name);
}

/** Adding both kinds of integration. */
export function additionOfIntegrations(on: OnStage): void {
  it('shows a wrong consumer of Bitbucket under its field, and adds nothing', async () => {
    const stage = on();
    const { field, api } = stage;
    await openForm(stage, 'Shop', 'Bitbucket');
    await field('Repository').fill(shop);
    await field('Key').fill('no-such-key');
    await refused(stage, 'Secret', 'demo-secret', /^Invalid Bitbucket credentials/);
    await field('Key').fill('demo-key');
    await refused(stage, 'Secret', 'wrong', /^Invalid Bitbucket credentials/);

    expect((await api('Shop', 'GET', '/integrations')).body).toEqual([]);
  });

  it('adds the integration with the right secret, and its environments appear', async () => {
    const { field, button, link, row, text } = on();
    await field('Secret').fill('demo-secret');
    await button('Add integration').click();
    await text('The integration is added').waitFor();
    await link('Open the environments').first().click();
    await row('feature/cart').getByText('Inactive', { exact: true }).waitFor();
    await row('main').getByText('Active', { exact: true }).waitFor();
    await row('pr-1').getByText('Active', { exact: true }).waitFor();
  });

  it('shows a wrong token of Bitbucket Server under its field', async () => {
    const stage = on();
    const { field, story } = stage;
    await openForm(stage, 'Books', 'Bitbucket server');
    await field('Server URL').fill(story.playground.serverUrl);
    await field('Bitbucket username').fill('demo');
    await field('Repository').fill(books.replace('acme', 'ACME'));
    await refused(stage, 'Token', 'wrong', /Ensure that the access token is valid/);
  });

  it('adds the integration with the right token, and its environments appear', async () => {
    const { field, button, heading, link, row } = on();
    await field('Token').fill('demo-token');
    await button('Add integration').click();
    await heading(books).waitFor();
    await link('Open the environments').first().click();
    await row('next').getByText('Inactive', { exact: true }).waitFor();
    await row('main').getByText('Active', { exact: true }).waitFor();
  });
}

/** Opens the integration of a project through the settings. */
export async function openIntegration({ open, at, link, heading }: Stage, title: string, repository: string) {
  await open(at(title, '/settings/integrations'));
  await link(repository).click();
  await heading(repository).waitFor();
}

const boardLink = ({ page }: Stage) => page.getByRole('link', { name: 'Open the board' });

/** The page of an integration, and its options. */
export function useOfIntegrations(on: OnStage): void {
  it('validates an integration, and shows the secret of its webhook', async () => {
    const stage = on();
    const { button, text } = stage;
    await openIntegration(stage, 'Shop', shop);
    await button('Validate').click();
    await text('The integration is valid').waitFor();
    await button('Show the secret').click();
    await text('Webhook secret').waitFor();
  });

  it('lists deliveries, which lead to the activities that they caused', async () => {
    const stage = on();
    const { page, button, story, text } = stage;
    await story.work.git('push', '--quiet', 'origin', 'main:refs/heads/new/idea');
    const deliveries = page.getByRole('table', { name: 'Deliveries' });
    const row = deliveries.getByRole('row').filter({ hasText: 'new/idea' });
    await expect
      .poll(
        async () => {
          await button('Read the deliveries again').click();
          return row.count();
        },
        { timeout },
      )
      .toBe(1);
    await row.getByText('Led to work').waitFor();
    await row.getByRole('link').click();
    await page.getByRole('heading', { name: /^Push \w+ to new\/idea$/ }).waitFor();
    await text('the branch new/idea is new').waitFor();
  });

  it('renews the links, which ends the old address of the board and its status pages', async () => {
    const stage = on();
    const { button, confirm, text } = stage;
    await openIntegration(stage, 'Shop', shop);
    const address = () => boardLink(stage).getAttribute('href');
    const old = (await address()) ?? '';
    const board = await (await fetch(old)).text();
    expect(board).toContain('A cart');
    const statusPage = /href="([^"]*\/status\/[^"]*)"/.exec(board)?.[1] ?? '';
    expect((await fetch(statusPage)).status).toBe(200);

    await button('Renew links').click();
    await confirm('Renew links');
    await text('The links are renewed').waitFor();
    await expect.poll(address, { timeout }).not.toBe(old);

    expect((await fetch(old)).status).toBe(404);
    expect((await fetch(statusPage)).status).toBe(404);
    expect((await fetch((await address()) ?? '')).status).toBe(200);
  });

  it('edits options: public pages end, and the limit of a prune becomes 0', async () => {
    const stage = on();
    const { page, link, button, field, text } = stage;
    const address = (await boardLink(stage).getAttribute('href')) ?? '';
    await link('Edit').click();
    await page.getByRole('checkbox', { name: 'Public pages' }).click();
    await field('Prune limit, in environments').fill('0');
    await field('Prune limit, in percent of all environments').fill('0');
    await button('Save').click();
    await text('The integration is changed').waitFor();
    await text('Public pages are off.').waitFor();

    expect((await fetch(address)).status).toBe(404);
  });
}
