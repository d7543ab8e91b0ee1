import { describe, expect, it } from 'vitest';
import type { Checkout } from '../../../cli/context/checkout.ts';
import {
  aLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
} from '../../support/builders.ts';
import { cliWorld, cliWorldOf } from '../../support/cli.ts';

const url = 'git@bitbucket.org:acme/website.git';

/** A checkout of the project's repository. */
function aCheckout(branch: string | null, changes: Partial<Checkout> = {}): Checkout {
  return {
    remotes: [{ name: 'origin', url }],
    branch: branch === null ? null : { name: branch, remote: 'origin' },
    ...changes,
  };
}

describe('in a checkout, a command uses the project of the repository', () => {
  const shop = aProject({ id: 'zyxwvutsrqpon', title: 'Shop' });

  async function aWorldOfTwo(repository = 'acme/shop') {
    const world = await cliWorld();
    for (const project of [aProject(), shop]) await world.projects.save(project);
    await world.integrations.save(anIntegration());
    await world.integrations.save(anIntegration({ project: shop.id, id: 'other', repository }));
    return world;
  }
  const ask = ['project:info', 'title'];

  it('and says so', async () => {
    await using world = await aWorldOfTwo();

    const { stdout, stderr } = await world.bough(ask, { checkout: aCheckout('main') });

    expect(stdout).toBe('Website\n');
    expect(stderr).toBe(
      'Selected project: Website (abcdefghijklm), because its repository is the remote origin\n',
    );
  });

  it('unless another one is named', async () => {
    await using world = await aWorldOfTwo();
    const checkout = aCheckout('main');

    const byOption = await world.bough([...ask, '-p', shop.id], { checkout });
    const byVariable = await world.bough(ask, { checkout, env: { BOUGH_PROJECT: shop.id } });

    expect([byOption.stdout, byVariable.stdout]).toEqual(['Shop\n', 'Shop\n']);
  });

  it('and prefers origin to other remotes', async () => {
    await using world = await aWorldOfTwo();
    const remotes = [
      { name: 'backup', url: 'https://bitbucket.org/acme/shop.git' },
      { name: 'origin', url },
    ];

    expect((await world.bough(ask, { checkout: aCheckout('main', { remotes }) })).stdout).toBe('Website\n');
  });

  it('and asks only for one of those that share the repository', async () => {
    await using world = await aWorldOfTwo('acme/website');

    const { code, stderr } = await world.bough(ask, { checkout: aCheckout('main') });
    const chosen = await world.bough(ask, { checkout: aCheckout('main'), answers: ['Shop (zyxwvutsrqpon)'] });

    expect([code, chosen.stdout]).toEqual([1, 'Shop\n']);
    expect(stderr).toMatch(/^There are several projects\./);
  });

  it('else asks for one of all', async () => {
    await using world = await aWorldOfTwo();
    const elsewhere = aCheckout('main', {
      remotes: [{ name: 'origin', url: 'git@github.com:acme/website.git' }],
    });

    const { code, stderr } = await world.bough(ask, { checkout: elsewhere });

    expect(code).toBe(1);
    expect(stderr.split('\n')).toHaveLength(4);
  });
});

