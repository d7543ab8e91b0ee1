import { describe, expect, it } from 'vitest';
import {
  aForkLink,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  projectId,
  theProductionEnvironment,
} from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

async function aWorld() {
  const world = await cliWorld();
  world.ports.connect = async () => world.bitbucket.host;
  world.repository.push('feature/x', 'A');
  await world.integrations.save(anIntegration());
  await world.projects.save(aProject());
  await world.environments.save(anEnvironment({ id: 'main', type: 'production', parent: null }));
  await world.environments.save(anEnvironment({ id: 'feature/x' }));
  await world.environments.save(aPullRequestEnvironment({ pull_request: aForkLink() }));
  return world;
}

describe('bough environment:info', () => {
  it('shows the properties of the default environment without links', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['environment:info', '--format', 'csv']);

    expect([code, stderr]).toEqual([0, 'Selected default environment: main\n']);
    const lines = stdout.split('\n');
    expect(lines).toContain('id,main');
    expect(lines).toContain('parent,null');
    expect(lines).toContain(`head_commit,${commit('A')}`);
    expect(stdout).not.toContain('_links');
  });

  it.each([
    [['parent', '-e', 'feature/x'], 'main\n'],
    [['status', '-e', 'feature/x'], 'inactive\n'],
    [['fork', '-e', 'pr-1'], 'stranger/website\n'],
    [['fork', '-e', 'feature/x'], '\n'],
    [['parent', '-e', 'main'], 'null\n'],
  ])('prints only the value for %j', async (argv, stdout) => {
    await using world = await aWorld();

    expect(await world.bough(['environment:info', ...argv])).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  it('rejects an unknown property', async () => {
    await using world = await aWorld();

    expect(await world.bough(['environment:info', 'nope', '-e', 'main'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Property not found: nope\n',
    });
  });
});

describe('bough environment:info protected', () => {
  it.each([
    ['true', 'Property protected set to: true\n', true],
    ['yes', 'Property protected set to: true\n', true],
    ['0', 'Property protected already set as: false\n', false],
  ])('accepts %s', async (value, stderr, isProtected) => {
    await using world = await aWorld();

    const answer = await world.bough(['environment:info', '-e', 'feature/x', 'protected', value]);

    expect(answer).toMatchObject({ code: 0, stderr });
    expect((await world.environments.get(projectId, 'feature/x'))?.protected).toBe(isProtected);
  });

  it('rejects other values', async () => {
    await using world = await aWorld();

    expect(await world.bough(['environment:info', '-e', 'feature/x', 'protected', 'maybe'])).toMatchObject({
      code: 1,
      stderr: 'Invalid value for protected: maybe (expected true or false)\n',
    });
  });

  it('reports the effect on an environment that is being deleted', async () => {
    await using world = await aWorld();
    const activities = [aRunningActivity({ type: 'environment.delete' })];
    await world.environments.save(anEnvironment({ id: 'doomed', activities }));

    const { stderr } = await world.bough(['environment:info', '-e', 'doomed', 'protected', 'true']);

    expect(stderr).toContain('It is kept if its teardown has not started yet.');
  });
});

describe('bough environment:info restrict_robots', () => {
  it('sets it, and says that a redeployment makes it take effect', async () => {
    await using world = await aWorld();
    const set = (value: string) =>
      world.bough(['environment:info', '-e', 'feature/x', 'restrict_robots', value]);

    expect(await set('false')).toMatchObject({
      code: 0,
      stderr: `Property restrict_robots set to: false

The remote environment(s) must be redeployed for the change to take effect.
To redeploy an environment, run: bough redeploy
`,
    });
    expect((await world.environments.get(projectId, 'feature/x'))?.restrict_robots).toBe(false);
    expect((await set('0')).stderr).toBe('Property restrict_robots already set as: false\n');
    expect((await set('maybe')).stderr).toContain('Invalid value for restrict_robots: maybe');
  });
});

describe('bough environment:info with a value', () => {
  const main = anEnvironment({ id: 'main', type: 'production', parent: null });
  const develop = anEnvironment({ id: 'develop' });
  const feature = anEnvironment({ id: 'feature/x', parent: 'develop' });

  async function aFamily() {
    const world = await cliWorld();
    await world.projects.save(aProject());
    for (const environment of [main, develop, feature]) await world.environments.save(environment);
    return { ...world, stored: (id: string) => world.environments.get('abcdefghijklm', id) };
  }

  it.each([
    ['title', 'Next release', { title: 'Next release' }],
    ['type', 'staging', { type: 'staging' }],
    ['parent', 'main', { parent: 'main' }],
  ])('sets the %s to %s', async (property, value, changes) => {
    await using world = await aFamily();

    const { code, stdout, stderr } = await world.bough([
      'environment:info',
      ...['-e', 'feature/x', property, value],
    ]);

    expect([code, stdout, stderr]).toEqual([0, '', `Property ${property} set to: ${value}\n`]);
    expect(await world.stored('feature/x')).toMatchObject(changes);
  });

  it('detaches an environment from its parent with -', async () => {
    await using world = await aFamily();

    const { code, stderr } = await world.bough([
      'environment:metadata',
      ...['-e', 'feature/x', 'parent', '-'],
    ]);

    expect([code, stderr]).toEqual([0, 'Property parent set to: null\n']);
    expect(await world.stored('feature/x')).toMatchObject({ parent: null });
  });

  it.each([
    ['title', 'develop', 'develop'],
    ['type', 'development', 'development'],
    ['parent', 'main', 'main'],
  ])('sends nothing when the %s is already %s', async (property, value, shown) => {
    await using world = await aFamily();

    const { code, stderr } = await world.bough(['environment:info', '-e', 'develop', property, value]);

    expect([code, stderr]).toEqual([0, `Property ${property} already set as: ${shown}\n`]);
    expect(world.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it.each([
    [['status', 'active'], 'Property not writable: status\n'],
    [['nope', 'x'], 'Property not writable: nope\n'],
    [['parent', 'develop'], 'An environment cannot be the parent of itself\n'],
    [['parent', 'nope'], 'Environment not found: nope\n'],
    [['parent', 'feature/x'], 'Invalid value for parent: feature/x\n'],
    [['type', 'nonsense'], /^Invalid value for type: .*development/],
    [['type', 'production'], /^Invalid value for type: /],
  ])('refuses %j', async (argv, message) => {
    await using world = await aFamily();

    const { code, stdout, stderr } = await world.bough(['environment:info', '-e', 'develop', ...argv]);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(await world.stored('develop')).toEqual(develop);
  });

  it('rejects a descendant as parent', async () => {
    await using world = await aFamily();
    const below = anEnvironment({ id: 'below', parent: 'feature/x' });
    await world.environments.save(below);

    const { code, stderr } = await world.bough(['environment:info', '-e', 'develop', 'parent', 'below']);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^Invalid value for parent: /);
    expect(await world.stored('develop')).toEqual(develop);
  });
});

describe('bough environment:info url', () => {
  it.each([
    ['the primary URL', theProductionEnvironment(), /^https?:\/\/.+\n$/],
    ['nothing of what is not deployed', anEnvironment({ id: 'main' }), /^\n$/],
  ])('prints %s', async (_, environment, stdout) => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.environments.save(environment);

    const result = await world.bough(['environment:info', 'url', '-e', 'main']);

    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(stdout), stderr: '' });
  });
});
