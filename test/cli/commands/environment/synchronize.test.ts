import { describe, expect, it } from 'vitest';
import { aLink, anEnvironment, aPullRequestEnvironment, projectId } from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const base = `/projects/${projectId}/environments`;
const asleep = anEnvironment({ id: 'feature/x' });
const pullRequest = aPullRequestEnvironment();

describe('bough environment:synchronize', () => {
  it.each([
    ['data', ['data'], {}],
    ['what a person agrees to', [], { answers: ['y'] }],
  ])('copies %s from the parent', async (_, argv, options) => {
    await using world = await cliWorldOf([aPullRequestEnvironment({ pull_request: aLink() })]);

    const { code, stderr } = await world.bough(['sync', ...argv, '-e', 'pr-1'], options);

    expect(code).toBe(0);
    expect(stderr).toContain('Synchronize the data of pr-1 from main');
    expect(world.sent()).toEqual({
      method: 'POST',
      path: `${base}/pr-1/synchronize`,
      body: { synchronize_data: true, synchronize_code: false },
    });
  });

  it('overwrites nothing unless it is named when the terminal is not interactive', async () => {
    await using world = await cliWorldOf([pullRequest]);

    const { code, stderr } = await world.bough(['sync', '-e', 'pr-1']);

    expect(code).toBe(1);
    expect(stderr).toMatch(/\nYou did not select anything to synchronize\.\n$/);
    expect(await world.stored('pr-1')).toEqual(pullRequest);
  });

  it('overwrites nothing when the user presses Enter', async () => {
    await using world = await cliWorldOf([pullRequest]);

    const { code, stderr } = await world.bough(['sync', '-e', 'pr-1'], { answers: [''] });

    expect(code).toBe(1);
    expect(stderr).toContain('Do you want to synchronize data from main to pr-1? [y/N]');
    expect(await world.stored('pr-1')).toEqual(pullRequest);
  });

  it('notes that --rebase applies to code only', async () => {
    await using world = await cliWorldOf([aPullRequestEnvironment({ pull_request: aLink() })]);

    const { code, stderr } = await world.bough(['sync', 'data', '--rebase', '-e', 'pr-1']);

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Note: you specified the --rebase option, but this only applies to synchronizing code/,
    );
  });

  it.each([[['code']], [['code', 'data']], [['both']]])('does not synchronize %j', async (what) => {
    await using world = await cliWorldOf([pullRequest]);

    const { code, stderr } = await world.bough(['sync', ...what, '-e', 'pr-1'], { answers: [] });

    expect(code).toBe(1);
    expect(stderr).toContain(
      "Code cannot be synchronized as it is managed by the project's bitbucket integration.",
    );
    expect(await world.stored('pr-1')).toEqual(pullRequest);
  });

  it.each([
    [['files'], 'Invalid value: files (it must be one of: code, data or both).'],
    [['resources'], 'Resources cannot be synchronized'],
    [['data', '-e', 'main'], 'The environment does not have a parent.'],
    [['data', '-e', 'feature/x'], 'The environment is not active.'],
  ])('rejects %j', async (argv, message) => {
    await using world = await cliWorldOf([asleep]);

    const { code, stderr } = await world.bough(['sync', ...argv]);

    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
