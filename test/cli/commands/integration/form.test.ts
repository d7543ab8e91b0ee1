import { describe, expect, it } from 'vitest';
import { credentials } from '../../../support/api-world.ts';
import { aProject, projectId } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

const { key, secret } = credentials;
const add = ['integration:add', '--no-wait'];

async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject({ default_branch: null }));
  return { ...world, stored: async () => (await world.integrations.listOf(projectId))[0] };
}

describe('bough integration:add at a terminal', () => {
  it('asks for every setting', async () => {
    await using world = await aWorld();
    const answers = ['bitbucket', key, secret, 'acme/website', 'y', 'n', 'y', '', '', 'y'];

    const { code, stderr } = await world.bough(add, { answers });

    expect([code, answers]).toEqual([0, []]);
    const questions = [...stderr.matchAll(/\(--([\w-]+)\)\n/g)].map(([, flag]) => flag);
    expect(questions).toEqual([
      ...['type', 'key', 'secret', 'repository'],
      ...['build-pull-requests', 'pull-requests-clone-parent-data', 'resync-pull-requests'],
      ...['fetch-branches', 'prune-branches'],
    ]);
    expect(world.sent().body).toEqual({
      type: 'bitbucket',
      repository: 'acme/website',
      app_credentials: { key, secret },
      fetch_branches: true,
      prune_branches: true,
      build_pull_requests: true,
      pull_requests_clone_parent_data: false,
      resync_pull_requests: true,
    });
  });

  it('does not show the secret', async () => {
    await using world = await aWorld();

    const { stderr } = await world.bough(add, {
      answers: ['bitbucket', key, secret, 'acme/website', 'n', 'n', 'y'],
    });

    expect(stderr).toContain(key);
    expect(stderr).not.toContain(secret);
  });

  it('asks for the settings of a server', async () => {
    await using world = await aWorld();

    const { stderr } = await world.bough(add, {
      answers: ['bitbucket_server', 'https://git.example.org', 'bot', 'TOKEN', 'P/site', 'n', 'n', 'n'],
    });

    const questions = [...stderr.matchAll(/\(--([\w-]+)\)\n/g)].map(([, flag]) => flag);
    expect(questions.slice(0, 5)).toEqual(['type', 'bitbucket-url', 'username', 'token', 'repository']);
    expect(stderr).not.toContain('TOKEN');
  });

  it('does not ask for given or irrelevant settings', async () => {
    await using world = await aWorld();
    const told = [
      ...['--type', 'bitbucket', '--key', key, '--repository', 'acme/website'],
      ...['--build-pull-requests', 'false', '--fetch-branches', 'no'],
    ];

    const { code } = await world.bough([...add, ...told], { answers: [secret, 'y'] });

    expect(code).toBe(0);
    expect(await world.stored()).toMatchObject({
      build_pull_requests: false,
      fetch_branches: false,
      prune_branches: false,
    });
  });

  it.each([
    [['bitbucket', ''], "'OAuth consumer key' is required"],
    [['bitbucket', key, ' '], "'OAuth consumer secret' is required"],
    [['bitbucket', key, secret, 'website'], "Invalid value for 'Repository': website"],
    [['bitbucket_server', 'git.example'], 'This is not a URL: git.example'],
  ])('rejects the answers %j', async (answers, problem) => {
    await using world = await aWorld();

    await expect(world.bough(add, { answers })).rejects.toThrow(problem);
  });

  it('rejects an option of another type before it asks', async () => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough([...add, '--type', 'bitbucket', '--token', 'x'], {
      answers: [],
    });

    expect([code, stderr]).toEqual([
      1,
      'The option --token cannot be used with the integration type bitbucket.\n',
    ]);
  });

  it('asks nothing with --yes, and reports missing options', async () => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough([...add, '--type', 'bitbucket', '--yes'], { answers: [] });

    expect([code, stderr]).toEqual([
      1,
      '--repository is required\n--key is required\n--secret is required\n',
    ]);
  });
});
