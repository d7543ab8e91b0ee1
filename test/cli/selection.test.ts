import { describe, expect, it } from 'vitest';
import { anEnvironment, anIntegration, aProject, projectId } from '../support/builders.ts';
import { cliWorld, cliWorldOf } from '../support/cli.ts';

const [x, y] = [anEnvironment({ id: 'feature/x' }), anEnvironment({ id: 'feature/y' })];
const shop = aProject({ id: 'zyxwvutsrqpon', title: 'Shop' });

describe('selecting one of several projects', () => {
  async function aWorldOfTwo() {
    const world = await cliWorld();
    await world.projects.save(aProject());
    await world.projects.save(shop);
    return world;
  }

  it('is asked of a person, in the order of titles', async () => {
    await using world = await aWorldOfTwo();

    const { code, stdout, stderr } = await world.bough(['project:info', 'title'], { answers: ['1'] });

    expect([code, stdout]).toEqual([0, 'Shop\n']);
    expect(stderr).toBe(
      'Enter a number to choose a project:\n  1. Shop (zyxwvutsrqpon)\n  2. Website (abcdefghijklm)\n',
    );
  });

  it.each([
    ['--project', ['-p', shop.id], {}],
    ['BOUGH_PROJECT', [], { BOUGH_PROJECT: shop.id }],
  ])('does not ask with %s', async (_, argv, env) => {
    await using world = await aWorldOfTwo();

    const { stdout } = await world.bough(['project:info', 'title', ...argv], { env, answers: [] });

    expect(stdout).toBe('Shop\n');
  });
});

describe('selecting one of several environments', () => {
  it('asks, and Enter selects the default environment', async () => {
    await using world = await cliWorldOf([x]);
    const read = ['environment:info', 'id'];

    const chosen = await world.bough(read, { answers: ['2'] });
    const default_ = await world.bough(read, { answers: [''] });

    expect([chosen.stdout, default_.stdout]).toEqual(['feature/x\n', 'main\n']);
    expect(chosen.stderr).toMatch(
      /^Enter a number to choose an environment:\n {2}1\. main \(type: production\)\n {2}2\. feature\/x /,
    );
  });

  it('does not ask when there is only one', async () => {
    await using world = await cliWorldOf([]);

    const { stdout, stderr } = await world.bough(['environment:info', 'id'], { answers: [] });

    expect([stdout, stderr]).toEqual(['main\n', 'Selected environment: main (by default)\n']);
  });

  it('selects the default environment when the terminal is not interactive', async () => {
    await using world = await cliWorldOf([x]);

    const { stdout, stderr } = await world.bough(['environment:info', 'id']);

    expect([stdout, stderr]).toEqual(['main\n', 'Selected default environment: main\n']);
  });

  it.each<[string, string[], Record<string, string>, string, string]>([
    ['BOUGH_ENVIRONMENT', [], { BOUGH_ENVIRONMENT: 'feature/x' }, 'feature/x', ' (by BOUGH_ENVIRONMENT)'],
    ['BOUGH_ENVIRONMENT=.', [], { BOUGH_ENVIRONMENT: '.' }, 'main', ' (by BOUGH_ENVIRONMENT)'],
    ['--environment', ['-e', 'feature/y'], { BOUGH_ENVIRONMENT: 'feature/x' }, 'feature/y', ''],
    ['--environment .', ['-e', '.'], { BOUGH_ENVIRONMENT: 'feature/x' }, 'main', ''],
  ])('uses %s', async (_, argv, env, id, by) => {
    await using world = await cliWorldOf([x, y]);

    const { stdout, stderr } = await world.bough(['environment:info', 'id', ...argv], { env, answers: [] });

    expect(stdout).toBe(`${id}\n`);
    expect(stderr).toBe(by && `Selected environment: ${id}${by}\n`);
  });

  it('rejects an unknown environment of BOUGH_ENVIRONMENT', async () => {
    await using world = await cliWorldOf([x]);

    const { code, stderr } = await world.bough(['environment:info'], { env: { BOUGH_ENVIRONMENT: 'gone' } });

    expect([code, stderr]).toEqual([1, 'Specified environment not found: gone\n']);
  });
});

describe('selecting one of several integrations', () => {
  async function aWorldOfTwo() {
    const world = await cliWorldOf([]);
    await world.integrations.save(anIntegration({ id: `${anIntegration().id}2` }));
    return world;
  }

  it('is asked of a person', async () => {
    await using world = await aWorldOfTwo();
    const all = await world.integrations.listOf(projectId);

    const { stdout, stderr } = await world.bough(['integration:get', '-P', 'id'], { answers: ['2'] });

    expect(stdout).toBe(`${all[1]?.id}\n`);
    expect(stderr).toMatch(/^Enter a number to choose an integration:\n {2}1\. \w+ \(bitbucket\)\n/);
  });

  it('accepts an exact id that is a prefix of another', async () => {
    await using world = await aWorldOfTwo();
    const { id } = anIntegration();

    expect((await world.bough(['integration:get', id, '-P', 'id'])).stdout).toBe(`${id}\n`);
  });
});
