import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { withPullRequest } from '../../support/busy-world.ts';
import { aWorld } from '../../support/world.ts';

const main = theProductionEnvironment();
const release = anEnvironment({ id: 'release' });

/** Activates the environment of pull request #1, whose parent is `release`, beside others. */
async function activate(others: readonly Environment[], options = {}) {
  const activity = aRunningActivity({
    type: 'environment.activate',
    commit: commit('A'),
    clone_data: true,
  });
  const environment = aPullRequestEnvironment({
    parent: 'release',
    pull_request: aLink({ target_branch: 'release' }),
    deployment: null,
    activities: [activity],
  });
  const world = await aWorld({
    repository: withPullRequest('A'),
    environments: [...others, environment],
    integration: options,
  });
  const refused = await world
    .perform({ type: 'environment.run', project: projectId, environment: 'pr-1', activity })
    .catch((error: unknown) => error);
  const [build] = world.builds;
  return { world, build, refused, log: world.logOf('running') };
}

describe('the initial data of a new environment', () => {
  it("is a deployed parent's", async () => {
    const { build, log } = await activate([main, anActiveEnvironment({ id: 'release' })]);

    expect(build).toMatchObject({ data_from: 'release', activity: { clone_data: true } });
    expect(log.filter((line) => line.includes('data'))).toEqual([]);
  });

  it("is the nearest ancestor's that has data, with a line in the log", async () => {
    const { build, log } = await activate([main, release]);

    expect(build).toMatchObject({ data_from: 'main', activity: { clone_data: true } });
    expect(log).toContain('release has no data: main has');
  });

  it('of a stacked pull request is that of the pull request built from the parent', async () => {
    const below = aPullRequestEnvironment({
      id: 'pr-7',
      pull_request: aLink({ number: 7, source_branch: 'release' }),
    });

    const { build, log } = await activate([main, release, below]);

    expect(build).toMatchObject({ data_from: 'pr-7' });
    expect(log).toContain('release has no data: pr-7 has');
  });

  it("is never that of a fork's branch with the same name", async () => {
    const link = aForkLink('A');
    const stranger = aPullRequestEnvironment({
      id: 'pr-7',
      pull_request: { ...link, number: 7, source_branch: 'release' },
    });

    const { build } = await activate([main, release, stranger]);

    expect(build).toMatchObject({ data_from: 'main' });
  });

  it('is none when no ancestor is deployed, with a line in the log', async () => {
    const { build, log } = await activate([theProductionEnvironment({ deployment: null }), release]);

    expect(build).toMatchObject({ data_from: null });
    expect(log).toContain('There is no data to copy: nothing above this environment is deployed');
  });

  it('is waited for while its first deployment runs, and Bitbucket says so', async () => {
    const { world, build, refused } = await activate([
      theProductionEnvironment({ deployment: null, activities: [aRunningActivity({ id: 'first' })] }),
      release,
    ]);

    expect(build).toBeUndefined();
    expect(refused).toMatchObject({ code: 'data_not_ready', disposition: 'wait' });
    expect(world.bitbucket.statuses.at(-1)?.description).toBe(
      'Waiting: main is being deployed for the first time, and its data is copied afterwards.',
    );
  });

  it("is none when pull-requests-clone-parent-data is off, but its scripts still get the parent's variables", async () => {
    const { build } = await activate([main, release], { pull_requests_clone_parent_data: false });

    expect(build).toMatchObject({ data_from: 'release', activity: { clone_data: false } });
  });
});
