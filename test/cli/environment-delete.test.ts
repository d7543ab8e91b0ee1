import { describe, expect, it } from 'vitest';
import type { Environment } from '../../shared/domain/environment.ts';
import { anActivity } from '../support/api-world.ts';
import { anActiveEnvironment, anEnvironment, aPullRequestEnvironment } from '../support/builders.ts';
import { cliWorldOf } from '../support/cli.ts';

const asleep = anEnvironment({ id: 'feature/x' });
const pullRequest = aPullRequestEnvironment();

describe('bough environment:deactivate', () => {
  it('puts active environments to sleep, and lets others be', async () => {
    await using world = await cliWorldOf([asleep, pullRequest]);

    const { code, stderr } = await world.bough(['environment:deactivate', 'feature/x', 'pr-1']);

    expect(code).toBe(0);
    expect(stderr).toContain('The environment feature/x is inactive already.\n');
    expect(await world.stored('pr-1')).toMatchObject({ status: 'inactive', deployment: null });
  });

  it('refuses the default environment', async () => {
    await using world = await cliWorldOf([]);

    const { code, stderr } = await world.bough(['environment:deactivate', 'main']);

    expect(code).toBe(1);
    expect(stderr).toContain('The default environment cannot be deactivated.');
  });
});

describe('bough environment:delete', () => {
  const own = anEnvironment({ id: 'experiment', has_remote: false });
  const ownActive = anActiveEnvironment({ id: 'experiment', has_remote: false });

  it.each<[string, Environment, string[], string | undefined]>([
    ['deactivates an active one', ownActive, [], 'inactive'],
    ['deactivates an active one', ownActive, ['--no-delete-branch'], 'inactive'],
    ['deletes an active one at once', ownActive, ['--delete-branch'], undefined],
    ['deletes an inactive one', own, [], undefined],
    ['keeps an inactive one', own, ['--no-delete-branch'], 'inactive'],
  ])('%s', async (_, environment, flags, status) => {
    await using world = await cliWorldOf([environment]);

    const { code } = await world.bough(['environment:delete', 'experiment', ...flags]);

    expect(code).toBe(0);
    expect((await world.stored('experiment'))?.status).toBe(status);
  });

  it.each([
    ['an inactive one', asleep, []],
    ['an active one for good', anActiveEnvironment(), ['--delete-branch']],
  ])('refuses to delete %s whose branch the repository has', async (_, environment, flags) => {
    await using world = await cliWorldOf([environment]);

    const { code, stderr } = await world.bough(['environment:delete', 'feature/x', ...flags]);

    expect(code).toBe(1);
    expect(stderr).toContain("Operation not available: The environment feature/x can't be deleted.\n");
    expect(stderr).toContain(
      "The project's branches are managed externally through its bitbucket integration",
    );
    expect(await world.stored('feature/x')).toEqual(environment);
  });

  it('lets one be that is on its way out', async () => {
    const leaving = anEnvironment({
      id: 'experiment',
      activities: [anActivity({ type: 'environment.delete' })],
    });
    await using world = await cliWorldOf([leaving]);

    expect(await world.bough(['environment:delete', 'experiment'])).toMatchObject({
      code: 0,
      stderr: 'The environment experiment is being deleted already.\n',
    });
  });
});
