import { describe, expect, it } from 'vitest';
import { anActiveEnvironment, projectId } from '../../../support/builders.ts';
import { cliWorldOf } from '../../../support/cli.ts';

/** A world with `main` and its child `feature/x`. */
const aWorld = () => cliWorldOf([anActiveEnvironment({ id: 'feature/x', parent: 'main' })]);
type World = Awaited<ReturnType<typeof aWorld>>;

const redeploy =
  '\nThe remote environment(s) must be redeployed for the change to take effect.\nTo redeploy an environment, run: bough redeploy\n';

async function add(world: World, ...args: string[]): Promise<void> {
  const { code, stderr } = await world.bough(['variable:create', ...args]);
  expect([code, stderr]).toEqual([0, expect.stringContaining('Creating variable')]);
}

/** A variable `bar` of the project, which is sensitive, and `env:FOO` of `main`. */
async function aWorldWithVariables() {
  const world = await aWorld();
  await add(world, 'bar', '-l', 'p', '--value', 's3cret', '--sensitive', 'true');
  await add(world, 'env:FOO', '-l', 'e', '-e', 'main', '--value', 'bar');
  return world;
}

describe('bough variable:list', () => {
  it('lists the variables of both levels, without sensitive values', async () => {
    await using world = await aWorldWithVariables();

    const { code, stdout, stderr } = await world.bough(['var', '-e', '.']);

    expect(code).toBe(0);
    expect(stdout).toBe(`+---------+-------------+---------------------------+---------+
| Name    | Level       | Value                     | Enabled |
+---------+-------------+---------------------------+---------+
| bar     | project     | [Hidden: sensitive value] |         |
| env:FOO | environment | bar                       | true    |
+---------+-------------+---------------------------+---------+
`);
    expect(stderr).toMatch(/^Variables on the project Website \(\w+\), environment main:\n/);
    expect(stderr).toContain('To delete a variable, run: bough variable:delete [name]\n');
  });

  it('lists one level, which may be abbreviated, as data', async () => {
    await using world = await aWorldWithVariables();
    const list = (...args: string[]) => world.bough(['variables', '--format', 'csv', '--no-header', ...args]);

    expect(await list('-l', 'project')).toMatchObject({ stdout: 'bar,project,,\n', stderr: '' });
    expect(await list('-l', 'e', '-e', 'feature/x')).toMatchObject({
      stdout: 'env:FOO,environment,bar,true\n',
    });
    expect(await list('-l', 'x')).toMatchObject({ code: 1, stderr: 'Invalid level: x\n' });
  });

  it('says that there are none', async () => {
    await using world = await aWorld();

    expect(await world.bough(['variables', '-e', 'main'])).toMatchObject({
      code: 1,
      stderr: 'No variables found.\n',
    });
  });
});

describe('bough variable:get', () => {
  it('shows the properties with the level', async () => {
    await using world = await aWorldWithVariables();

    const { stdout, stderr } = await world.bough(['vget', 'env:FOO', '-e', 'feature/x']);

    for (const row of [
      /value +\| bar/,
      /inherited +\| true/,
      /visible_forks +\| true/,
      /level +\| environment/,
    ])
      expect(stdout).toMatch(row);
    expect(stdout).not.toContain('_links');
    expect(stderr).toContain('To update the variable, use: bough variable:update env:FOO\n');
  });

  it('prints one property, except a sensitive value', async () => {
    await using world = await aWorldWithVariables();
    const get = (...args: string[]) => world.bough(['variable:get', '-e', '.', ...args]);

    expect(await get('env:FOO', '-P', 'is_sensitive')).toMatchObject({ code: 0, stdout: 'false\n' });
    for (const option of [['-P', 'value'], ['--pipe']])
      expect(await get('bar', ...option)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'The variable is sensitive, so its value cannot be read.\n',
      });
  });

  it('asks for the level when both have the name', async () => {
    await using world = await aWorldWithVariables();
    await add(world, 'env:FOO', '-l', 'p', '--value', 'other');
    const get = (...args: string[]) =>
      world.bough(['variable:get', 'env:FOO', '-e', 'main', '-P', 'value', ...args]);

    expect(await get()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/both project and environment/),
    });
    expect(await get('-l', 'p')).toMatchObject({ stdout: 'other\n' });
    expect(await get('-l', 'e')).toMatchObject({ stdout: 'bar\n' });
  });

  it('lets the user choose, and lists the variables where nobody can', async () => {
    await using world = await aWorldWithVariables();

    expect((await world.bough(['vget', '-e', 'main'], { answers: ['bar'] })).stdout).toMatch(/id +\| bar/);
    expect((await world.bough(['vget', '-e', 'main'])).stdout).toMatch(/Name +\| Level/);
    expect(await world.bough(['vget', 'nope', '-e', 'main'])).toMatchObject({
      code: 1,
      stderr: 'Variable not found: nope\n',
    });
  });
});

