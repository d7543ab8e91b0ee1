import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../../shared/domain/environments/environment.ts';
import { BoughError } from '../../../../shared/errors.ts';
import { anActiveEnvironment, anEnvironment, projectId } from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

const command = ['project:delete', '-p', projectId];
const environments: Environment[] = [anEnvironment(), anActiveEnvironment({ id: 'stage' })];

/** Activities do not end by themselves; the project is deleted while the command waits. */
async function aWorld() {
  const world = await cliWorldOf(environments);
  world.work.endOf = () => null;
  world.ports.connect = async () => world.bitbucket.host;
  const goes = () => world.projects.erase(projectId);
  return { ...world, goes, exists: async () => (await world.projects.get(projectId)) !== null };
}

describe('bough project:delete', () => {
  it('lists what is deleted, asks, and requires the typed title', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(command, {
      answers: ['y', 'Website'],
      onPause: world.goes,
    });

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      [
        'You are about to delete the project:',
        '  Website (abcdefghijklm)',
        '',
        ' * This action is irreversible.',
        ' * Your site will no longer be accessible.',
        ' * All data associated with this project will be deleted:',
        '   - 3 environments (2 active): feature/x, main, stage',
        '   - the integration with acme/website and its webhook',
        '   - the code mirror, the sites and data of all environments, all activities and their logs',
        '',
        'Are you sure you want to delete this project? [y/N] y',
        'Type the project title to confirm: Website',
        '',
        'Waiting for the project to be deleted',
        '',
        'The project Website (abcdefghijklm) was deleted.',
        '',
      ].join('\n'),
    );
    expect(world.sent()).toMatchObject({ method: 'DELETE', path: `/projects/${projectId}` });
  });

  it('accepts a title that cannot be typed exactly in its visible form', async () => {
    await using world = await aWorld();
    const project = await world.projects.get(projectId);
    await world.projects.save({ ...project!, title: 'My \u200b  web\nsite', version: project!.version + 1 });

    const { code } = await world.bough(command, {
      answers: ['y', 'My \\u200b web site'],
      onPause: world.goes,
    });

    expect(code).toBe(0);
  });

  it.each([
    ['somebody who just presses Enter', ['']],
    ['somebody who says no', ['n']],
    ['somebody who types another title', ['y', 'Webseite']],
  ])('does nothing for %s', async (_, answers) => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(command, { answers: [...answers] });

    expect(code).toBe(1);
    expect(stderr.includes('Incorrect project title (expected: Website)')).toBe(answers.length === 2);
    expect((await world.projects.get(projectId))?.deletion).toBeNull();
  });

  it('does nothing without an interactive terminal unless --yes is given', async () => {
    await using world = await aWorld();

    expect((await world.bough(command)).code).toBe(1);
    expect((await world.projects.get(projectId))?.deletion).toBeNull();

    expect((await world.bough([...command, '--yes'], { onPause: world.goes })).code).toBe(0);
    expect(await world.exists()).toBe(false);
  });

  it('takes the project as an argument or an option, not both', async () => {
    await using world = await aWorld();

    const both = await world.bough([...command, projectId, '--yes']);
    expect(both).toMatchObject({ code: 1 });
    expect(both.stderr).toContain('You cannot use both the <project> argument and the --project option');

    const one = await world.bough(['project:delete', projectId, '--yes'], { onPause: world.goes });
    expect(one.code).toBe(0);
  });

  it('does not wait with --no-wait, and prints how to check the status', async () => {
    await using world = await aWorld();

    const { code, stderr, pauses } = await world.bough([...command, '--yes', '--no-wait']);

    expect([code, pauses]).toEqual([0, 0]);
    expect(stderr).toContain(`bough project:info -p ${projectId} status`);
    expect(await world.projects.get(projectId)).toMatchObject({ deletion: { failure: null } });
  });

  it('fails and reports a failed teardown', async () => {
    await using world = await aWorld();
    const onPause = async () => {
      const project = (await world.projects.get(projectId))!;
      const deletion = { requested_at: project.created_at, failure: 'main could not be taken down: exit 1' };
      await world.projects.save({ ...project, deletion, version: project.version + 1 });
    };

    const { code, stderr } = await world.bough([...command, '--yes'], { onPause });

    expect(code).toBe(1);
    expect(stderr).toContain('main could not be taken down: exit 1.');
    expect(stderr).toContain(`bough project:delete ${projectId}`);
    expect(stderr).not.toContain('was deleted');
  });

  it('warns about a webhook that may remain, with its URL', async () => {
    await using world = await aWorld();
    world.ports.connect = () => Promise.reject(new BoughError('git_host_forbidden', 'Bitbucket says no.'));

    const { code, stderr } = await world.bough([...command, '--yes'], { onPause: world.goes });

    expect(code).toBe(0);
    expect(stderr).toContain('Warning: a webhook could not be removed from Bitbucket: Bitbucket says no.');
    expect(stderr).toMatch(/Hook URL: http\S+\/integrations\/integration23\/hook/);
  });
});

describe('bough project:delete with protected environments', () => {
  const guardedWorld = async () => {
    const world = await aWorld();
    await world.environments.save({ ...environments[1]!, protected: true, version: 2 });
    return world;
  };

  it.each<[string, string[], string[] | undefined, number]>([
    ['a person who agrees a second time', [], ['y', 'Website', 'y'], 0],
    ['a person who does not', [], ['y', 'Website', ''], 1],
    ['--yes alone', ['--yes'], undefined, 1],
    ['--yes with --delete-protected', ['--yes', '--delete-protected'], undefined, 0],
  ])('respects %s', async (_, flags, answers, exitCode) => {
    await using world = await guardedWorld();

    const { code, stderr } = await world.bough([...command, ...flags], {
      ...(answers ? { answers } : {}),
      onPause: world.goes,
    });

    expect(code).toBe(exitCode);
    expect(await world.exists()).toBe(exitCode === 1);
    expect(stderr.includes('Protected: stage')).toBe(!flags.includes('--delete-protected'));
  });
});
