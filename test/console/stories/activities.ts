import { rm, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { user } from '../../support/story.ts';
import type { OnStage, Stage } from './stage.ts';

/** A deployment that prints a line, waits until the stories go on, and prints another line. */
const slowDeployment = ({ release, variables }: Stage) => `#!/bin/sh
env > '${variables}'
echo "The database starts"
while [ ! -e '${release}' ]; do sleep 0.2; done
echo "The database is ready"
echo "A gift" > "$BOUGH_SITE_DIR/index.html"
`;

/** A pull request from a fork, and the logs of its deployments. */
export function useOfActivities(on: OnStage): void {
  it('shows a pull request of a fork that waits for approval', async () => {
    const stage = on();
    const { story, open, at, row, link, text } = stage;
    await open(at('Shop'));
    await story.onCloud('POST', '/forks', { workspace: { slug: 'stranger' } });
    const { git, commit } = story.work;
    await git('switch', '--quiet', '--create', 'gift', 'main');
    await commit({ '.bough/deploy': slowDeployment(stage) });
    await git(
      'push',
      '--quiet',
      `${story.playground.url.replace('//', `//${user}@`)}/stranger/shop.git`,
      'gift',
    );
    await story.onCloud('POST', '/pullrequests', {
      title: 'A gift',
      source: { branch: { name: 'gift' }, repository: { full_name: 'stranger/shop' } },
    });
    await row('pr-2').getByText('Waiting', { exact: true }).waitFor();
    await link('pr-2').click();
    await text(/waits for approval/).waitFor();
  });

  it('approves the commit of the fork, and its log grows and ends', async () => {
    const { story, page, button, dialog, confirm, followLog, text, release } = on();
    await button('Activate').click();
    await dialog.getByText(await story.work.git('rev-parse', 'gift')).waitFor();
    await dialog.getByText('stranger/shop').waitFor();
    await confirm('Approve and activate');
    await followLog(/^Activate pr-2/);
    await text('The database starts').waitFor();
    await page.getByText('In progress').first().waitFor();
    expect(await page.getByText('The database is ready').count()).toBe(0);

    await writeFile(release, '');
    await text('The database is ready').waitFor();
    await text('Succeeded').waitFor();
    await page.getByText('Complete', { exact: true }).waitFor();
  });

  it('has deployed exactly that commit', async () => {
    const { open, at, siteText } = on();
    await open(at('Shop', '/e/pr-2'));

    expect(await siteText()).toBe('A gift\n');
  });

  it('cancels a deployment from the page of its log', async () => {
    const { page, button, confirm, followLog, text, release } = on();
    await rm(release);
    await button('Redeploy').click();
    await followLog('Redeploy pr-2');
    await text('The database starts').waitFor();
    await button('Cancel activity').click();
    await confirm('Cancel activity');
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
  });
}
