import { describe, expect, it } from 'vitest';
import { typable } from '../../shared/domain/values/text.ts';
import { anEnvironment } from '../support/api-world.ts';
import { integrationId, theProductionEnvironment } from '../support/builders.ts';
import { violationsOf } from './support/accessibility.ts';
import { anIntegratedProject } from './support/an-integrated-project.ts';
import { openConsole } from './support/console.ts';
import { hostileText } from './support/hostile.ts';
import { overflowAt320 } from './support/layout.ts';

const project = 'website';
const at = `/p/${project}/settings`;

async function worldWith(title = 'Website') {
  const world = await anIntegratedProject({}, title);
  const main = theProductionEnvironment({ project, protected: true, integration: integrationId });
  await world.environments.save(main);
  return world;
}

describe('the general settings of a project', () => {
  it('change its title and its default branch, and show what the API refuses', async () => {
    const world = await worldWith();
    world.repository.push('develop', 'B');
    await using console = await openConsole({ world, at });
    const { page } = console;
    const title = page.getByRole('textbox', { name: 'Title' });
    await title.fill(' ');
    await page.getByRole('button', { name: 'Save the title' }).click();
    await page.getByText('Required').waitFor();
    await expect.poll(() => title.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await violationsOf(page)).toEqual([]);

    await title.fill('The shop');
    await page.getByText('Required').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByText('The title is changed').waitFor();
    await page.getByRole('link', { name: 'The shop' }).waitFor();
    expect(await world.projects.get(project)).toMatchObject({ title: 'The shop' });

    const branch = page.getByRole('textbox', { name: 'Default branch' });
    await branch.fill('nowhere');
    await page.getByRole('button', { name: 'Save the default branch' }).click();
    await page.getByText('The repository has no branch nowhere. Push the branch first.').waitFor();
    await branch.fill('develop');
    await page.getByRole('button', { name: 'Save the default branch' }).click();
    await page.getByRole('link', { name: 'Follow its log' }).waitFor();
    expect((await world.integrations.listOf(project))[0]?.activities.at(-1)).toMatchObject({
      branch: 'develop',
    });
  });

  it('delete the project, protected environments too, when its title is typed', async () => {
    const world = await worldWith();
    await world.environments.save(anEnvironment({ id: 'feature/50%-off', project }));
    await using console = await openConsole({ world, at });
    const { page } = console;
    await page.getByRole('button', { name: 'Delete project' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('All 2 environments go, with sites and data, protected ones too').waitFor();
    await dialog
      .getByText('This happens in the account 123456789012, region eu-west-1, stack bough.')
      .waitFor();
    const submit = dialog.getByRole('button', { name: 'Delete project' });
    expect(await submit.isDisabled()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);

    await dialog.getByRole('textbox', { name: 'To confirm, type Website' }).fill('website');
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('Website');
    await submit.click();
    await page.getByText(/Website is being deleted/).waitFor();
    await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();

    expect((await world.projects.get(project))?.deletion).not.toBeNull();
    expect(world.effects).toMatchObject([{ type: 'project.purge', project }]);

    await console.open(at);
    await page.getByText('The project is being deleted').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('show a hostile title as it is, and fit on 320 px', async () => {
    await using console = await openConsole({ world: await worldWith(hostileText), at });
    const { page } = console;
    await page.getByRole('textbox', { name: 'Title' }).waitFor();

    expect(await page.title()).toBe(`Settings · ${typable(hostileText)} · Bough`);
    expect(await page.locator('img').count()).toBe(0);
    expect(await overflowAt320(page)).toBe(0);
    await page.getByRole('button', { name: 'Delete project' }).click();
    await page
      .getByRole('dialog')
      .getByText(/All|Its environment goes/)
      .first()
      .waitFor();
    expect(await overflowAt320(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);

    // Nobody can type the invisible characters of this title, so their visible form counts.
    const typed = page.getByRole('textbox', { name: `To confirm, type ${typable(hostileText)}` });
    await typed.fill(typable(hostileText));
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Delete project' }).isEnabled()).toBe(
      true,
    );
  });
});

describe('a console that only reads', () => {
  it('says so on each button that would change something', async () => {
    await using console = await openConsole({ world: await worldWith(), at, readOnly: true });
    const { page, open } = console;
    const button = page.getByRole('button', { name: 'Delete project' });
    await page.locator('[aria-disabled=true]').filter({ hasText: 'Delete project' }).waitFor();
    await button.focus();
    await page.getByText('This console only reads.').filter({ visible: true }).waitFor();

    await open(`${at}/integrations/${integrationId}`);
    await page.locator('[aria-disabled=true]').filter({ hasText: 'Validate' }).waitFor();
  });
});
