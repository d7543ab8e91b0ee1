import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../../shared/domain/environments/environment.ts';
import { anActivity } from '../../../support/api-world.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
} from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const inactive = anEnvironment({ id: 'feature/x' });
const pullRequest = aPullRequestEnvironment();

describe('bough environment:deactivate', () => {
  it('deactivates active environments and skips others', async () => {
    await using world = await cliWorldOf([inactive, pullRequest]);

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

/** An environment that no integration keeps. */
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

  it('shows the selection and the loss, and asks', async () => {
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

  it('asks whether to delete the inactive environment too when no integration prunes', async () => {
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

  it('refuses to delete an inactive environment whose branch exists', async () => {
    await using world = await cliWorldOf([inactive]);

    const { code, stderr } = await world.bough(['environment:delete', 'feature/x'], { answers: [] });

    expect(code).toBe(1);
    expect(stderr).toContain(
      "The project's branches are managed externally through its bitbucket integration, so inactive environments cannot be deleted directly.\n",
    );
    expect(await world.stored('feature/x')).toEqual(inactive);
  });

  it('deletes the inactive environments that no integration keeps', async () => {
    await using world = await cliWorldOf([inactive, own('sketch')]);

    const { code, stderr } = await world.bough(['environment:delete', '--inactive']);

    expect(code).toBe(1);
    expect(stderr).toContain('2 inactive environments found.\n');
    expect(stderr).toContain('These are: feature/x\n');
    expect(stderr).toContain('Deleting inactive environment sketch\n');
    expect(await world.stored('feature/x')).toEqual(inactive);
    expect(await world.stored('sketch')).toBeNull();
  });

  it('refuses to delete an active environment whose branch exists', async () => {
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

  it('never deletes data of an environment that was inactive when the user confirmed', async () => {
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
  ])('skips an environment that %s', async (_, activity, code, message) => {
    await using world = await cliWorldOf([own('experiment', { status: 'active', activities: [activity] })]);

    const result = await world.bough(['environment:delete', 'experiment']);

    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(result.stderr).toMatch(/\nNo environments to delete\.\n$/);
  });

  it('deletes nothing without a selection', async () => {
    await using world = await cliWorldOf([own('sketch')]);

    const { code, stderr } = await world.bough(['environment:delete', '--yes']);

    expect([code, stderr]).toEqual([
      0,
      'No environments to delete.\nFor help, run: bough help environment:delete\n',
    ]);
    expect(await world.stored('sketch')).not.toBeNull();
  });

  it('never deletes the default environment', async () => {
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

describe('bough environment:delete for an environment with children', () => {
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

  it('deletes it with --allow-delete-parent and moves its children to its parent', async () => {
    await using world = await cliWorldOf(family);

    const { code } = await world.bough(['environment:delete', 'parent', '--allow-delete-parent']);

    expect(code).toBe(0);
    expect(await world.stored('parent')).toBeNull();
    expect(await world.stored('child')).toMatchObject({ parent: 'main' });
  });
});

describe.each([
  ['environment:deactivate', 'inactive', []],
  ['environment:delete', undefined, ['--delete-branch']],
])('bough %s of a protected environment', (command, status, flags) => {
  const guarded = { ...ownActive('experiment'), protected: true };
  const argv = [command, 'experiment', ...flags];

  it('asks a second time for the typed ID', async () => {
    await using world = await cliWorldOf([guarded]);

    const { code, stderr } = await world.bough(argv, { answers: ['y', 'experiment'] });

    expect(code).toBe(0);
    expect(stderr).toContain('The environment experiment (type: development) is protected.\nType its ID');
    expect((await world.stored('experiment'))?.status).toBe(status);
  });

  it.each([
    ['another ID', [], ['y', 'main'], 'Incorrect ID (expected: experiment)'],
    ['--yes alone', ['--yes'], undefined, 'To delete its data anyway, add --delete-protected.'],
  ])('does nothing for %s', async (_, more, answers, told) => {
    await using world = await cliWorldOf([guarded]);

    const { code, stderr } = await world.bough([...argv, ...more], answers ? { answers } : {});

    expect(code).toBe(1);
    expect(stderr).toContain(told);
    expect(await world.stored('experiment')).toEqual(guarded);
  });

  it('asks nothing with --delete-protected and --yes', async () => {
    await using world = await cliWorldOf([guarded]);

    expect((await world.bough([...argv, '--yes', '--delete-protected'])).code).toBe(0);
    expect((await world.stored('experiment'))?.status).toBe(status);
  });
});
