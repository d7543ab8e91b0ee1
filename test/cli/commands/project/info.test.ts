import { describe, expect, it } from 'vitest';
import { anEnvironment, anIntegration, aProject } from '../../../support/builders.ts';
import { cliWorld, succeed } from '../../../support/cli.ts';

async function aWorld() {
  const world = await cliWorld();
  world.ports.connect = async () => world.bitbucket.host;
  world.repository.push('feature/x', 'A');
  await world.integrations.save(anIntegration());
  await world.projects.save(aProject());
  await world.environments.save(anEnvironment({ id: 'main', type: 'production', parent: null }));
  await world.environments.save(anEnvironment({ id: 'feature/x' }));
  return world;
}

describe('bough project:info', () => {
  it('shows all properties without links', async () => {
    await using world = await aWorld();

    const { code, stdout } = await world.bough(['project:info', '--format', 'json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'abcdefghijklm',
      title: 'Website',
      default_branch: 'main',
    });
    expect(stdout).not.toContain('_links');
  });

  it('prints only one property', async () => {
    await using world = await aWorld();

    expect(await world.bough(['project:info', 'default_branch'])).toMatchObject({
      code: 0,
      stdout: 'main\n',
      stderr: '',
    });
  });

  it("changes the project's title", async () => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(['project:info', 'title', 'Shop']);

    expect([code, stderr]).toEqual([0, 'Property title set to: Shop\n']);
    expect((await world.projects.get('abcdefghijklm'))?.title).toBe('Shop');
  });

  it('changes the default branch and waits for the activity', async () => {
    await using world = await aWorld();
    world.work.endOf = succeed;

    const { code, stderr } = await world.bough(['project:info', 'default_branch', 'feature/x']);

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Property default_branch is being set to: feature\/x\n\nWaiting for the activity: .*Make feature\/x the default branch/,
    );
  });

  it('does not wait with --no-wait, and prints how to follow the activity', async () => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(['project:info', 'default_branch', 'feature/x', '--no-wait']);

    expect(code).toBe(0);
    expect(stderr).toMatch(/^Property default_branch is being set to: feature\/x\n.*bough activity:/s);
  });

  it('reports an unchanged property', async () => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(['project:info', 'title', 'Website']);

    expect([code, stderr]).toEqual([0, 'Property title already set as: Website\n']);
  });

  it.each([
    [['id', 'another'], 'Property not writable: id\n'],
    [['nope'], 'Property not found: nope\n'],
    [
      ['default_branch', 'gone'],
      'Invalid value for default_branch: The repository has no branch gone. Push the branch first.\n',
    ],
    [['title', ' '], 'Invalid value for title: Required\n'],
  ])('rejects %j', async (argv, stderr) => {
    await using world = await aWorld();

    expect(await world.bough(['project:info', ...argv])).toMatchObject({ code: 1, stdout: '', stderr });
    expect(await world.projects.get('abcdefghijklm')).toEqual(aProject());
  });
});
