import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, eventually } from '../support/running-bough.ts';
import { beginStory, type Story } from '../support/story.ts';

const branches = Array.from({ length: 29 }, (_, index) => `branch-${index}`);
const seconds = 120;

describe('A repository is pushed with 29 of its 30 branches missing', { timeout: seconds * 1000 }, () => {
  let story: Story;
  const environments = async (): Promise<{ id: string }[]> => story.api('/environments');
  const integration = async () => (await story.api('/integrations'))[0];

  beforeAll(async () => {
    // No schedule: the test is about the delivery and the commands.
    story = await beginStory('team/shop', { BOUGH_SCHEDULE_SECONDS: '0' });
    for (const branch of branches) await story.work.git('branch', branch);
    await story.work.git('push', '--quiet', 'origin', '--all');
    await story.createProject('Shop');
    await story.on(
      'integration:add',
      ...['--type', 'bitbucket', '--repository', 'team/shop'],
      ...['--key', 'demo-key', '--secret', 'demo-secret', '--yes'],
    );
    await eventually('there are 30', async () => (await environments()).length === 30, seconds);
  }, seconds * 1000);

  afterAll(async () => story?.end());

  it('and nothing is deleted', async () => {
    await story.work.git('push', '--quiet', 'origin', '--delete', ...branches);

    const { held_back } = await eventually(
      'deletions are held back',
      async () => {
        const found = await integration();
        return found.held_back ? found : null;
      },
      seconds,
    );

    expect(held_back).toMatchObject({
      count: 29,
      because: expect.stringContaining('29 of 30 environments'),
    });
    expect(await environments()).toHaveLength(30);
  });

  it('integration:get and integration:validate say so, and a dry run lists every environment', async () => {
    expect((await story.on('integration:get', '--property', 'held_back.count')).stdout).toBe('29\n');
    const { id } = await integration();
    const url = `${story.stack.apiUrl}/projects/${story.project()}/integrations/${id}/validate`;
    expect(await call('POST', url)).toMatchObject({
      status: 400,
      body: {
        detail: { held_back: expect.stringContaining('29 of 30 environments would be deleted at once') },
      },
    });
    const { stdout } = await story.on(
      'integration:prune',
      ...['--dry-run', '--format', 'tsv', '--no-header', '--columns', 'environment,change'],
    );
    expect(stdout.trim().split('\n').toSorted()).toEqual(
      branches.map((branch) => `${branch}\theld back`).toSorted(),
    );
  });

  it('a prune goes on with what is new, and deletes nothing', async () => {
    await story.work.git('push', '--quiet', 'origin', 'main:new');

    await story.on('integration:prune');

    await eventually('there are 31', async () => (await environments()).length === 31, seconds);
  });

  it('a confirmation deletes exactly them', async () => {
    await story.on('integration:prune', '--confirm', '--yes');

    await eventually('two are left', async () => (await environments()).length === 2, seconds);
    expect((await environments()).map(({ id }) => id)).toEqual(['main', 'new']);
    expect((await integration()).held_back).toBeNull();
    expect(await story.on('integration:validate')).toMatchObject({
      stderr: expect.stringContaining('The integration is valid.'),
    });
  });
});
