import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { call } from '../../support/running-bough.ts';
import type { Story } from '../../support/story.ts';
import { openConsoleOf } from '../support/console.ts';

/** A limit for defects in milliseconds, not a measure of speed: each page waits for real deployments. */
export const timeout = 90_000;

/** A running stack with the console open, and short ways to use both. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** The stage of a file's stories, which exists once the stories run. */
export type OnStage = () => Stage;

/** Opens the console of a running stack in a tab that stays open for all stories. */
export async function openStage(story: Story) {
  const console = await openConsoleOf(story.stack.apiUrl);
  const { page, context } = console;
  context.setDefaultTimeout(timeout);
  const requests: string[] = [];
  page.on('request', (request) => void requests.push(new URL(request.url()).pathname));
  let loads = 0;
  page.on('load', () => void loads++);
  /** The ids of the projects by their titles. */
  const projects = new Map<string, string>();

  return {
    ...shortcuts(page),
    story,
    page,
    open: console.open,
    gate: console.gate,
    problems: console.problems,
    /** The paths of all requests so far. */
    requests,
    /** The number of times that the tab was loaded again. */
    reloads: () => loads,
    projects,
    /** The address of a project's page. */
    at: (title: string, rest = '') => `/p/${projects.get(title) ?? ''}${rest}`,
    /** Asks the API about a project. */
    api: (title: string, method: string, path = '', body?: object) =>
      call(method, `${story.stack.apiUrl}/projects/${projects.get(title)}${path}`, body),
    /** The file that the slow deployment of a pull request waits for. */
    release: join(story.state, 'release'),
    /** The file to which a deployment writes its variables. */
    variables: join(story.state, 'variables'),
    close: console.close,
  };
}

function shortcuts(page: Page) {
  const dialog = page.getByRole('dialog');
  return {
    dialog,
    link: (name: string) => page.getByRole('link', { name, exact: true }),
    button: (name: string) => page.getByRole('button', { name, exact: true }),
    field: (name: string) => page.getByLabel(name, { exact: true }),
    heading: (name: string) => page.getByRole('heading', { name, exact: true }),
    text: (text: string | RegExp) => page.getByText(text).first(),
    /** The row of a table that has a link with this name. */
    row: (name: string) =>
      page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) }),
    /** Presses the button of the dialog, and waits until the dialog has closed. */
    async confirm(name: string) {
      await dialog.getByRole('button', { name, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    },
    /** Opens the log that the notice of an operation links to. */
    followLog: (activity: string | RegExp) =>
      page
        .getByRole('listitem')
        .filter({ has: page.getByText(activity) })
        .getByRole('link', { name: 'Follow its log' })
        .first()
        .click(),
    /** The site that the page of an environment links to. */
    async siteText() {
      const site = await page.getByRole('link', { name: 'Open', exact: true }).getAttribute('href');
      return (await fetch(site ?? '')).text();
    },
    /** The label of the field that has the focus. */
    focused: () =>
      page.evaluate(() => {
        const { activeElement } = document;
        return activeElement instanceof HTMLInputElement
          ? (activeElement.labels?.[0]?.textContent ?? '')
          : '';
      }),
  };
}
