import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../../shared/domain/environments/environment.ts';
import { anActivity, anEnvironment } from '../../../support/api-world.ts';
import { aProject, start } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

const main = anEnvironment({ id: 'main', type: 'production', status: 'active', parent: null });

async function aWorld(environments: Environment[], options: Parameters<typeof cliWorld>[0] = {}) {
  const world = await cliWorld(options);
  await world.projects.save(aProject());
  for (const environment of environments) await world.environments.save(environment);
  return world;
}

describe('bough environment:url', () => {
  const site = 'https://sites.example.org/x/';
  const deployed = (changes: Partial<Environment>) =>
    anEnvironment({
      status: 'active',
      deployment: {
        id: 'activity23456',
        commit: '1a2b3c4d5e6f',
        created_at: start,
        routes: [
          { url: 'http://a.example.org/', type: 'redirect', primary: false, to: site },
          { url: 'https://longer.example.org/', type: 'upstream', primary: false },
          { url: 'https://b.example.org/', type: 'upstream', primary: false },
          { url: site, type: 'upstream', primary: true },
        ],
      },
      ...changes,
    });

  it('prints the URLs, the primary one first', async () => {
    await using world = await aWorld([deployed({ id: 'pr-1' })]);

    expect(await world.bough(['environment:url', '-e', 'pr-1', '--pipe'])).toMatchObject({
      code: 0,
      stdout: `${site}\nhttps://b.example.org/\nhttps://longer.example.org/\nhttp://a.example.org/\n`,
      stderr: '',
    });
  });

  it.each(['--primary', '-1'])('prints only the primary URL with %s', async (flag) => {
    await using world = await aWorld([deployed({ id: 'pr-1' })]);

    expect(await world.bough(['url', '-e', 'pr-1', flag])).toMatchObject({ code: 0, stdout: `${site}\n` });
  });

  it('reports that no route is primary', async () => {
    const routes = [{ url: site, type: 'upstream' as const, primary: false }];
    const deployment = { id: 'a', commit: 'c', created_at: start, routes };
    await using world = await aWorld([deployed({ id: 'pr-1', deployment })]);

    expect(await world.bough(['url', '-e', 'pr-1', '-1'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'No primary route found.\n',
    });
  });

  it.each([[[]], [['-1']]])('reports that there are no URLs with %j', async (flags) => {
    const deployment = { id: 'a', commit: 'c', created_at: start, routes: [] };
    await using world = await aWorld([deployed({ id: 'pr-1', deployment })]);

    expect(await world.bough(['url', '-e', 'pr-1', ...flags])).toMatchObject({
      code: 1,
      stdout: 'No URLs found.\n',
      stderr: '',
    });
  });

  it.each([
    ['a script', [], {}, 1],
    ['a script that wants all', ['--pipe'], {}, 4],
    ['a script that wants no browser', ['--browser', '0'], {}, 4],
    ['a person', [], { answers: [] }, 4],
    ['a person with a browser', ['--browser', 'firefox'], { answers: [] }, 4],
  ])('prints for %s %j', async (_, flags, options, count) => {
    await using world = await aWorld([deployed({ id: 'pr-1' })]);

    const { stdout } = await world.bough(['url', '-e', 'pr-1', ...flags], options);

    expect(stdout.startsWith(`${site}\n`)).toBe(true);
    expect(stdout.trimEnd().split('\n')).toHaveLength(count);
  });

  it('uses the default environment and reports it', async () => {
    await using world = await aWorld([deployed({ id: 'main' })]);

    expect(await world.bough(['url', '-1'])).toMatchObject({
      code: 0,
      stdout: `${site}\n`,
      stderr: 'Selected default environment: main\n',
    });
    expect(await world.bough(['url', '-1', '-e', '.'])).toMatchObject({
      code: 0,
      stdout: `${site}\n`,
      stderr: '',
    });
  });

  it.each([
    ['inactive', anEnvironment({ id: 'x' }), 'is not active'],
    [
      'being deployed',
      anEnvironment({ id: 'x', status: 'active', activities: [anActivity()] }),
      'activity:log -e x',
    ],
    ['active but undeployed', anEnvironment({ id: 'x', status: 'active' }), 'activity:list -e x'],
  ])('explains why an environment that is %s has no URL', async (_, environment, message) => {
    await using world = await aWorld([environment]);

    const { code, stdout, stderr } = await world.bough(['environment:url', '-e', 'x']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });

  describe.each([{ decodes: false }, { decodes: true }])('over a gateway with %j', (options) => {
    const ids = [
      'feature/x',
      'größe/日本語',
      '50%-off',
      'issue#7',
      "it's(*)!",
      'a+b=c&d',
      'feature/activities',
      'x'.repeat(250),
    ];

    it.each(ids)('finds the environment %s', async (id) => {
      await using world = await aWorld([deployed({ id })], options);

      expect(await world.bough(['url', '-1', '-e', id])).toMatchObject({ code: 0, stdout: `${site}\n` });
      expect(await world.bough(['activities', '-e', id])).toMatchObject({
        code: 1,
        stderr: 'No activities found\n',
      });
    });
  });

  it.each([
    ['unknown', 'Specified environment not found: unknown\n'],
    ['..', "Not found: '..'.\n"],
    ['../../projects', "Not found: '../../projects'.\n"],
  ])('rejects the environment %s', async (id, message) => {
    await using world = await aWorld([main]);

    expect(await world.bough(['url', '-e', id])).toMatchObject({ code: 1, stdout: '', stderr: message });
  });
});
