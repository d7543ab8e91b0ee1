import { describe, expect, it } from 'vitest';
import { monitoringLinks } from '../../console/pages/operations/monitoring-links.ts';
import { aDeadLetter, aMessageFailure, apiWorld } from '../support/api-world.ts';
import { violationsOf } from './support/accessibility.ts';
import { openConsole } from './support/console.ts';
import { hostileText } from './support/hostile.ts';
import { overflowAt320 } from './support/layout.ts';

const at = '/operations';

function worldWithLetters() {
  const world = apiWorld();
  world.post.letters.push(
    aDeadLetter(),
    aDeadLetter({
      id: 'letter-2',
      queue: 'activities',
      body: JSON.stringify({ type: 'environment.run', project: 'p1' }),
    }),
    aDeadLetter({ id: 'tick', queue: 'prune', body: '{}' }),
  );
  world.post.reasons.set('letter-1', aMessageFailure());
  return world;
}

describe('the page of operations', () => {
  it('lists dead letters with their reasons, and replays and drops the chosen ones', async () => {
    const world = worldWithLetters();
    await using console = await openConsole({ world, at });
    const { page, api } = console;
    await page.getByText('DynamoDB is away').waitFor();
    await page.getByText('Search for letter-2 in the log of Activities.').waitFor();
    expect(await page.getByRole('button', { name: 'Replay' }).isDisabled()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('checkbox', { name: 'Select branch.pushed letter-1' }).check();
    await page.getByRole('checkbox', { name: 'Select prune tick' }).check();
    await page.getByRole('button', { name: 'Replay' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('One dead letter of the schedule is left out').waitFor();
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual(['branch.pushed of p1']);
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('One dead letter replayed').waitFor();
    await page.getByText('DynamoDB is away').waitFor({ state: 'detached' });
    expect(world.post.replayed.map(({ id }) => id)).toEqual(['letter-1']);

    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await page.getByRole('button', { name: 'Drop' }).click();
    await dialog.getByText('This cannot be undone').waitFor();
    await dialog.getByRole('button', { name: 'Drop' }).click();
    await page.getByText('Nothing was given up').waitFor();
    expect(world.post.letters).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);

    // The checks ask AWS and Bitbucket, so no write repeats them.
    expect(api.requests.filter(({ path }) => path === '/doctor')).toHaveLength(1);
    // Reading dead letters hides them from others, so the page does not poll.
    const reads = () => api.requests.filter(({ path }) => path === '/dead-letters').length;
    const before = reads();
    await page.clock.install();
    await page.clock.runFor(60_000);
    expect(reads()).toBe(before);
    await page.getByRole('button', { name: 'Read the dead letters again' }).click();
    await expect.poll(reads).toBe(before + 1);
  });

  it('shows the checks of bough doctor, problems first, and makes them again', async () => {
    const world = apiWorld();
    world.aws.facts.schedule = { value: false };
    await using console = await openConsole({ world, at });
    const { page } = console;
    const checks = page.getByRole('table', { name: 'Checks' });
    await checks.getByText('Problem').first().waitFor();
    expect(await checks.getByRole('row').nth(1).innerText()).toContain('Problem');

    world.aws.facts.schedule = { value: true };
    await page.getByRole('button', { name: 'Check again' }).click();
    await checks.getByText('Problem').first().waitFor({ state: 'detached' });
    expect(await page.getByRole('link', { name: 'Alarms in CloudWatch' }).getAttribute('href')).toBe(
      'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:?search=bough%3A',
    );
  });

  it('shows hostile texts as they are, and fits on 320 px', async () => {
    const world = worldWithLetters();
    world.post.letters[0] = aDeadLetter({
      body: JSON.stringify({ type: hostileText, project: hostileText }),
    });
    world.post.reasons.set('letter-1', aMessageFailure({ because: hostileText }));
    await using console = await openConsole({ world, at });
    const { page } = console;
    await page.getByText('<img src=x').first().waitFor();

    expect(await page.locator('img, a[href^="javascript"]').count()).toBe(0);
    expect(await overflowAt320(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
  });

  it.each([
    ['eu-central-1', 'eu-central-1.console.aws.amazon.com'],
    ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
    ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ])('links to the pages of the partition of %s', (region, host) => {
    const { alarms, dashboard } = monitoringLinks('bough', region);

    expect(new URL(alarms).host).toBe(host);
    expect(dashboard).toBe(
      `https://${host}/cloudwatch/home?region=${region}#dashboards/dashboard/bough-${region}`,
    );
  });
});
