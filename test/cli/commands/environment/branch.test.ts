import { describe, expect, it } from 'vitest';
import { anEnvironment, anIntegration, projectId } from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const feature = anEnvironment({ id: 'feature/x' });

describe('bough environment:branch', () => {
  it('creates a child of the default environment and prints its URL', async () => {
    await using world = await cliWorldOf([feature]);

    const { code, stdout, stderr } = await world.bough(['environment:branch', 'experiment']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^https:\/\/\w+\.example\.org\/\n$/);
    expect(stderr).toContain(
      'Creating a new environment: experiment\n\nSettings will be copied and data cloned from the parent environment: main\n',
    );
    expect(await world.stored('experiment')).toMatchObject({ parent: 'main', status: 'active' });
  });

  it('warns that the next prune deletes it', async () => {
    await using world = await cliWorldOf([feature]);

    const { stderr } = await world.bough(['branch', 'experiment', '--no-wait']);

    expect(stderr).toContain(
      [
        'Selected default environment: main',
        "Warning: the project's branches are managed externally through its bitbucket integration.",
        'The next prune deletes the new environment unless the repository has a branch of that name.',
        'To view the integration, run: bough integration:get integration23',
        '',
        'Creating a new environment: experiment',
      ].join('\n'),
    );
  });

  it('lists the environments when no name is given at a terminal', async () => {
    await using world = await cliWorldOf([feature]);

    const { code, stdout } = await world.bough(['branch'], { answers: [] });

    expect(code).toBe(0);
    expect(stdout).toContain('|   feature/x ');
  });

  it('creates nothing with --dry-run', async () => {
    await using world = await cliWorldOf([feature]);

    const argv = ['branch', 'experiment', '--title', 'Try', '--no-clone-parent', '--type', 'staging'];
    const { code, stderr } = await world.bough([...argv, '--no-checkout', '--dry-run']);

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /\nCreating a new environment: Try \(experiment\) \(type: staging\)\n\nSettings will be copied from the parent environment: main\n\nDry-run mode: skipping branch operation\.\n$/,
    );
    expect(await world.stored('experiment')).toBeNull();
  });

  it('does not warn when the integration does not prune', async () => {
    await using world = await cliWorldOf([feature], anIntegration({ prune_branches: false }));

    const { code, stderr } = await world.bough(['branch', 'experiment']);

    expect(code).toBe(0);
    expect(stderr).not.toContain('Warning');
  });

  it('sends the given options', async () => {
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

  it('fails when the deployment fails', async () => {
    await using world = await cliWorldOf([feature]);
    world.work.endOf = () => ({ ending: { result: 'failure', because: '.bough/deploy failed' } });

    const { code, stdout, stderr } = await world.bough(['branch', 'experiment']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('.bough/deploy failed');
  });

  it('reports an environment without URLs', async () => {
    await using world = await cliWorldOf([feature]);
    world.work.endOf = () => ({ ending: { result: 'success', because: 'done' } });

    const { code, stdout, stderr } = await world.bough(['branch', 'experiment']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('The environment experiment has no URLs.\n');
  });

  it.each([
    [[], 'You must specify the name of the new branch.\n'],
    [['feature/x'], 'The environment feature/x already exists.\n'],
    [['experiment', 'nope'], 'Specified environment not found: nope\n'],
    [['experiment', 'main', '-e', 'feature/x'], 'not both'],
  ])('rejects %j', async (argv, message) => {
    await using world = await cliWorldOf([feature]);

    const { code, stdout, stderr } = await world.bough(['branch', ...argv]);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(await world.environments.listOf(projectId)).toHaveLength(2);
  });

  it('reports the field that the API rejects, with exit code 4', async () => {
    await using world = await cliWorldOf([feature]);

    const { code, stdout, stderr } = await world.bough(['branch', 'pr-7']);

    expect(code).toBe(4);
    expect(stderr).toMatch(/can't be branched\.\nThe following error was found:\n$/);
    expect(stdout).toMatch(/^name: Must be the name of a git branch, and not pr-<number>\./);
  });
});
