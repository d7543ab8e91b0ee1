import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { theBrowser } from '../console/support/browser.ts';
import {
  aWorkingCopy,
  demoShown,
  freePort,
  type RunningBough,
  startBough,
} from '../support/running-bough.ts';

describe('the demo in a browser', () => {
  let state: string;
  let stack: RunningBough;
  let context: BrowserContext;

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'bough-demo-'));
    const variables = {
      BOUGH_PORT: String(await freePort()),
      BOUGH_STATE_DIR: state,
      BOUGH_SCHEDULE_SECONDS: '3',
    };
    stack = await startBough(variables, { seen: demoShown });
    const browser = await theBrowser();
    context = await browser.newContext({ reducedMotion: 'reduce' });
    context.setDefaultTimeout(120_000);
  });
  afterAll(async () => {
    await context?.close();
    await stack.stop();
    await rm(state, { recursive: true, force: true });
  });

  /** The address that `npm start` prints after a text. */
  const printed = (text: string) => {
    const address = new RegExp(`${text}\\s+(http:\\S+)`).exec(stack.output())?.[1];
    if (address === undefined) throw new Error(`npm start printed no address after ${text}`);
    return address;
  };
  const openPullRequest = async () => {
    const page = await context.newPage();
    await page.goto(printed('Pull request'));
    return page;
  };
  const openConsole = async () => {
    const page = await context.newPage();
    await page.goto(printed('Open the console'));
    await page.getByRole('link', { name: 'pr-1', exact: true }).waitFor();
    return page;
  };
  /** The table's row of an environment in the console. */
  const rowOf = (page: Page, id: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name: id, exact: true }) });

  it('the pull request has a link to its site, which shows data that was copied from main', async () => {
    const page = await openPullRequest();
    await page.getByRole('link', { name: 'Bough: pr-1' }).first().click();
    await page.getByText('Copied from main on').waitFor();
    await page.close();
  });

  it('the console opens with the environments of the demo, and each leads to its page and its site', async () => {
    const page = await openConsole();
    await rowOf(page, 'main').getByText('Active').waitFor();
    await rowOf(page, 'say-hello').getByText('Inactive').waitFor();
    expect(page.url()).not.toContain('t=');

    await page.getByRole('link', { name: 'pr-1', exact: true }).click();
    await page.getByRole('heading', { name: 'pr-1', level: 1 }).waitFor();
    const merge = page.getByRole('button', { name: 'Merge', exact: true });
    expect(await merge.getAttribute('aria-disabled')).toBe('true');
    const [site] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Open' }).first().click(),
    ]);
    await site.getByText('Copied from main on').waitFor();
    await site.close();
    await page.close();
  });

  it('a failed deployment leads from the pull request to its status page and its log, and shows in the open console', async () => {
    const console = await openConsole();
    const work = await aWorkingCopy(printed('git clone'));
    await work.git('fetch', '--quiet', 'origin', 'say-hello');
    await work.git('switch', '--quiet', 'say-hello');
    await work.commit({ '.bough/deploy': '#!/bin/sh\necho "The database is closed"\nexit 1\n' });
    await work.git('push', '--quiet', 'origin', 'say-hello');

    // The page of the pull request refreshes itself until the commit has a final status.
    const pullRequest = await openPullRequest();
    await pullRequest.getByText('FAILED').first().waitFor();
    await pullRequest.getByRole('link', { name: 'Bough: pr-1' }).first().click();
    await pullRequest.getByText('The last deployment failed').waitFor();
    await pullRequest.getByRole('link', { name: 'Read the log' }).first().click();
    await pullRequest.getByText('The database is closed').waitFor();
    await rowOf(console, 'pr-1')
      .getByText(/failed/i)
      .waitFor();

    await work.remove();
    await console.close();
    await pullRequest.close();
  });

  it('a merge on the page of the pull request removes its environment from the open console', async () => {
    const console = await openConsole();
    const pullRequest = await openPullRequest();
    await pullRequest.getByRole('button', { name: 'Merge' }).click();
    await pullRequest.getByText('MERGED').first().waitFor();
    await rowOf(console, 'pr-1').waitFor({ state: 'detached' });
    await rowOf(console, 'main').waitFor();
    await console.close();
    await pullRequest.close();
  });
});