describe('in a checkout, a command uses the environment of the branch', () => {
  const own = anActiveEnvironment({ id: 'feature/x' });
  const asleep = anEnvironment({ id: 'feature/y' });
  const alone = anEnvironment({ id: 'feature/alone' });
  const older = aPullRequestEnvironment({
    id: 'pr-1',
    pull_request: aLink({ number: 1, source_branch: 'feature/y' }),
  });
  const newer = aPullRequestEnvironment({
    id: 'pr-12',
    pull_request: aLink({ number: 12, source_branch: 'feature/y' }),
  });
  const fork = aPullRequestEnvironment({
    id: 'pr-20',
    pull_request: aLink({
      number: 20,
      source_branch: 'feature/z',
      fork: { repository: 'jane/website', approved_commit: null },
    }),
  });
  const ask = ['environment:info', 'id'];

  it.each([
    ['its own', 'feature/x', 'feature/x', 'the branch feature/x is checked out'],
    [
      'its own, although it is inactive',
      'feature/alone',
      'feature/alone',
      'the branch feature/alone is checked out',
    ],
    [
      'its newest pull request’s when its own is inactive',
      'feature/y',
      'pr-12',
      'it is the pull request of feature/y, which is checked out',
    ],
  ])('%s, and says so', async (_, branch, id, because) => {
    await using world = await cliWorldOf([own, alone, asleep, older, newer]);

    const { stdout, stderr } = await world.bough(ask, { checkout: aCheckout(branch), answers: [] });

    expect([stdout, stderr]).toEqual([`${id}\n`, `Selected environment: ${id}, because ${because}\n`]);
  });

  it.each([
    ['an environment is named', aCheckout('feature/x'), ['-e', 'main'], {}],
    ['BOUGH_ENVIRONMENT names one', aCheckout('feature/x'), [], { BOUGH_ENVIRONMENT: 'main' }],
    ['the branch has none', aCheckout('feature/none'), [], {}],
    ['the pull request is from a fork', aCheckout('feature/z'), [], {}],
    ['HEAD is detached', aCheckout(null), [], {}],
    [
      'the branch tracks another repository',
      aCheckout('x', { branch: { name: 'feature/x', remote: 'jane' } }),
      [],
      {},
    ],
    ['the checkout is of another repository', aCheckout('feature/x', { remotes: [] }), [], {}],
  ])('unless %s', async (_, checkout, argv, env) => {
    await using world = await cliWorldOf([own, older, newer, fork]);

    expect((await world.bough([...ask, ...argv], { checkout, env })).stdout).toBe('main\n');
  });

  it('and marks it in the list', async () => {
    await using world = await cliWorldOf([own, newer]);

    const { stdout } = await world.bough(['environments'], {
      checkout: aCheckout('feature/y'),
      columns: 140,
    });

    expect(stdout).toMatch(/pr-12\*/);
  });

  it('in order to change it, too', async () => {
    await using world = await cliWorldOf([own]);

    const { code, stderr } = await world.bough(['environment:info', 'title', 'New'], {
      checkout: aCheckout('feature/x'),
    });

    expect([code, stderr]).toEqual([0, expect.stringContaining('Selected environment: feature/x')]);
    expect((await world.stored('feature/x'))?.title).toBe('New');
  });
});

describe('without a terminal, an environment and a checkout, a command', () => {
  it.each([
    ['environment:redeploy'],
    ['environment:synchronize', 'data'],
    ['environment:info', 'title', 'New'],
    ['environment:http-access', '--enabled', '1'],
    ['variable:create', 'env:COLOUR', '--value', 'blue', '--level', 'environment'],
    ['variable:delete', 'env:COLOUR', '--level', 'environment', '--yes'],
  ])('that changes something does not fall back to production: %s', async (...argv) => {
    await using world = await cliWorldOf([anEnvironment({ id: 'feature/x' })]);

    const { code, stderr } = await world.bough(argv.filter((word) => word !== undefined));

    expect([code, stderr]).toEqual([
      1,
      'Specify the environment with --environment (-e), or BOUGH_ENVIRONMENT.\n',
    ]);
    expect(world.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('that deletes a variable looks for it in the project only', async () => {
    await using world = await cliWorldOf([]);
    await world.bough(['variable:create', 'env:COLOUR', '--value', 'blue', '--level', 'project']);

    const wrong = await world.bough(['variable:delete', 'env:SIZE', '--yes']);
    const right = await world.bough(['variable:delete', 'env:COLOUR', '--yes']);

    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      'Variable not found: env:SIZE\nTo look in an environment too, specify it with --environment (-e).\n',
    ]);
    expect(right.code).toBe(0);
  });
});
