import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../../shared/domain/environment.ts';
import { anActivity } from '../../../support/api-world.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  projectId,
} from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const asleep = anEnvironment({ id: 'feature/x' });
const pullRequest = aPullRequestEnvironment();

describe('bough environment:deactivate', () => {
  it('puts active environments to sleep, and lets others be', async () => {
    await using world = await cliWorldOf([asleep, pullRequest]);

    const { code, stderr } = await world.bough(['environment:deactivate', 'feature/x', 'pr-1']);

    expect(code).toBe(0);
    expect(stderr).toContain('The environment feature/x (type: development) is already inactive.\n');
    expect(await world.stored('pr-1')).toMatchObject({ status: 'inactive', deployment: null });
  });

  it('refuses the default environment', async () => {
    await using world = await cliWorldOf([]);

    const { code, stderr } = await world.bough(['environment:deactivate', 'main']);

    expect(code).toBe(1);
    expect(stderr).toContain('The default environment cannot be deactivated.');
  });
});

/** One that no integration keeps. */
const own = (id: string, changes: Partial<Environment> = {}) =>
  anEnvironment({ id, has_remote: false, ...changes });
const ownActive = (id: string) => anActiveEnvironment({ id, has_remote: false });

describe('bough environment:delete', () => {
  it.each<[string, Environment, string[], string | undefined]>([
    ['deactivates an active one', ownActive('experiment'), [], 'inactive'],
    ['deactivates an active one', ownActive('experiment'), ['--no-delete-branch'], 'inactive'],
    ['deletes an active one at once', ownActive('experiment'), ['--delete-branch'], undefined],
    ['deletes an inactive one', own('experiment'), [], undefined],
    ['keeps an inactive one', own('experiment'), ['--no-delete-branch'], 'inactive'],
  ])('%s', async (_, environment, flags, status) => {
    await using world = await cliWorldOf([environment]);

    const { code } = await world.bough(['environment:delete', 'experiment', ...flags]);

    expect(code).toBe(0);
    expect((await world.stored('experiment'))?.status).toBe(status);
  });

  it('says what is selected and what will be lost, and asks', async () => {
    await using world = await cliWorldOf([ownActive('experiment')]);

    const { code, stdout, stderr } = await world.bough(['environment:delete', 'experiment'], {
      answers: ['y'],
    });

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr.split('\n').slice(0, 9)).toEqual([
      '1 environment found by ID.',
      '',
      'Selected environment: experiment',
      '',
      'The environment experiment (type: development) is currently active.',
      'Deleting it will delete all associated data.',
      'Are you sure you want to delete this environment? [Y/n] y',
      '',
      'Deleting environment experiment',
    ]);
  });

  it('asks a person whether the inactive environment shall go too, when no integration prunes', async () => {
    const keeping = anIntegration({ prune_branches: false });
    await using world = await cliWorldOf([ownActive('experiment')], keeping);

    const { code, stderr } = await world.bough(['environment:delete', 'experiment'], {
      answers: ['y', 'y'],
    });

    expect(code).toBe(0);
    expect(stderr).toContain('Delete the inactive environment (Git branch) too? [Y/n] y\n');
    expect(await world.stored('experiment')).toBeNull();
  });

  it('does nothing when the answer is no', async () => {
    const environments = [ownActive('experiment'), own('sketch')];
    await using world = await cliWorldOf(environments);

    const { code, stderr } = await world.bough(['environment:delete', 'experiment', 'sketch'], {
      answers: ['n', 'n'],
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(/\nNo environments to delete\.\n$/);
    expect([await world.stored('experiment'), await world.stored('sketch')]).toEqual(environments);
  });

  it('refuses to delete an inactive one whose branch the repository has', async () => {
    await using world = await cliWorldOf([asleep]);

    const { code, stderr } = await world.bough(['environment:delete', 'feature/x'], { answers: [] });

    expect(code).toBe(1);
    expect(stderr).toContain(
      "The project's branches are managed externally through its bitbucket integration, so inactive environments cannot be deleted directly.\n",
    );
    expect(await world.stored('feature/x')).toEqual(asleep);
  });

  it('deletes those of several inactive ones that no integration keeps', async () => {
    await using world = await cliWorldOf([asleep, own('sketch')]);

    const { code, stderr } = await world.bough(['environment:delete', '--inactive']);

    expect(code).toBe(1);
    expect(stderr).toContain('2 inactive environments found.\n');
    expect(stderr).toContain('These are: feature/x\n');
    expect(stderr).toContain('Deleting inactive environment sketch\n');
    expect(await world.stored('feature/x')).toEqual(asleep);
    expect(await world.stored('sketch')).toBeNull();
  });

  it('refuses to delete an active one for good whose branch the repository has', async () => {
    const environment = anActiveEnvironment();
    await using world = await cliWorldOf([environment]);

    const { code, stderr } = await world.bough(['environment:delete', 'feature/x', '--delete-branch']);

    expect(code).toBe(1);
    expect(stderr).toContain("Operation not available: The environment feature/x can't be deleted.\n");
    expect(stderr).toContain(
      "The project's branches are managed externally through its bitbucket integration",
    );
    expect(await world.stored('feature/x')).toEqual(environment);
  });

  it('never takes the data of one that was inactive when it was agreed to', async () => {
    await using world = await cliWorldOf([own('sketch')]);
    const woken = { ...ownActive('sketch'), version: 2 };
    const answers = [
      async () => {
        await world.environments.save(woken);
        return 'y';
      },
    ];

    const { code, stderr } = await world.bough(['environment:delete', 'sketch'], { answers });

    expect(code).toBe(1);
    expect(stderr).toContain('The environment is not inactive any more.');
    expect(await world.stored('sketch')).toEqual(woken);
  });

  it.each([
    [
      'is being deleted',
      anActivity({ type: 'environment.delete' }),
      0,
      'The environment experiment (type: development) is already being deleted.\n',
    ],
    [
      'is busy',
      anActivity(),
      1,
      "The environment experiment (type: development) has in-progress activity, and therefore can't be deleted yet.\n",
    ],
  ])('lets one be that %s', async (_, activity, code, message) => {
    await using world = await cliWorldOf([own('experiment', { status: 'active', activities: [activity] })]);

    const result = await world.bough(['environment:delete', 'experiment']);

    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(result.stderr).toMatch(/\nNo environments to delete\.\n$/);
  });

  it('deletes nothing when nothing is named', async () => {
    await using world = await cliWorldOf([own('sketch')]);

    const { code, stderr } = await world.bough(['environment:delete', '--yes']);

    expect([code, stderr]).toEqual([
      0,
      'No environments to delete.\nFor help, run: bough help environment:delete\n',
    ]);
    expect(await world.stored('sketch')).not.toBeNull();
  });

  it('spares the default environment, however much is selected', async () => {
    await using world = await cliWorldOf([own('sketch')]);

    const { code } = await world.bough([
      'environment:delete',
      '*',
      '--allow-delete-parent',
      '--delete-branch',
    ]);

    expect(code).toBe(1);
    expect(await world.stored('main')).toMatchObject({ status: 'active' });
    expect(await world.stored('sketch')).toBeNull();
  });
});

describe('bough environment:delete for one that has children', () => {
  const family = [own('parent'), own('child', { parent: 'parent' })];

  it.each([[['parent']], [['parent', 'child']], [['*']], [['--inactive', '--delete-branch']]])(
    'keeps the parent with %j',
    async (argv) => {
      await using world = await cliWorldOf(family);

      const { stderr } = await world.bough(['environment:delete', '--yes', ...argv]);

      expect(stderr).toMatch(/excluded as (it has|they have) child environment\(s\)\.\n/);
      expect(stderr).toContain('You can skip this check using: --allow-delete-parent\n');
      expect(await world.stored('parent')).toEqual(family[0]);
    },
  );

  it('deletes it when that is allowed, and its children get its parent', async () => {
    await using world = await cliWorldOf(family);

    const { code } = await world.bough(['environment:delete', 'parent', '--allow-delete-parent']);

    expect(code).toBe(0);
    expect(await world.stored('parent')).toBeNull();
    expect(await world.stored('child')).toMatchObject({ parent: 'main' });
  });
});

describe('which environments bough environment:delete selects', () => {
  const all = [
    own('test-1'),
    own('test-2', { type: 'staging' }),
    ownActive('live'),
    own('50%-off'),
    own('50-percent-off'),
    own('a,b'),
    own('a'),
  ];

  it.each<[string[], string]>([
    [['test-1'], 'test-1'],
    [['test-1,live'], 'live, test-1'],
    [['test-1 live', 'a'], 'a, live, test-1'],
    [['-e', 'test-1', 'live'], 'live, test-1'],
    [['test-*'], 'test-1, test-2'],
    [['%-off'], '50-percent-off, 50%-off'],
    // What is an id means that one, whatever characters it has.
    [['50%-off'], '50%-off'],
    [['a,b'], 'a,b'],
    [['--type', 'staging'], 'test-2'],
    [['--type', 'staging', 'live'], 'live, test-2'],
    [['--status', 'active', '--exclude', 'main'], 'live'],
    [['test-*', '--only-type', 'staging'], 'test-2'],
    [['test-*', '--exclude-type', 'staging'], 'test-1'],
    [['*', '--only-status', 'active', '--exclude', 'm*'], 'live'],
    [['--inactive', '--exclude', 'a,test-*,50*', '--exclude-status', 'active'], 'a,b'],
  ])('%j', async (argv, selected) => {
    await using world = await cliWorldOf(all);

    const { stderr } = await world.bough(['environment:delete', '--no', ...argv]);

    expect(/^Selected environments?: (.*)$/m.exec(stderr)?.[1]).toBe(selected);
    expect((await world.environments.listOf(projectId)).length).toBe(all.length + 1);
  });

  it.each([
    [
      ['nope', 'test-1'],
      ['Environment not found: nope', '1 environment found by ID.'],
    ],
    [['nope-*'], ['Environment not found: nope-*', '0 environments found by ID.']],
    [['--merged'], ['0 merged environments found.']],
    [['--type', 'staging,production'], ['2 environments found matching type(s): staging, production']],
    [['--status', 'active'], ['2 environments found with the status(es): active']],
    [
      ['*', '--exclude-type', 'staging'],
      ['8 environments found by ID.', '1 environment excluded by type.'],
    ],
    [['*', '--exclude-status', 'active'], ['2 environments excluded by status.']],
    [['*', '--exclude', 'test-*'], ['2 environments excluded by ID.']],
  ])('tells of %j', async (argv, lines) => {
    await using world = await cliWorldOf(all);

    const { stderr } = await world.bough(['environment:delete', '--no', ...argv]);

    expect(stderr.split('\n')).toEqual(expect.arrayContaining(lines));
  });

  it('deletes what it finds and fails for what it does not', async () => {
    await using world = await cliWorldOf(all);

    const { code } = await world.bough(['environment:delete', 'nope', 'test-1']);

    expect(code).toBe(1);
    expect(await world.stored('test-1')).toBeNull();
  });

  it('is not asked for all inactive ones without deleting them', async () => {
    await using world = await cliWorldOf(all);

    expect(await world.bough(['environment:delete', '--inactive', '--no-delete-branch'])).toMatchObject({
      code: 1,
      stderr: 'The option --no-delete-branch cannot be combined with --inactive.\n',
    });
  });
});

describe.each([
  ['environment:deactivate', 'inactive', []],
  ['environment:delete', undefined, ['--delete-branch']],
])('bough %s of a protected environment', (command, status, flags) => {
  const guarded = { ...ownActive('experiment'), protected: true };
  const argv = [command, 'experiment', ...flags];

  it('asks a second time, and wants the ID typed', async () => {
    await using world = await cliWorldOf([guarded]);

    const { code, stderr } = await world.bough(argv, { answers: ['y', 'experiment'] });

    expect(code).toBe(0);
    expect(stderr).toContain('The environment experiment (type: development) is protected.\nType its ID');
    expect((await world.stored('experiment'))?.status).toBe(status);
  });

  it.each([
    ['another ID', [], ['y', 'main'], 'Incorrect ID (expected: experiment)'],
    ['--yes alone', ['--yes'], undefined, 'Add --delete-protected to delete its data all the same.'],
  ])('does nothing for %s', async (_, more, answers, told) => {
    await using world = await cliWorldOf([guarded]);

    const { code, stderr } = await world.bough([...argv, ...more], answers ? { answers } : {});

    expect(code).toBe(1);
    expect(stderr).toContain(told);
    expect(await world.stored('experiment')).toEqual(guarded);
  });

  it('asks nobody with --delete-protected and --yes', async () => {
    await using world = await cliWorldOf([guarded]);

    expect((await world.bough([...argv, '--yes', '--delete-protected'])).code).toBe(0);
    expect((await world.stored('experiment'))?.status).toBe(status);
  });
});
