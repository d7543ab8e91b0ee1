import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeOrder } from '../../../../cli/output/tree.ts';
import type { Environment } from '../../../../shared/domain/environments/environment.ts';
import { serveApi } from '../../../support/api-server.ts';
import { anActivity, anEnvironment } from '../../../support/api-world.ts';
import {
  anActiveEnvironment,
  anIntegration,
  aProject,
  theProductionEnvironment,
} from '../../../support/builders.ts';
import { type CliOptions, cliWorld } from '../../../support/cli.ts';

const main = anEnvironment({ id: 'main', type: 'production', status: 'active', parent: null });

type CliWorld = Awaited<ReturnType<typeof cliWorld>>;

async function aWorld(environments: Environment[], options: Parameters<typeof cliWorld>[0] = {}) {
  const world = await cliWorld(options);
  await world.projects.save(aProject());
  for (const environment of environments) await world.environments.save(environment);
  return world;
}

/** Environments for more than one page, which are no children. */
const manyEnvironments = Array.from({ length: 500 }, (_, index) =>
  anEnvironment({ id: `branch-${1000 + index}` }),
);

/** Lists environments with what the command had printed before each of its requests. */
async function listSlowly(world: CliWorld, argv: readonly string[], cli: CliOptions = {}) {
  let printed = '';
  const printedBefore: string[] = [];
  const handler: typeof world.handler = (event, context) => {
    printedBefore.push(printed);
    return world.handler(event, context);
  };
  await using api = await serveApi(handler);
  const env = { BOUGH_API_URL: api.url };
  await world.bough(['env', ...argv], { ...cli, env, onWrite: (text) => (printed += text) });
  return { printedBefore, lines: printed.split('\n').length - 1 };
}

