import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../local/aws/s3/storage.ts';
import { isAlive } from '../local/processes.ts';
import { eventually } from '../support/running-bough.ts';
import { beginStory, type Story, scripts } from '../support/story.ts';

/** Writes half a site, logs its process id, and then sleeps for ten minutes. */
const slow = `#!/bin/sh
echo 'half a page' > "$BOUGH_SITE_DIR/index.html"
echo "deploying as $$"
sleep 600
`;

describe('A branch is deleted while its environment is being deployed', () => {
  let story: Story;
  let commit = '';
  let script = 0;
  const activities = () => story.api(`/environments/${encodeURIComponent('feature/slow')}/activities`);

  beforeAll(async () => {
    // No schedule: a prune must not be what stops the build.
    story = await beginStory('team/shop', { BOUGH_SCHEDULE_SECONDS: '0' });
    await story.work.commit(scripts);
    await story.work.git('push', '--quiet', 'origin', 'main');
    await story.work.git('switch', '--quiet', '--create', 'feature/slow');
    commit = await story.work.commit({ '.bough/deploy': slow });
    await story.work.git('push', '--quiet', 'origin', 'feature/slow');
    await story.createProject('Shop');
    await story.on(
      'integration:add',
      ...['--type', 'bitbucket', '--repository', 'team/shop'],
      ...['--key', 'demo-key', '--secret', 'demo-secret', '--yes'],
    );
    await eventually('feature/slow is there', async () => {
      const found = await story.environment('feature/slow');
      return found?.head_commit === commit && found.status === 'inactive';
    });
  });

  afterAll(async () => story?.end());

  it('its script is at work', async () => {
    await story.on('environment:activate', 'feature/slow', '--yes', '--no-wait');

    script = await eventually('the script has begun', async () => {
      const [activity] = await activities();
      const path = `/projects/${story.project()}/activities/${activity.id}/log`;
      const log = await (await fetch(story.stack.apiUrl + path)).text();
      return Number(/deploying as (\d+)/.exec(log)?.[1]);
    });
    const [{ id }] = await activities();
    expect((await story.on('activity:log', id, '--refresh', '0')).stdout).toContain(`deploying as ${script}`);
    expect(await isAlive(script)).toBe(true);
  });

  it('its build status links to a page that says so to everybody, and reloads itself', async () => {
    const { body } = await story.onCloud('GET', `/commit/${commit}/statuses`);
    expect(body.values).toMatchObject([{ state: 'INPROGRESS', url: expect.stringContaining('/status/') }]);

    const page = await fetch(body.values[0].url);

    expect(page.status).toBe(200);
    expect(page.headers.get('refresh')).toBe('5');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).toContain('<h1>feature/slow</h1>');
    expect(text).toContain('Deploying');
    const log = /href="([^"]*\/logs\/[^"]*)"/.exec(text)?.[1] ?? '';
    expect(await (await fetch(log)).text()).toContain(`deploying as ${script}`);
  });

  it('the build is stopped, and the environment goes without waiting for it', async () => {
    const [{ id }] = await activities();

    await story.work.git('push', '--quiet', 'origin', '--delete', 'feature/slow');
    await story.isGone('feature/slow');

    expect(await story.api(`/activities/${id}`)).toMatchObject({
      state: 'cancelled',
      payload: { because: 'stopped: feature/slow is being deleted' },
    });
    expect(await isAlive(script)).toBe(false);
  });

  it('Bitbucket shows its commit as stopped', async () => {
    await eventually('the build status is final', async () => {
      const { body } = await story.onCloud('GET', `/commit/${commit}/statuses`);
      return body.values.some(({ state }: { state: string }) => state === 'STOPPED');
    });
  });

  it('leaves no site', async () => {
    await story.stack.stop();

    const storage = await openStorage(join(story.state, 's3'));
    const sites = storage.list().filter((bucket) => bucket.includes('sites'));
    const pages = sites.flatMap((bucket) => [...storage.bucket(bucket).keysFrom('')]);
    await storage.close();
    expect(pages.filter((key) => key.includes('slow'))).toEqual([]);
    expect(pages.filter((key) => key.includes('main'))).toEqual([expect.stringMatching(/index\.html$/)]);
  });
});
