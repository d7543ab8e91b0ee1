import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../shared/domain/activities/activity.ts';
import { anActivity, anEndedActivity, apiWorld } from '../support/api-world.ts';
import {
  anIntegration,
  aProject,
  integrationId,
  start,
  theProductionEnvironment,
} from '../support/builders.ts';
import { violationsOf } from './support/accessibility.ts';
import { openConsole } from './support/console.ts';
import { hostile, hostileText } from './support/hostile.ts';
import { overflowAt320 } from './support/layout.ts';
import { distanceFromEnd, select, shownLines } from './support/log-region.ts';
import { setHidden } from './support/visibility.ts';

const project = 'website';
const id = 'activity23456';
const at = `/p/${project}/e/main/a/${id}`;

/** A world whose production environment has an activity that has not ended. */
async function worldWith(activity: Activity, ...lines: string[]) {
  const world = apiWorld();
  await world.projects.save(aProject({ id: project, title: 'Website' }));
  await world.environments.save(theProductionEnvironment({ project, activities: [activity] }));
  if (lines.length > 0) world.writeLog(project, id, ...lines);
  return world;
}

/** Ends the activity of `worldWith`. */
async function end(world: Awaited<ReturnType<typeof worldWith>>, changes: Partial<Activity> = {}) {
  const environment = await world.environments.get(project, 'main');
  await world.environments.save({ ...environment!, activities: [], version: environment!.version + 1 }, [
    anEndedActivity(changes),
  ]);
}

const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `[build] step ${from + index} of the installation`);

