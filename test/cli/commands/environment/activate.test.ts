import { describe, expect, it } from 'vitest';
import {
  aForkLink,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  commit,
} from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const asleep = anEnvironment({ id: 'feature/x' });
const pullRequest = aPullRequestEnvironment();

describe('bough environment:activate', () => {
  it('sends the resources', async () => {
    const manual = anIntegration({ environment_init_resources: 'manual' });
    await using world = await cliWorldOf([asleep], manual);

    const refused = await world.bough(['environment:activate', 'feature/x']);
    const { code } = await world.bough(['environment:activate', 'feature/x', '--resources-init', 'minimum']);

    expect(refused).toMatchObject({
      code: 4,
      stdout:
        "resources.init: Required: the integration's resources-init is manual. Choose default, minimum or parent.\n",
      stderr: expect.stringContaining(
        "\nOperation not available: The environment feature/x can't be activated.\nThe following error was found:\n",
      ),
    });
    expect(code).toBe(0);
    expect(await world.stored('feature/x')).toMatchObject({ status: 'active', resources: 'minimum' });
  });

  it('does nothing for an active environment', async () => {
    await using world = await cliWorldOf([pullRequest]);

    expect(await world.bough(['environment:activate', 'pr-1'])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^The environment .*pr-1.* is already active\.\n$/),
    });
  });
});

describe('bough environment:activate with several environments', () => {
  it('activates the environments found and reports the others', async () => {
    await using world = await cliWorldOf([asleep]);

    const { code, stderr } = await world.bough(['environment:activate', 'nope', 'feature/x']);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^Environment not found: nope\n/);
    expect(await world.stored('feature/x')).toMatchObject({ status: 'active' });
  });
});

describe('bough environment:activate --parent', () => {
  const develop = anEnvironment({ id: 'develop' });

  it('sets the parent before activating', async () => {
    await using world = await cliWorldOf([asleep, develop]);

    const { code, stderr } = await world.bough(['environment:activate', 'feature/x', '--parent', 'develop']);

    expect(code).toBe(0);
    expect(stderr).toContain(
      'Setting parent of environment feature/x to develop\nActivating environment feature/x\n',
    );
    expect(await world.stored('feature/x')).toMatchObject({ parent: 'develop', status: 'active' });
  });

  it('does not set an unchanged parent', async () => {
    await using world = await cliWorldOf([asleep]);

    const { code, stderr } = await world.bough(['environment:activate', 'feature/x', '--parent', 'main']);

    expect(code).toBe(0);
    expect(stderr).not.toContain('Setting parent');
    expect(world.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  it('does nothing when the parent does not exist', async () => {
    await using world = await cliWorldOf([asleep]);

    const { code, stderr } = await world.bough(['environment:activate', 'feature/x', '--parent', 'nope']);

    expect([code, stderr]).toEqual([1, 'Parent environment not found: nope\n']);
    expect(await world.stored('feature/x')).toEqual(asleep);
  });

  it('does not set the parent without confirmation', async () => {
    await using world = await cliWorldOf([asleep, develop]);

    const argv = ['environment:activate', 'feature/x', '--parent', 'develop'];
    const { code } = await world.bough(argv, { answers: ['n'] });

    expect(code).toBe(1);
    expect(await world.stored('feature/x')).toEqual(asleep);
  });
});

describe("bough environment:activate for a fork's pull request", () => {
  const waiting = aPullRequestEnvironment({
    title: 'A better\u001b[31m header',
    status: 'inactive',
    resources: null,
    deployment: null,
    pull_request: aForkLink(),
  });

  it('asks about the shown commit and approves it', async () => {
    await using world = await cliWorldOf([waiting]);

    const { code, stderr } = await world.bough(['environment:activate', 'pr-1'], { answers: ['y'] });

    const head = commit('A');
    expect(code).toBe(0);
    expect(stderr).toContain(
      `The environment pr-1 is at the commit ${head} of the fork stranger/website.\n` +
        `Deploy ${head.slice(0, 7)} of A better\\u001b[31m header, which comes from a fork, with the project's rights? [Y/n] `,
    );
    expect(world.sent().body).toEqual({ commit: head });
    expect((await world.stored('pr-1'))?.pull_request?.fork?.approved_commit).toBe(head);
  });

  it('approves nothing when the answer is no', async () => {
    await using world = await cliWorldOf([waiting]);

    const { code } = await world.bough(['environment:activate', 'pr-1'], { answers: ['n'] });

    expect(code).toBe(1);
    expect(await world.stored('pr-1')).toEqual(waiting);
  });

  it('approves a newer commit of an active environment', async () => {
    const pushed = aPullRequestEnvironment({ head_commit: commit('B'), pull_request: aForkLink('A') });
    await using world = await cliWorldOf([pushed]);

    const { code } = await world.bough(['environment:activate', 'pr-1', '--yes']);

    expect(code).toBe(0);
    expect((await world.stored('pr-1'))?.pull_request?.fork?.approved_commit).toBe(commit('B'));
  });

  it('does not approve a commit pushed after the question', async () => {
    await using world = await cliWorldOf([waiting]);
    const push = () =>
      world.environments.save({ ...waiting, head_commit: commit('B'), version: waiting.version + 1 });
    const answers = [
      async () => {
        await push();
        return 'y';
      },
    ];

    const { code, stdout } = await world.bough(['environment:activate', 'pr-1'], { answers });

    expect(code).toBe(4);
    expect(stdout).toContain(
      `commit: The environment pr-1 is at ${commit('B').slice(0, 7)} now, not at ${commit('A').slice(0, 7)}.`,
    );
    expect((await world.stored('pr-1'))?.status).toBe('inactive');
  });
});
