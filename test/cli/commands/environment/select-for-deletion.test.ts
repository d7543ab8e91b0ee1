import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../../shared/domain/environments/environment.ts';
import { anActiveEnvironment, anEnvironment, projectId } from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

/** An environment that no integration keeps. */
const own = (id: string, changes: Partial<Environment> = {}) =>
  anEnvironment({ id, has_remote: false, ...changes });
const ownActive = (id: string) => anActiveEnvironment({ id, has_remote: false });

describe('the selection of bough environment:delete', () => {
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
    // An exact id is no pattern.
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
  ])('explains the selection of %j', async (argv, lines) => {
    await using world = await cliWorldOf(all);

    const { stderr } = await world.bough(['environment:delete', '--no', ...argv]);

    expect(stderr.split('\n')).toEqual(expect.arrayContaining(lines));
  });

  it('deletes the environments found and fails for the others', async () => {
    await using world = await cliWorldOf(all);

    const { code } = await world.bough(['environment:delete', 'nope', 'test-1']);

    expect(code).toBe(1);
    expect(await world.stored('test-1')).toBeNull();
  });

  it('rejects --inactive with --no-delete-branch', async () => {
    await using world = await cliWorldOf(all);

    expect(await world.bough(['environment:delete', '--inactive', '--no-delete-branch'])).toMatchObject({
      code: 1,
      stderr: 'The option --no-delete-branch cannot be combined with --inactive.\n',
    });
  });
});
