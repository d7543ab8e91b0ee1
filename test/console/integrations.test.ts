import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  type ApiWorld,
  anEndedActivity,
  anEnvironment,
  apiWorld,
  credentials,
  webhookSecret,
} from '../support/api-world.ts';
import { aProject, integrationId, start, theProductionEnvironment } from '../support/builders.ts';
import { violationsOf } from './support/accessibility.ts';
import { anIntegratedProject } from './support/an-integrated-project.ts';
import { openConsole } from './support/console.ts';
import { hostile, hostileText } from './support/hostile.ts';
import { overflowAt320 } from './support/layout.ts';

const project = 'website';
const settings = `/p/${project}/settings`;
const one = `${settings}/integrations/${integrationId}`;

async function worldWithProject(): Promise<ApiWorld> {
  const world = apiWorld();
  await world.projects.save(aProject({ id: project, title: 'Website' }));
  return world;
}

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

/** The label of the control that has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement instanceof HTMLInputElement ? (activeElement.labels?.[0]?.textContent ?? '') : '';
  });

describe('adding an integration', () => {
  it('follows the documentation for Bitbucket Cloud, and environments appear without a reload', async () => {
    const world = await worldWithProject();
    await using console = await openConsole({ world, at: `/p/${project}` });
    const { page } = console;

    // Select the project, click Settings, under Project settings click Integrations.
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.getByText('Project settings').waitFor();
    await page.getByRole('link', { name: 'Integrations', exact: true }).click();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: '+ Add integration' }).click();
    await page.getByRole('heading', { name: 'Bitbucket server', level: 3 }).waitFor();
    await page.getByRole('link', { name: '+ Add Bitbucket', exact: true }).click();

    await page.getByRole('button', { name: 'Add integration', exact: true }).waitFor();
    for (const [name, isOn] of [
      ['Fetch branches', true],
      ['Prune branches', true],
      ['Build pull requests', true],
      ['Pull requests clone parent data', true],
      ['Resync pull requests', false],
    ] as const)
      expect(await page.getByRole('checkbox', { name }).isChecked()).toBe(isOn);

    // Fetching off disables pruning.
    await page.getByRole('checkbox', { name: 'Fetch branches' }).click();
    expect(await page.getByRole('checkbox', { name: 'Prune branches' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Fetch branches' }).click();

    await page.getByRole('button', { name: 'Add integration', exact: true }).click();
    await page.getByText('Required').first().waitFor();
    expect(await focused(page)).toBe('Repository');

    await field(page, 'Repository').fill('acme/website');
    await field(page, 'Key').fill(credentials.key);
    await page.getByLabel('Secret', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Add integration', exact: true }).click();
    await page.getByText('Bitbucket refused the credentials.').waitFor();
    await expect.poll(() => focused(page)).toBe('Secret');
    expect(await violationsOf(page)).toEqual([]);

    await page.getByLabel('Secret', { exact: true }).fill(credentials.secret);
    await page.getByText('Bitbucket refused the credentials.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Add integration', exact: true }).click();
    await page.getByText('The integration is added').waitFor();
    const [added] = await world.integrations.listOf(project);
    expect(added).toMatchObject({ repository: 'acme/website', prune_branches: true });
    await page.getByText(`projects/${project}/integrations/${added?.id}/hook`).waitFor();

    await page.getByRole('link', { name: 'Open the environments' }).click();
    await world.environments.save(theProductionEnvironment({ project, integration: added?.id ?? '' }));
    await page.getByRole('link', { name: 'main', exact: true }).waitFor();
  });

  it('follows the documentation for Bitbucket Server, by keyboard alone', async () => {
    const world = await worldWithProject();
    await using console = await openConsole({ world, at: `${settings}/integrations` });
    const { page } = console;
    await page.getByRole('link', { name: '+ Add Bitbucket server' }).waitFor();
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        const label = await page.evaluate(() => {
          const { activeElement: element } = document;
          const labelled = element?.getAttribute('aria-labelledby')?.split(' ')[0] ?? '';
          const label = element instanceof HTMLInputElement ? element.labels?.[0] : null;
          const text = (label ?? document.getElementById(labelled) ?? element)?.textContent;
          return element?.getAttribute('aria-label') ?? text ?? '';
        });
        if (label.startsWith(name)) return;
      }
      throw new Error(`Tab does not reach ${name}`);
    };

    await tabTo('+ Add Bitbucket server');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Add Bitbucket server' }).waitFor();
    for (const [name, text] of [
      ['Server URL', 'https://git.example.org'],
      ['Bitbucket username', credentials.key],
      ['Token', credentials.secret],
      ['Bitbucket server project name', 'Acme'],
      ['Repository', 'acme/website'],
    ] as const) {
      await tabTo(name);
      await page.keyboard.type(text);
    }
    await tabTo('Resync pull requests');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.getByText('The integration is added').waitFor();

    expect(await world.integrations.listOf(project)).toMatchObject([
      { type: 'bitbucket_server', url: 'https://git.example.org', resync_pull_requests: true },
    ]);
    await page.getByRole('link', { name: 'Integrations', exact: true }).first().click();
    const add = page.getByRole('button', { name: '+ Add integration' });
    expect(await add.getAttribute('aria-disabled')).toBe('true');
  });
});

describe('an integration', () => {
  it('shows its webhook, its options and its activities, and is validated', async () => {
    const world = await anIntegratedProject({ last_delivery_at: start });
    world.bitbucket.hooks.push({
      url: `https://api.example.org/projects/${project}/integrations/${integrationId}/hook`,
      secret: webhookSecret,
      state: { active: true, missing_events: [], has_secret: true },
    });
    await using console = await openConsole({ world, at: one });
    const { page, api } = console;
    await page.getByRole('heading', { name: 'acme/website' }).waitFor();
    await page
      .getByText(`https://api.example.org/projects/${project}/integrations/${integrationId}/hook`)
      .waitFor();
    await page.getByText('Last delivery from Bitbucket').waitFor();
    expect(await page.getByText(webhookSecret).count()).toBe(0);
    await page.getByRole('button', { name: 'Show the secret' }).click();
    await page.getByText(webhookSecret, { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Validate' }).click();
    await page.getByText('The integration is valid').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    world.bitbucket.hooks.length = 0;
    await page.getByRole('button', { name: 'Validate' }).click();
    await page.getByText('The integration is not valid').waitFor();
    await page.getByText(/The repository has no webhook with the URL/).waitFor();
    expect(await violationsOf(page)).toEqual([]);

    // Expensive reads are not repeated for writes that cannot change them.
    for (const name of ['board', 'deliveries'])
      expect(api.requests.filter(({ path }) => path.endsWith(`/${name}`))).toHaveLength(1);
  });

  it('is changed without entering its secret again, and deleted after a question', async () => {
    const world = await anIntegratedProject();
    await using console = await openConsole({ world, at: `${one}/edit` });
    const { page } = console;
    const [before] = await world.integrations.listOf(project);
    await page.getByRole('checkbox', { name: 'Resync pull requests' }).click();
    await page.getByRole('button', { name: 'Build fork pull requests' }).click();
    await page.getByRole('option', { name: /^Never/ }).click();
    await field(page, 'Prune limit, in percent of all environments').fill('300');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Must be a whole number from 0 to 100').waitFor();
    await expect.poll(() => focused(page)).toBe('Prune limit, in percent of all environments');

    await field(page, 'Prune limit, in percent of all environments').fill('30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The integration is changed').waitFor();
    const [after] = await world.integrations.listOf(project);
    expect(after).toMatchObject({
      resync_pull_requests: true,
      build_fork_pull_requests: 'never',
      prune_limit: { environments: 5, percent: 30 },
      sealed_credentials: before?.sealed_credentials,
    });

    await world.environments.save(anEnvironment({ project, integration: integrationId }));
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Its environments stay as they are').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('One environment stays as it is.').waitFor();
    await page.getByRole('link', { name: '+ Add Bitbucket', exact: true }).waitFor();
    expect(await world.integrations.listOf(project)).toEqual([]);
  });

  it('shows hostile texts as they are, and fits on 320 px', async () => {
    const world = await anIntegratedProject({
      repository: `acme/${hostile.long}`,
      app_credentials: { key: hostileText },
      held_back: { digest: 'd', count: 1, ids: ['main'], because: hostileText, since: start },
    });
    await using console = await openConsole({ world, at: `${settings}/integrations` });
    const { page, open } = console;
    await page.getByText(hostile.markup).first().waitFor();
    expect(await overflowAt320(page)).toBe(0);
    await open(one);
    await page.getByRole('button', { name: 'Validate' }).click();
    await page.getByText('The integration is not valid').waitFor();
    await page.getByText(hostile.markup).first().waitFor();

    expect(await page.locator('img, a[href^="javascript"]').count()).toBe(0);
    expect(await page.title()).toBe(`acme/${hostile.long} · Website · Bough`);
    expect(await overflowAt320(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(`${one}x`);
    await page.getByText('The project has no such integration').waitFor();
  });
});

describe('a webhook that Bitbucket has refused', () => {
  it('is shown with its URL, its secret and its triggers, until it is there', async () => {
    const world = await anIntegratedProject();
    const [integration] = await world.integrations.listOf(project);
    const refused = anEndedActivity({
      id: 'refused',
      type: 'integration.bitbucket.register_hooks',
      result: 'failure',
      because: 'The webhook could not be added. Grant the permission.',
    });
    await world.integrations.save({ ...integration!, version: integration!.version + 1 }, [refused]);
    await using console = await openConsole({ world, at: one });
    const { page } = console;
    await page.getByText('The webhook was not added to the repository').waitFor();
    await page.getByText('The webhook could not be added. Grant the permission.').first().waitFor();
    await page.getByText('Repository: Push, Updated; Pull request: Created').waitFor();
    const url = `https://api.example.org/projects/${project}/integrations/${integrationId}/hook`;
    await page.getByText(url, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show the secret' }).click();
    await page.getByText(webhookSecret, { exact: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);

    const state = { active: true, missing_events: [], has_secret: true };
    world.bitbucket.hooks.push({ url, secret: webhookSecret, state });
    await page.getByRole('button', { name: 'Validate' }).click();
    await page.getByText('The integration is valid').waitFor();
    await page.getByText('The webhook was not added to the repository').waitFor({ state: 'detached' });
  });
});

describe('the board of a project', () => {
  it('has an address to send around, which a renewal ends', async () => {
    const key = { project, id: integrationId };
    const world = apiWorld();
    const sealed_log_key = await world.ports.secrets.seal('log', key, 'an old key');
    await using console = await openConsole({
      world: await anIntegratedProject({ sealed_log_key }),
      at: one,
    });
    const { page } = console;
    const open = page.getByRole('link', { name: 'Open the board' });
    const before = (await open.getAttribute('href')) ?? '';
    expect(before).toMatch(/^https:\/\/api\.example\.org\/board\//);

    await page.getByRole('button', { name: 'Renew links' }).click();
    const dialog = page.getByRole('dialog');
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Renew links' }).click();
    await page.getByText('The links are renewed').waitFor();
    await expect.poll(() => open.getAttribute('href')).not.toBe(before);
  });
});

describe('the deliveries of an integration', () => {
  it('say what became of each, lead to the activity, and show hostile names as text', async () => {
    const world = await anIntegratedProject();
    const note = { position: 0, ignored: [], change: null };
    const { deliveries } = world.ports;
    await deliveries.record(project, integrationId, {
      ...note,
      delivery: 'd1',
      at: start,
      event: 'repo:push',
      change: {
        type: 'branch.pushed',
        branch: 'main',
        because: 'the branch main is new',
        verdict: 'change',
        activity: 'activity1',
      },
    });
    await deliveries.record(project, integrationId, {
      ...note,
      delivery: 'd2',
      at: start,
      event: 'repo:push',
      ignored: [`the branch ${hostileText} is a tag`],
    });
    await using console = await openConsole({ world, at: one });
    const { page } = console;
    const table = page.getByRole('table', { name: 'Deliveries' });
    const led = table.getByRole('row').filter({ hasText: 'the branch main is new' });
    await led.getByText('Led to work').waitFor();

    expect(await led.getByRole('link').getAttribute('href')).toBe(`#/p/${project}/e/main/a/activity1`);
    await table.getByRole('row').filter({ hasText: 'is a tag' }).getByText('Ignored').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('are none before the first', async () => {
    await using console = await openConsole({ world: await anIntegratedProject(), at: one });
    await console.page.getByText('Bitbucket has not called the webhook lately').waitFor();
  });
});