describe('bough variable:create', () => {
  it('asks for what is missing, hides a sensitive value, and offers a redeployment', async () => {
    await using world = await aWorld();
    const answers = [
      'Environment-specific',
      'TOKEN',
      'env: The variable will be exposed directly, as $TOKEN.',
      's3cret',
      'y',
    ];

    const { code, stdout, stderr } = await world.bough(
      ['variable:create', '-e', 'feature/x', '--sensitive', '1'],
      { answers },
    );

    expect(code).toBe(0);
    expect(stderr).toContain('Creating variable env:TOKEN on the environment feature/x\n');
    expect(stderr).toContain('must be redeployed for the change to take effect');
    expect(stdout + stderr).not.toContain('s3cret');
    expect(world.sent().path).toBe(`/projects/${projectId}/environments/feature/x/redeploy`);
  });

  it('adds the prefix, and sends only what was given', async () => {
    await using world = await aWorld();

    const { stderr } = await world.bough(
      'variable:create --name LIMITS --prefix env: -l p --value [1] --json true --visible-forks 0'.split(' '),
    );

    expect(stderr).toMatch(/^Creating variable env:LIMITS on the project Website \(\w+\)\n/);
    expect(stderr.endsWith(redeploy)).toBe(true);
    expect(world.sent().body).toEqual({
      name: 'env:LIMITS',
      value: '[1]',
      is_json: true,
      visible_forks: false,
    });
  });

  it('refuses an existing variable, or updates it with --update', async () => {
    await using world = await aWorldWithVariables();
    const create = (...args: string[]) =>
      world.bough(['variable:create', 'env:FOO', '-l', 'e', '-e', 'main', '--value', 'new', ...args]);

    expect(await create()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The variable already exists: env:FOO\n'),
    });
    expect(await create('--update')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Variable env:FOO updated\n'),
    });
    expect(await create('--update')).toMatchObject({ code: 0, stderr: 'No changes were provided.\n' });
  });

  it('overrides an inherited variable', async () => {
    await using world = await aWorldWithVariables();
    await add(world, 'env:FOO', '-l', 'e', '-e', 'feature/x', '--value', 'own');

    const { stdout } = await world.bough(['vget', 'env:FOO', '-e', 'feature/x', '-P', 'environment']);
    expect(stdout).toBe('feature/x\n');
  });

  it.each([
    [['A', '--value', 'x'], /^--level is required/],
    [['-l', 'p', '--value', 'x'], /^--name is required/],
    [['A', '-l', 'p'], /^--value is required/],
    [['A', '--name', 'B', '-l', 'p'], /both the name argument and --name/],
    [
      ['A', '-l', 'p', '--value', 'x', '--enabled', 'false'],
      /--enabled can only be used .* environment level/,
    ],
    [['A', '-l', 'p', '--value', 'x', '--json', 'maybe'], /Invalid value for '--json'/],
    [['env:PATH', '-l', 'p', '--value', 'x'], /error was found/],
  ])('rejects %j', async (args, problem) => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(['variable:create', ...args]);

    expect(code).not.toBe(0);
    expect(stderr).toMatch(problem);
  });
});

describe('bough variable:update', () => {
  it('changes what differs', async () => {
    await using world = await aWorldWithVariables();
    const update = (...args: string[]) => world.bough(['variable:update', 'env:FOO', '-e', 'main', ...args]);

    const { code, stdout, stderr } = await update('--value', 'new', '--enabled', 'true');
    expect([code, stderr]).toEqual([0, `Variable env:FOO updated\n${redeploy}`]);
    expect(stdout).toMatch(/value +\| new/);
    expect(world.sent().body).toEqual({ value: 'new' });
    expect(await update('--value', 'new')).toMatchObject({ code: 1, stderr: 'No changes were provided.\n' });
    expect(await update('--value', 'new', '--allow-no-change')).toMatchObject({ code: 0 });
  });

  it('gives a sensitive variable another value without showing it', async () => {
    await using world = await aWorldWithVariables();

    const { code, stdout } = await world.bough('variable:update bar -l p --value s3cret-2'.split(' '));

    expect(code).toBe(0);
    expect(stdout).not.toContain('s3cret');
  });
});

describe('a sensitive value that logs cannot hide', () => {
  it('gets a warning from variable:create and variable:update, also for one of its lines', async () => {
    await using world = await aWorldWithVariables();
    const warned = async (text: string) =>
      (await world.bough(text.split(' '))).stderr.includes('Warning: logs show values');

    expect(await warned('variable:create short -l p --sensitive true --value abc')).toBe(true);
    expect(await warned('variable:create long -l p --sensitive true --value abcd')).toBe(false);
    expect(await warned('variable:create plain -l p --value abc')).toBe(false);
    expect(await warned('variable:update bar -l p --value long\nab\n')).toBe(true);
    expect(await warned('variable:update bar -l p --value long-one\n')).toBe(false);
    expect(await warned('variable:update plain -l p --sensitive true --value ab')).toBe(true);
  });
});

describe('bough variable:delete', () => {
  it('asks first', async () => {
    await using world = await aWorldWithVariables();
    const del = (answers: string[]) => world.bough(['variable:delete', 'env:FOO', '-e', 'main'], { answers });

    const kept = await del(['']);
    expect(kept.code).toBe(1);
    expect(kept.stderr).toContain(
      'Are you sure you want to delete the variable env:FOO from the environment main?',
    );
    expect(await del(['y', 'n'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Deleted variable env:FOO\n'),
    });
  });

  it('does not delete an inherited variable', async () => {
    await using world = await aWorldWithVariables();

    expect(await world.bough(['variable:delete', 'env:FOO', '-e', 'feature/x', '--yes'])).toMatchObject({
      code: 1,
      stderr:
        'The variable env:FOO is inherited, so it cannot be deleted from this environment.\nYou could override its value with the variable:update command.\n',
    });
  });
});
