import { describe, expect, it } from 'vitest';
import {
  aForkLink,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  commit,
} from '../support/builders.ts';
import { cliWorldOf } from '../support/cli.ts';

const asleep = anEnvironment({ id: 'feature/x' });
const pullRequest = aPullRequestEnvironment();

describe('bough environment:activate', () => {
  it('says what it shall run on', async () => {
    const manual = anIntegration({ environment_init_resources: 'manual' });
    await using world = await cliWorldOf([asleep], manual);

    const refused = await world.bough(['environment:activate', 'feature/x']);
    const { code } = await world.bough(['environment:activate', 'feature/x', '--resources-init', 'minimum']);

    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      "Operation not available: The environment feature/x can't be activated.\n" +
        "--resources-init: Required: the integration's resources-init is manual. Choose default, minimum or parent.\n",
    );
    expect(code).toBe(0);
    expect(await world.stored('feature/x')).toMatchObject({ status: 'active', resources: 'minimum' });
  });

  it('has nothing to do for one that is active', async () => {
    await using world = await cliWorldOf([pullRequest]);

    expect(await world.bough(['environment:activate', 'pr-1'])).toMatchObject({
      code: 0,
      stderr: 'The environment pr-1 is active already.\n',
    });
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

  it('asks about the commit that it shows, and approves that one', async () => {
    await using world = await cliWorldOf([waiting]);

    const { code, stderr } = await world.bough(['environment:activate', 'pr-1'], { answers: ['y'] });

    const head = commit('A');
    expect(code).toBe(0);
    expect(stderr).toContain(
      `The environment pr-1 is at the commit ${head} of the fork stranger/website.\n` +
        `Deploy ${head.slice(0, 7)} of A better[31m header, which comes from a fork, with the project's rights? [Y/n] `,
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

  it('approves a newer commit of one that is active', async () => {
    const pushed = aPullRequestEnvironment({ head_commit: commit('B'), pull_request: aForkLink('A') });
    await using world = await cliWorldOf([pushed]);

    const { code } = await world.bough(['environment:activate', 'pr-1', '--yes']);

    expect(code).toBe(0);
    expect((await world.stored('pr-1'))?.pull_request?.fork?.approved_commit).toBe(commit('B'));
  });

  it('approves nothing that was pushed after it was shown', async () => {
    await using world = await cliWorldOf([waiting]);
    const push = () =>
      world.environments.save({ ...waiting, head_commit: commit('B'), version: waiting.version + 1 });
    const answers = [
      async () => {
        await push();
        return 'y';
      },
    ];

    const { code, stderr } = await world.bough(['environment:activate', 'pr-1'], { answers });

    expect(code).toBe(1);
    expect(stderr).toContain(
      `\nThe environment pr-1 is at ${commit('B').slice(0, 7)} now, not at ${commit('A').slice(0, 7)}.`,
    );
    expect((await world.stored('pr-1'))?.status).toBe('inactive');
  });
});