describe('the page of an activity', () => {
  it('shows the facts, and a log that grows and ends without a reload', async () => {
    const world = await worldWith(anActivity(), ...lines(60), '==> Publishing 1 file');
    await using console = await openConsole({ world, at });
    const { page } = console;
    await page.getByRole('heading', { name: 'Push 1a2b3c4 to main', level: 1 }).waitFor();
    await page.getByText('step 59 ').waitFor();
    await page.getByText('1a2b3c4 was pushed to main').waitFor();
    await page.getByText(/so far$/).waitFor();

    // The end of the log is followed.
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);
    expect(await violationsOf(page)).toEqual([]);

    await select(page, 'step 59 of');
    world.writeLog(project, id, 'the last line');
    world.writeLog(project, id, '==> Ready: https://example.org/');
    world.writeLog(project, id, '\u001b[32mok\u001b[39m and not');
    await end(world);
    await page.getByText('the last line').waitFor();
    await page.getByText('Succeeded').waitFor();
    await page.getByText('Complete', { exact: true }).waitFor();

    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);
    // Bough's own lines have a colour, and the output of scripts has its own.
    await page.getByText('==> Ready').waitFor();
    await page.getByText('ok and not').waitFor();
    const coloured = (name: string) =>
      page.evaluate((name) => [...(CSS.highlights.get(name) ?? [])].map(String).length, name);
    expect(await Promise.all(['bough-own', 'bough-green', 'bough-red'].map(coloured))).toEqual([2, 1, 0]);
    // New lines do not remove a selection.
    expect(await page.evaluate(() => getSelection()?.toString())).toBe('step 59 of');
    await page.getByText('30 s', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel activity' }).count()).toBe(0);

    // A log that has ended is not asked for again.
    const asked = console.api.requests.length;
    await page.clock.install();
    await page.clock.runFor(20_000);
    const logs = console.api.requests.slice(asked).filter(({ path }) => path.includes('/log'));
    expect(logs).toEqual([]);
  });

  it('asks for nothing while the tab is hidden, and catches up at once', async () => {
    const world = await worldWith(anActivity(), 'the first line');
    await using console = await openConsole({ world });
    const { page, api, open } = console;
    await page.clock.install();
    await page.reload();
    await open(at);
    await page.getByText('the first line').waitFor();

    await setHidden(page, true);
    await page.clock.runFor(2000);
    const asked = api.requests.length;
    world.writeLog(project, id, 'written in the dark');
    await page.clock.runFor(60_000);

    expect(api.requests.length).toBe(asked);

    await setHidden(page, false);
    await page.getByText('written in the dark').waitFor();
  });

  it('stays usable with a log of 5 MB, and keeps its lines while the API is away', async () => {
    const text = 'npm http fetch GET 200 https://registry.example.org/a-package 123ms (cache hit)';
    const world = await worldWith(
      anActivity(),
      ...Array.from({ length: 55_000 }, (_, index) => `${index} ${text}`),
      'the needle in the haystack',
    );
    await using console = await openConsole({ world, at });
    const { page, gate } = console;
    const count = (text: string) => page.getByRole('heading', { name: `Log (${text} lines)` }).waitFor();
    const notices = page.locator('[aria-label="Notices"]');
    await count('55,001');

    // The browser has a few hundred elements for all lines.
    expect(await page.locator('.log-block').count()).toBe(276);
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);

    await page.getByRole('searchbox', { name: 'Search in the log' }).fill('54 NPM');
    await page.getByRole('status').filter({ hasText: '1 of 550' }).waitFor();
    await expect.poll(() => shownLines(page)).toContain('54 npm http');

    gate.state.down = true;
    await notices.getByText(/^Last read \d/).waitFor();
    world.writeLog(project, id, 'after the outage');
    gate.state.down = false;
    await count('55,002');
    await notices.getByText(/^Last read \d/).waitFor({ state: 'hidden' });
    // New lines do not move what is read.
    await expect.poll(() => shownLines(page)).toContain('54 npm http');
  });

  it('is read by keyboard alone: search, next, wrap, copy, download', async () => {
    const world = await worldWith(
      anActivity(),
      `wide ${'-'.repeat(400)}`,
      ...lines(300),
      'an error here',
      ...lines(300),
    );
    await end(world);
    await using console = await openConsole({ world, at });
    const { page, context } = console;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const log = page.getByRole('region', { name: 'Log' });
    await log.waitFor();
    const tabTo = async (name: string | RegExp) => {
      for (let presses = 0; presses < 60; presses++) {
        const focused = page.locator(':focus');
        if ((await focused.count()) > 0 && (await page.getByLabel(name).and(focused).count()) > 0) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab does not reach ${name}`);
    };

    await tabTo('Copy the log');
    await page.keyboard.press('Enter');
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('\n')).toHaveLength(603);

    await tabTo('Download the log');
    const downloading = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${id}.log`);
    expect(await readFile(await download.path(), 'utf8')).toBe(copied);

    await tabTo('Search in the log');
    await page.keyboard.type('error');
    await page.getByText('1 of 1', { exact: true }).waitFor();
    await expect.poll(() => shownLines(page)).toContain('an error here');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('step 2');
    await page.keyboard.press('Enter');
    await page.getByText(/^2 of /).waitFor();
    await page.keyboard.press('Shift+Enter');
    await page.getByText(/^1 of /).waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('no such text');
    await page.getByText('Not found').waitFor();

    await tabTo('Wrap lines');
    await page.keyboard.press('Space');
    expect(await log.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);

    await tabTo('Log');
    await page.keyboard.press('End');
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);
    await page.locator('.log.following').waitFor();
    await page.keyboard.press('Home');
    await expect.poll(() => shownLines(page)).toContain('step 0 ');
  });

  it('shows hostile texts as they are, and fits on 320 px', async () => {
    const world = await worldWith(
      anActivity({ text: `Push ${hostileText}`, because: hostileText }),
      hostile.markup,
      hostile.script,
      hostile.direction,
      '\u001b[31mred\u001b[0m \u001b[2J\u0007bell\rover',
      hostile.long,
    );
    await using console = await openConsole({ world, at });
    const { page } = console;
    await page.getByRole('region', { name: 'Log' }).waitFor();

    expect(await page.title()).not.toBe('owned');
    const shown = await page.getByRole('region', { name: 'Log' }).textContent();
    expect(shown).toContain(hostile.markup);
    expect(shown).toContain('abc\\u202egpj.exe\\u2066\\u200b');
    expect(shown).toContain('red \\u0007bell\nover');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain(hostile.markup);
    expect(await overflowAt320(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('cancels an activity, after a question', async () => {
    const world = await worldWith(anActivity(), 'a line');
    await using console = await openConsole({ world, at });
    const { page } = console;
    await page.getByRole('button', { name: 'Cancel activity' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Push 1a2b3c4 to main').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel activity' }).click();
    await dialog.waitFor({ state: 'detached' });

    expect((await world.environments.get(project, 'main'))?.activities[0]?.cancelled_because).toBe(
      'ada cancelled it',
    );
  });

  it('says what a pending activity waits for, and why an ended one has no log', async () => {
    const delay = {
      because: 'AWS runs 2 builds at once',
      since: start,
      next_try: '2026-11-22T10:10:00.000Z',
    };
    const world = await worldWith(anActivity({ delay }));
    await using console = await openConsole({ world, at });
    const { page, open } = console;
    await page.getByText('AWS runs 2 builds at once').first().waitFor();
    await page.getByText('The log begins when the activity starts.').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    const cancelled = { id: 'never', state: 'cancelled', result: null, started_at: null } as const;
    const old = { id: 'old', completed_at: '2020-01-01T10:00:00.000Z' };
    const failed = {
      id: 'failed',
      result: 'failure',
      because: 'the script .bough/deploy ended with 1',
    } as const;
    await end(world, cancelled);
    await end(world, old);
    await end(world, failed);
    await open(`/p/${project}/e/main/a/never`);
    await page.getByText('The activity ended before it started, so it has no log.').waitFor();
    await open(`/p/${project}/e/main/a/old`);
    await page.getByText(/The log is gone since Jan 31, 2020/).waitFor();
    await open(`/p/${project}/e/main/a/failed`);
    await page.getByText('The activity failed').waitFor();
    await page.getByText('the script .bough/deploy ended with 1').first().waitFor();
    await page.getByText('The activity wrote no log.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await open(`/p/${project}/e/main/a/missing`);
    await page.getByText('There is no such activity').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('shows the activities of an integration and of the project too', async () => {
    const world = apiWorld();
    await world.projects.save(aProject({ id: project, title: 'Website' }));
    const text = 'Fetch acme/website';
    await world.integrations.save(
      anIntegration({ project, activities: [anActivity({ type: 'integration.bitbucket.fetch', text })] }),
    );
    world.writeLog(project, id, 'Reading branches...');
    await using console = await openConsole({ world, at: `/p/${project}/a/${id}` });
    const { page } = console;
    await page.getByText('Reading branches...').waitFor();

    expect(await page.getByRole('link', { name: 'The integration' }).getAttribute('href')).toBe(
      `#/p/${project}/settings/integrations/${integrationId}`,
    );
  });
});
