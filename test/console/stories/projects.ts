import { expect, it } from 'vitest';
import { type OnStage, timeout } from './stage.ts';

/** The first project, which is created where the list is empty. */
export function creationOfProjects(on: OnStage): void {
  it('creates the first project', async () => {
    const { page, field, link, projects } = on();
    await page.getByText('No project yet').waitFor();
    await field('Title').fill('Shop');
    await page.keyboard.press('Enter');
    await link('+ Add integration').waitFor();

    projects.set('Shop', idIn(page.url()));
  });

  it('creates another project from the list', async () => {
    const { page, open, button, dialog, link, row, projects } = on();
    await open('/');
    await row('Shop').getByText('No integration yet').waitFor();
    await button('Create project').click();
    await dialog.getByLabel('Title').fill('Books');
    await page.keyboard.press('Enter');
    await link('+ Add integration').waitFor();

    projects.set('Books', idIn(page.url()));
  });
}

const idIn = (url: string) => /#\/p\/(\w+)/.exec(url)?.[1] ?? '';

/** The settings of a project. */
export function settingsOfProjects(on: OnStage): void {
  it('changes the title of a project', async () => {
    const { open, at, field, button, link, text, api } = on();
    await open(at('Books', '/settings'));
    await field('Title').fill('All books');
    await button('Save the title').click();
    await text('The title is changed').waitFor();
    await link('All books').waitFor();

    expect((await api('Books', 'GET')).body.title).toBe('All books');
  });

  it('changes the default branch, and the log of that leads to the new production environment', async () => {
    const { page, open, at, field, button, followLog, row, text } = on();
    await field('Default branch').fill('next');
    await button('Save the default branch').click();
    await followLog(/default branch/i);
    await text('Succeeded').waitFor();
    await open(at('Books'));
    await row('next').getByText('production').waitFor();
    await row('next').getByText('Active').waitFor();

    await expect.poll(() => page.getByText(/^production$/i).count(), { timeout }).toBe(1);
  });
}

/** The deletion of projects, which ends in an empty list. */
export function deletionOfProjects(on: OnStage): void {
  it('deletes a project when its title is typed', async () => {
    const { open, at, button, dialog, confirm, text, row } = on();
    await open(at('Books', '/settings'));
    await button('Delete project').click();
    const submit = dialog.getByRole('button', { name: 'Delete project' });
    await dialog.getByRole('textbox').fill('All book');
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('All books');
    await confirm('Delete project');
    await text(/All books is being deleted/).waitFor();
    await row('All books').waitFor({ state: 'detached' });

    await row('Shop').waitFor();
  });

  it('has an empty list when the last project is gone', async () => {
    const { open, at, button, dialog, confirm, text, api } = on();
    await open(at('Shop', '/settings'));
    await button('Delete project').click();
    await dialog.getByRole('textbox').fill('Shop');
    await confirm('Delete project');
    await text('No project yet').waitFor();

    expect((await api('Shop', 'GET')).status).toBe(404);
  });
}
