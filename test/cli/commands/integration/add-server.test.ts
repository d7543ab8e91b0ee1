import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../../shared/errors.ts';
import { aProject } from '../../../support/builders.ts';
import { cliWorld, succeed } from '../../../support/cli.ts';

async function aWorld(options: Parameters<typeof cliWorld>[0] = {}) {
  const world = await cliWorld(options);
  await world.projects.save(aProject({ default_branch: null }));
  return { ...world, stored: async () => (await world.integrations.listOf('abcdefghijklm'))[0] };
}

describe('bough integration:add --type bitbucket_server', () => {
  const addServer = [
    ...[
      'integration:add',
      '--type',
      'bitbucket_server',
      '--bitbucket-url',
      'https://git.example.org/bitbucket',
    ],
    ...['--username', 'wile', '--token', 'token-of-wile', '--repository', 'ACME/website'],
  ];
  const repository = async () => ({ uuid: '42', full_name: 'ACME/website', default_branch: 'main' });

  it('connects a repository of a server and never shows the token', async () => {
    await using world = await aWorld({ host: { repository } });
    world.work.endOf = succeed;

    const { code, stdout, stderr } = await world.bough([...addServer, '--resync-pull-requests', 'yes']);

    expect(code).toBe(0);
    expect(stderr).toContain("Warning: adding a 'bitbucket_server' integration will");
    expect(stderr).not.toContain('unencrypted');
    expect(await world.stored()).toMatchObject({
      type: 'bitbucket_server',
      url: 'https://git.example.org/bitbucket',
      username: 'wile',
      repository: 'ACME/website',
      resync_pull_requests: true,
    });
    expect(stdout.replaceAll(/ +/g, ' ')).toContain('| project | ACME |\n| repository | website |');
    expect(stdout + stderr).not.toContain('token-of-wile');
  });

  it("accepts the repository's URL", async () => {
    await using world = await aWorld({ host: { repository } });

    const address = 'https://git.example.org/bitbucket/projects/ACME/repos/website/browse';
    const { code } = await world.bough([...addServer, '--repository', address, '--no-wait']);

    expect([code, (await world.stored())?.repository]).toEqual([0, 'ACME/website']);
  });

  it.each([
    ['http://git.example.org', true],
    ['http://localhost:7990', false],
    ['http://127.0.0.1:7990/bitbucket', false],
  ])('warns about an unencrypted connection to %s', async (url, isReadable) => {
    await using world = await aWorld({ host: { repository } });

    const { code, stderr } = await world.bough([...addServer, '--bitbucket-url', url, '--no-wait']);

    expect(code).toBe(0);
    expect(stderr.includes('Warning: the token is sent unencrypted to git.example.org.')).toBe(isReadable);
  });

  it('reports the fields that the API rejects, with exit code 4', async () => {
    const repositoryFails = async () => {
      throw new BoughError('git_host_credentials', 'Bitbucket refused the credentials.');
    };
    await using world = await aWorld({ host: { repository: repositoryFails } });

    const { code, stdout, stderr } = await world.bough(addServer);

    expect(code).toBe(4);
    expect(stderr).toContain('The integration is invalid.\n\nThe following error was found:\n');
    expect(stdout).toMatch(/^token: Bitbucket refused the credentials\..*\n$/);
    expect(await world.stored()).toBeUndefined();
  });
});
