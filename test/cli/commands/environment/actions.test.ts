import { describe, expect, it } from 'vitest';
import { anActivity } from '../../../support/api-world.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  projectId,
} from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const base = `/projects/${projectId}/environments`;
const asleep = anEnvironment({ id: 'feature/x' });
const pullRequest = aPullRequestEnvironment();
const busy = anActiveEnvironment({ id: 'busy', activities: [anActivity()] });

describe('an action on environments', () => {
  it('is followed to its end', async () => {
    await using world = await cliWorldOf([asleep]);

    const { code, stdout, stderr } = await world.bough(['environment:activate', 'feature/x']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /\nActivating environment feature\/x\n\nWaiting for the activity: \[\w+\] Activate feature\/x at \w{7}\n[\s\S]*\nThe activity succeeded: /,
    );
    expect(world.sent()).toEqual({ method: 'POST', path: `${base}/feature/x/activate`, body: {} });
    expect(await world.stored('feature/x')).toMatchObject({ status: 'active' });
  });

  it('is not awaited with --no-wait', async () => {
    await using world = await cliWorldOf([asleep]);
    world.work.endOf = () => null;

    const { code, stderr, pauses } = await world.bough(['environment:activate', 'feature/x', '--no-wait']);

    expect([code, pauses]).toEqual([0, 0]);
    expect(stderr).toMatch(
      /\nActivating environment feature\/x\nTo follow the activity, run: bough activity:log \w+\n$/,
    );
  });

  it('fails with the reason when its activity fails', async () => {
    await using world = await cliWorldOf([asleep]);
    world.work.endOf = () => ({ ending: { result: 'failure', because: '.bough/deploy failed' } });

    const { code, stderr } = await world.bough(['environment:activate', 'feature/x']);

    expect(code).toBe(1);
    expect(stderr).toMatch(/The activity failed: .*\n {2}\.bough\/deploy failed\n/);
  });

  it('is refused without stopping the others', async () => {
    await using world = await cliWorldOf([busy, asleep]);

    const { code, stderr } = await world.bough(['environment:redeploy', '-e', 'busy']);
    const several = await world.bough(['environment:activate', 'busy', 'feature/x', 'busy']);

    expect(code).toBe(1);
    expect(stderr).toContain(
      "\nOperation not available: The environment busy can't be redeployed.\n" +
        'An activity is currently pending or in progress on the environment. Wait until it has ended: bough activity:list shows it.\n',
    );
    expect(several.code).toBe(1);
    expect(several.stderr.split('Operation not available')).toHaveLength(2);
    expect(await world.stored('feature/x')).toMatchObject({ status: 'active' });
  });

  it('does nothing when one of the environments is unknown', async () => {
    await using world = await cliWorldOf([pullRequest]);

    const { code, stderr } = await world.bough(['environment:deactivate', 'pr-1', 'nope']);

    expect([code, stderr]).toEqual([1, 'Specified environment not found: nope\n']);
    expect(await world.stored('pr-1')).toEqual(pullRequest);
  });

  it('takes `.` for the default environment', async () => {
    await using world = await cliWorldOf([]);

    const { code, stderr } = await world.bough(['environment:redeploy', '-e', '.']);

    expect(code).toBe(0);
    expect(stderr).toMatch(/\nRedeploying environment main\n/);
  });

  it('takes environments as arguments or as an option, not both', async () => {
    await using world = await cliWorldOf([asleep]);

    const { code, stderr } = await world.bough(['environment:deactivate', 'feature/x', '-e', 'main']);

    expect(code).toBe(1);
    expect(stderr).toContain('as arguments or with --environment (-e), not both');
  });

  it.each<[string, string[]]>([
    ['environment:activate', ['feature/x']],
    ['environment:deactivate', ['pr-1']],
    ['environment:delete', ['pr-1']],
    ['environment:redeploy', ['pr-1']],
    ['environment:synchronize', ['data', '-e', 'pr-1']],
  ])('asks for confirmation: %s', async (command, argv) => {
    await using world = await cliWorldOf([asleep, pullRequest]);
    const before = await world.environments.listOf(projectId);

    const { code, stderr } = await world.bough([command, ...argv], { answers: ['no'] });
    const unasked = await world.bough([command, ...argv, '--no']);

    expect([code, unasked.code]).toEqual([1, 1]);
    expect(stderr).toContain('? [Y/n] ');
    expect(await world.environments.listOf(projectId)).toEqual(before);
  });

  it.each(['feature/x', 'größe/日本語', '50%-off', 'issue#7', '--all', '-e'])(
    'takes the id %s, after -- if it looks like an option',
    async (id) => {
      await using world = await cliWorldOf([anEnvironment({ id })]);

      expect((await world.bough(['environment:activate', '-y', '--', id])).code).toBe(0);
      expect(await world.stored(id)).toMatchObject({ status: 'active' });
    },
  );
});

describe('bough environment:merge', () => {
  it('is refused with the reason and the alternative', async () => {
    await using world = await cliWorldOf([pullRequest]);

    const { code, stdout, stderr } = await world.bough(['environment:merge', 'pr-1']);

    expect([code, stdout]).toEqual([1, '']);
    const lines = stderr.split('\n');
    expect(lines[0]).toBe("Operation not available: The environment pr-1 can't be merged.");
    expect(lines[1]).toMatch(
      /^The project's code is managed externally through .*bitbucket integration\. .*repository\.$/,
    );
  });
});

describe('bough environment:redeploy', () => {
  it('redeploys an active environment', async () => {
    await using world = await cliWorldOf([pullRequest]);

    const { code, stderr } = await world.bough(['redeploy', '-e', 'pr-1']);

    expect(code).toBe(0);
    expect(stderr).toContain('The activity succeeded');
    expect(world.sent()).toEqual({ method: 'POST', path: `${base}/pr-1/redeploy` });
  });

  it('refuses an inactive environment', async () => {
    await using world = await cliWorldOf([asleep]);

    const { code, stderr } = await world.bough(['redeploy', 'feature/x']);

    expect(code).toBe(1);
    expect(stderr).toContain('The environment is not active. Activate it with environment:activate.');
  });
});