describe('bough environment:list', () => {
  const environments = [
    anEnvironment({ id: 'feature/x', parent: 'main' }),
    main,
    anEnvironment({
      id: 'pr-10',
      title: 'PR 10',
      parent: 'feature/x',
      status: 'active',
      activities: [anActivity()],
    }),
    anEnvironment({ id: 'pr-9', title: 'PR 9', parent: 'feature/x', status: 'active' }),
    anEnvironment({ id: 'lost', parent: 'gone', activities: [anActivity({ type: 'environment.delete' })] }),
  ];

  it('draws the tree', async () => {
    await using world = await aWorld(environments);

    const { code, stdout, stderr } = await world.bough(['environment:list']);

    expect(code).toBe(0);
    expect(stderr).toMatch(/^Your environments are: \n\* - Indicates the current environment\n\n/);
    expect(stdout).toBe(
      [
        '+-------------+-----------+-------------+-------------+',
        '| ID          | Title     | Status      | Type        |',
        '+-------------+-----------+-------------+-------------+',
        '| lost        | lost      | Deleting    | development |',
        '| main*       | main      | Active      | production  |',
        '|   feature/x | feature/x | Inactive    | development |',
        '|     pr-9    | PR 9      | Active      | development |',
        '|     pr-10   | PR 10     | In progress | development |',
        '+-------------+-----------+-------------+-------------+',
        '',
      ].join('\n'),
    );
  });

  it('shows protected environments in the status', async () => {
    await using world = await aWorld([anEnvironment({ protected: true })]);

    const { stdout } = await world.bough(['environment:list']);

    expect(stdout).toContain('| Inactive, protected |');
    expect((await world.bough(['env', '--format', 'csv'])).stdout).toContain('Inactive,');
  });

  it('shows when an environment without a branch is deleted', async () => {
    const gone_since = '2026-11-22T10:00:00.000Z';
    await using world = await aWorld([anActiveEnvironment({ gone_since })]);
    const list = async () => (await world.bough(['environment:list'])).stdout;
    expect(await list()).toContain('| Active, branch gone |');

    await world.integrations.save(anIntegration({ prune_grace_hours: 24 }));

    expect(await list()).toContain('Active, branch gone, goes 2026-11-23T10:00:00+00:00');
  });

  describe('in a terminal', () => {
    const failed = {
      activity: 'second',
      commit: 'b'.repeat(40),
      state: 'failed',
      undelivered: null,
    } as const;
    const deployed = [
      main,
      anActiveEnvironment({
        id: 'feature/a-better-header',
        title: 'A better header for the whole shop',
        build_status: { ...failed, description: 'deploy exited with 1' },
      }),
      anActiveEnvironment({ id: 'pr-1', title: 'pr-1' }),
    ];

    it('breaks no ID, status or header at 80 columns, and names the columns that it leaves out', async () => {
      await using world = await aWorld(deployed);

      const { stdout, stderr } = await world.bough(['environment:list'], { columns: 80 });

      expect(stdout).toBe(
        [
          '+---------------------------+---------------------+-------------------+',
          '| ID                        | Title               | Status            |',
          '+---------------------------+---------------------+-------------------+',
          '| main*                     | main                | Active            |',
          '|   feature/a-better-header | A better header for | Active,           |',
          '|                           | the whole shop      | deployment failed |',
          '|   pr-1                    | pr-1                | Active            |',
          '+---------------------------+---------------------+-------------------+',
          '',
        ].join('\n'),
      );
      expect(stderr.match(/^Left out .*$/gm)).toEqual([
        'Left out for lack of space: Type, URL, Last deployment. For all columns, add --format json.',
      ]);
    });

    it('has the URL and the last deployment where they fit', async () => {
      await using world = await aWorld(deployed);

      const { stdout, stderr } = await world.bough(['environment:list'], { columns: 160 });

      expect(stdout).toMatch(/\| https:\/\/sites.example.org\/x\/ +\| success,/);
      expect(stdout).toMatch(/\| failure +\|$/m);
      expect(stderr).not.toContain('Left out');
    });

    it('shows the columns of --columns in any width', async () => {
      await using world = await aWorld(deployed);

      const { stdout } = await world.bough(['env', '-c', 'id,url,parent,created'], { columns: 80 });

      expect(stdout).toMatch(/ID .*URL .*Parent .*Created/);
    });
  });

  it('has every column in JSON, with the URL, the parent and the last deployment', async () => {
    await using world = await aWorld([main, anActiveEnvironment({ id: 'pr-1' })]);

    const { stdout } = await world.bough(['env', '--format', 'json']);

    expect(JSON.parse(stdout)[1]).toMatchObject({
      id: 'pr-1',
      parent: 'main',
      url: 'https://sites.example.org/x/',
      last_deployment: 'success, 2026-11-22T10:00:00+00:00',
    });
  });

  it('is flat in machine formats, in the order of the tree when it is sorted', async () => {
    await using world = await aWorld(environments);

    const { stdout, stderr } = await world.bough([
      'env',
      '--format',
      'csv',
      '-c',
      'id,status,created',
      '--no-header',
      '--sort',
      'title',
    ]);

    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(1, 4)).toEqual([
      'main,Active,2026-11-22T10:00:00+00:00',
      'feature/x,Inactive,2026-11-22T10:00:00+00:00',
      'pr-9,Active,2026-11-22T10:00:00+00:00',
    ]);
  });

  it('omits inactive environments with --no-inactive', async () => {
    await using world = await aWorld(environments);

    const { stdout } = await world.bough(['environments', '--no-inactive', '--pipe', '--sort', 'title']);

    expect(stdout).toBe('lost\nmain\npr-9\npr-10\n');
  });

  it.each([
    [['--type', 'production'], 'main\n'],
    [['--type', 'production,staging'], 'main\n'],
    [['--status', 'dirty', '--status', 'inactive', '--sort', 'title'], 'feature/x\npr-10\n'],
    [['--status', 'active', '--type', 'development'], 'pr-9\n'],
    [['--sort', 'id'], 'feature/x\nlost\nmain\npr-9\npr-10\n'],
    [['--sort', 'status', '--reverse'], 'feature/x\npr-10\nlost\npr-9\nmain\n'],
    [['--status', 'nonsense'], ''],
    [['--refresh', '0', '--sort', 'title'], 'feature/x\nlost\nmain\npr-9\npr-10\n'],
  ])('lists the environments of %j', async (argv, ids) => {
    await using world = await aWorld(environments);

    expect(await world.bough(['env', '--pipe', ...argv])).toMatchObject({ code: 0, stdout: ids, stderr: '' });
  });

  it.each([
    [['--pipe'], 'branch-1000\nbranch-1001\n'],
    [['--format', 'csv', '-c', 'id'], 'ID\nbranch-1000\nbranch-1001\n'],
    [['--format', 'plain', '-c', 'id', '--no-header'], 'branch-1000\nbranch-1001\n'],
  ])('prints the first rows for another program before it asks for more: %j', async (argv, first) => {
    await using world = await aWorld([main, ...manyEnvironments]);
    const { lines, printedBefore } = await listSlowly(world, argv);

    expect(printedBefore.map((text) => text.slice(0, first.length)).at(-1)).toBe(first);
    expect(lines).toBe(manyEnvironments.length + (first.startsWith('ID') ? 2 : 1));
  });

  it.each([
    ['a terminal', ['--format', 'csv'], { columns: 80 }],
    ['another order', ['--pipe', '--reverse'], {}],
    ['a table', [], {}],
    ['JSON', ['--format', 'json'], {}],
  ])('prints nothing before it has all rows for %s', async (_, argv, cli) => {
    await using world = await aWorld([main, ...manyEnvironments]);

    const { printedBefore } = await listSlowly(world, argv, cli);

    expect(printedBefore.join('')).toBe('');
  });

  it('sorts siblings and keeps children below their parents', async () => {
    await using world = await aWorld(environments);

    const { stdout } = await world.bough([
      'env',
      '--reverse',
      '-c',
      'id',
      '--format',
      'plain',
      '--no-header',
    ]);

    expect(stdout).toBe('main\nfeature/x\npr-10\npr-9\nlost\n');
  });

  it.each([
    ['BOUGH_ENVIRONMENT', { BOUGH_ENVIRONMENT: 'feature/x' }, 'feature/x*'],
    ['BOUGH_ENVIRONMENT for the default one', { BOUGH_ENVIRONMENT: '.' }, 'main*'],
  ])('marks the environment selected by %s', async (_, env, marked) => {
    await using world = await aWorld(environments);

    const { stdout } = await world.bough(['env', '-c', 'id'], { env });

    expect(stdout.match(/\S+\*/g)).toEqual([marked]);
  });

  it('suggests the possible operations on the current environment', async () => {
    await using world = await aWorld([theProductionEnvironment()]);
    await world.integrations.save(anIntegration());

    const { stderr } = await world.bough(['env']);

    expect(stderr).toContain('Branch a new environment by running bough environment:branch [new-name]\n');
    expect(stderr).not.toContain('environment:delete');
    expect(stderr).not.toContain('environment:activate');
  });

  it.each([
    [[], 'No environments found.\n'],
    [['--no-inactive'], 'No environments found (filters in use: --no-inactive).\n'],
    [
      ['--type', 'staging', '--status', 'active'],
      'No environments found (filters in use: --type, --status).\n',
    ],
  ])('reports that there are none with %j', async (argv, stderr) => {
    await using world = await aWorld([]);

    expect(await world.bough(['env', ...argv])).toMatchObject({ code: 0, stdout: '', stderr });
  });
});

describe('the tree of environments', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const items = fc.uniqueArray(
    fc.record({ id, title: fc.string(), parent: fc.option(fc.oneof(id, fc.constant('gone'))) }),
    { selector: (item) => item.id },
  );

  it('shows each environment exactly once, with any parents', () => {
    fc.assert(
      fc.property(items, (given) => {
        const shown = treeOrder(given).map(({ item }) => item.id);
        expect(shown.toSorted()).toEqual(given.map((item) => item.id).toSorted());
      }),
    );
  });

  it('shows each child after its parent, one level deeper', () => {
    fc.assert(
      fc.property(items, (given) => {
        const tree = treeOrder(given);
        for (const [index, { item, depth }] of tree.entries()) {
          if (depth === 0) continue;
          const parent = tree.slice(0, index).find((before) => before.item.id === item.parent);
          expect(parent?.depth).toBe(depth - 1);
        }
      }),
    );
  });
});
