import { describe, expect, it } from 'vitest';
import { anEnvironment, anIntegration, projectId } from '../support/builders.ts';
import { cliWorldOf } from '../support/cli.ts';

const feature = anEnvironment({ id: 'feature/x' });

describe('bough environment:branch', () => {
  it('makes a child of the default environment, and prints where it is', async () => {
    await using world = await cliWorldOf([feature]);

    const { code, stdout, stderr } = await world.bough(['environment:branch', 'experiment']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^https:\/\/\w+\.example\.org\/\n$/);
    expect(stderr).toContain('Creating the environment experiment (type: development), branched from main\n');
    expect(await world.stored('experiment')).toMatchObject({ parent: 'main', status: 'active' });
  });

  it('warns before that it will not last, and where to see why', async () => {
    await using world = await cliWorldOf([feature]);

    const { stderr } = await world.bough(['branch', 'experiment', '--no-wait'], { answers: ['y'] });

    expect(stderr).toContain(
      [
        'Selected default environment: main',
        "Warning: the project's branches are managed externally through its bitbucket integration.",
        'The next prune deletes what is branched here, unless the repository has a branch of that name.',
        'To view the integration, run: bough integration:get integration23',
        '',
        'Are you sure you want to branch main into experiment? [Y/n] ',
      ].join('\n'),
    );
  });

  it('does not warn when nothing is pruned', async () => {
    await using world = await cliWorldOf([feature], anIntegration({ prune_branches: false }));

    const { code, stderr } = await world.bough(['branch', 'experiment']);

    expect(code).toBe(0);
    expect(stderr).not.toContain('Warning');
  });

  it('sends what it is told', async () => {
    await using world = await cliWorldOf([feature]);

    await world.bough([
      ...['branch', 'team/experiment', 'feature/x', '--title', 'An experiment', '--type', 'staging'],
      ...['--no-clone-parent', '--resources-init', 'minimum', '--no-wait'],
    ]);

    expect(world.sent()).toEqual({
      method: 'POST',
      path: `/projects/${projectId}/environments/feature/x/branch`,
      body: {
        name: 'team/experiment',
        title: 'An experiment',
        type: 'staging',
        clone_parent: false,
        resources: { init: 'minimum' },
      },
    });
    expect(await world.stored('team/experiment')).toMatchObject({
      parent: 'feature/x',
      title: 'An experiment',
      type: 'staging',
      resources: 'minimum',
    });
  });

  it('fails when its deployment did', async () => {
    await using world = await cliWorldOf([feature]);
    world.work.endOf = () => ({ ending: { result: 'failure', because: '.bough/deploy failed' } });

    const { code, stdout, stderr } = await world.bough(['branch', 'experiment']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('.bough/deploy failed');
  });

  it('says so when there is nothing to look at', async () => {
    await using world = await cliWorldOf([feature]);
    world.work.endOf = () => ({ ending: { result: 'success', because: 'done' } });

    const { code, stdout, stderr } = await world.bough(['branch', 'experiment']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('The environment experiment has no URLs.\n');
  });

  it.each([
    [[], 'Branch name required: bough environment:branch NAME\n'],
    [['pr-7'], 'The name: Must be the name of a git branch, and not pr-<number>.'],
    [['feature/x'], 'The name: The environment feature/x exists already.'],
    [['experiment', 'nope'], 'Specified environment not found: nope\n'],
    [['experiment', 'main', '-e', 'feature/x'], 'not both'],
  ])('refuses %j', async (argv, message) => {
    await using world = await cliWorldOf([feature]);

    const { code, stdout, stderr } = await world.bough(['branch', ...argv]);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(await world.environments.listOf(projectId)).toHaveLength(2);
  });
});
