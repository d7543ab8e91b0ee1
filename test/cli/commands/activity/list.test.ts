import { describe, expect, it } from 'vitest';
import { anActivity, anEndedActivity, anEnvironment } from '../../../support/api-world.ts';
import { anIntegration, aProject } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

const project = 'abcdefghijklm';
const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;

async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.environments.save(
    anEnvironment({ id: 'feature/x', activities: [anActivity({ id: 'ccc', created_at: at(3) })] }),
    [anEndedActivity({ id: 'bbb', created_at: at(2), result: 'failure', text: 'Push <b> to x' })],
  );
  const fetch = { type: 'integration.bitbucket.fetch' as const, text: 'Fetch everything' };
  await world.integrations.save(anIntegration(), [
    anEndedActivity({ ...fetch, id: 'aaa', created_at: at(1) }),
  ]);
  return world;
}

const idOf = (number: number) => `activity${String(number).padStart(4, '0')}`;

/** A project with 700 activities, the last one the newest. */
async function aLongHistory() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  const ended = Array.from({ length: 700 }, (_, number) =>
    anEndedActivity({
      id: idOf(number),
      created_at: new Date(Date.parse('2026-11-22T10:00:00Z') + number * 1000).toISOString(),
    }),
  );
  await world.environments.save(anEnvironment(), ended);
  return world;
}

describe('bough activity:list', () => {
  it("shows the project's newest activities, with their environments", async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['activity:list']);

    expect(code).toBe(0);
    expect(stderr).toBe(
      [
        'Activities on the project Website (abcdefghijklm):',
        '',
        'To view the log for an activity, run: bough activity:log [id]',
        'To view more information about an activity, run: bough activity:get [id]',
        '',
        'For more information, run: bough activity:list -h',
        '',
      ].join('\n'),
    );
    expect(stdout.replaceAll(/ +/g, ' ').split('\n').slice(1, -1)).toEqual([
      '| ID | Created | Description | Progress | State | Result | Environment(s) |',
      expect.stringMatching(/^\+-/),
      '| ccc | 2026-11-22T10:03:00+00:00 | Push 1a2b3c4 to main | 50% | in progress | | feature/x |',
      '| bbb | 2026-11-22T10:02:00+00:00 | Push <b> to x | 100% | complete | failure | feature/x |',
      '| aaa | 2026-11-22T10:01:00+00:00 | Fetch everything | 100% | complete | success | |',
      expect.stringMatching(/^\+-/),
    ]);
  });

  it.each([
    [[], 'ccc\nbbb\naaa\n'],
    [['--all'], 'ccc\nbbb\naaa\n'],
    [['-e', 'feature/x'], 'ccc\nbbb\n'],
    [['-e', 'feature/x', '-a'], 'ccc\nbbb\naaa\n'],
    [['--limit', '2'], 'ccc\nbbb\n'],
    [['--type', 'integration.bitbucket.fetch'], 'aaa\n'],
    [['--type', 'push'], 'ccc\nbbb\n'],
    [['-t', 'bitbucket.fetch,push'], 'ccc\nbbb\naaa\n'],
    [['-t', '%.fetch'], 'aaa\n'],
    [['-t', 'environment.*'], 'ccc\nbbb\n'],
    [['-t', 'redeploy'], ''],
    [['--exclude-type', 'push'], 'aaa\n'],
    [['-x', 'integration.*', '-x', 'redeploy'], 'ccc\nbbb\n'],
    [['-x', '*'], ''],
    [['--state', 'in_progress', '--state', 'pending'], 'ccc\n'],
    [['--state', 'pending, in_progress'], 'ccc\n'],
    [['-i'], 'ccc\n'],
    [['--incomplete', '-e', 'feature/x'], 'ccc\n'],
    [['--result', 'failure'], 'bbb\n'],
  ])('shows those of %j', async (flags, expected) => {
    await using world = await aWorld();

    const { stdout } = await world.bough([
      'activities',
      '--format',
      'plain',
      '--no-header',
      '-c',
      'id',
      ...flags,
    ]);

    expect(stdout).toBe(expected);
  });

  it.each([
    [['-t', 'cron'], 'Unrecognized activity type to include: cron\n'],
    [['-x', 'cron'], 'Unrecognized activity type to exclude: cron\n'],
    [['-t', 'push', '-x', 'push'], 'The --exclude-type and --type options conflict.\n'],
    [['-i', '--state', 'complete'], 'The --incomplete option implies --state in_progress,pending\n'],
  ])('says what is odd about %j', async (flags, message) => {
    await using world = await aWorld();

    expect((await world.bough(['act', ...flags])).stderr.startsWith(message)).toBe(true);
  });

  it('is of the environment that BOUGH_ENVIRONMENT names, unless all are wanted', async () => {
    await using world = await aWorld();
    const list = ['act', '--format', 'plain', '--no-header', '-c', 'id'];
    const env = { BOUGH_ENVIRONMENT: 'feature/x' };

    expect((await world.bough(list, { env })).stdout).toBe('ccc\nbbb\n');
    expect((await world.bough([...list, '--all'], { env })).stdout).toBe('ccc\nbbb\naaa\n');
  });

  it('tells how to see more, and what hides the others', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    const pushes = Array.from({ length: 6 }, (_, index) =>
      anEndedActivity({ id: `push${index}`, created_at: at(index) }),
    );
    await world.environments.save(anEnvironment(), pushes);

    const { stderr } = await world.bough(['act', '--limit', '6']);
    const all = await world.bough(['act', '--limit', '7']);

    expect(stderr).toContain(
      [
        'More activities may be available.',
        'To display older activities, increase --limit above 6, or set --start to a date in the past.',
        'Exclude the most frequent activity type by adding: -x push',
        '',
      ].join('\n'),
    );
    expect(all.stderr).not.toContain('More activities');
  });

  it('shows as many as are wanted, however many a page has', async () => {
    await using world = await aLongHistory();

    const { stdout } = await world.bough([
      'act',
      '--limit',
      '650',
      '--format',
      'plain',
      '--no-header',
      '-c',
      'id',
    ]);

    const ids = stdout.trimEnd().split('\n');
    expect(ids).toHaveLength(650);
    expect(new Set(ids).size).toBe(650);
    expect(ids.at(-1)).toBe(idOf(50));
  });

  it('names no environments when they are all the same', async () => {
    await using world = await aWorld();

    const { stdout, stderr } = await world.bough(['act', '-e', 'feature/x', '--format', 'table']);

    expect(stderr).toContain(
      'Activities on the project Website (abcdefghijklm), environment feature/x (type: development):\n',
    );
    expect(stdout).not.toContain('Environment(s)');
  });

  it('can tell why', async () => {
    await using world = await aWorld();

    const { stdout } = await world.bough([
      'act',
      '--format',
      'csv',
      '--no-header',
      '-c',
      'because',
      '--limit',
      '1',
    ]);

    expect(stdout).toBe('1a2b3c4 was pushed to main\n');
  });

  it('finds none', async () => {
    await using world = await aWorld();

    expect(await world.bough(['act', '--state', 'cancelled'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'No activities found\n',
    });
  });

  it.each([
    ['2026-03-15', '2026-03-15T00:00:00.000Z'],
    ['2026-03-15T12:00:00+02:00', '2026-03-15T10:00:00.000Z'],
  ])('asks for what was created before %s', async (start, time) => {
    await using world = await aWorld();

    const { code } = await world.bough(['act', '--start', start]);

    expect(code).toBe(1);
    expect(world.requests.at(-1)?.path).toContain(`starts_at=${encodeURIComponent(time)}`);
  });

  it('refuses a date that is none', async () => {
    await using world = await aWorld();

    expect(await world.bough(['act', '--start', 'long ago'])).toMatchObject({
      code: 1,
      stderr: "Invalid value for '--start': long ago (expected a date, such as 2026-11-22)\n",
    });
  });

  it('leaves it to the API to refuse a state', async () => {
    await using world = await aWorld();

    const { code, stdout } = await world.bough(['act', '--state', 'nonsense']);

    expect(code).toBe(4);
    expect(stdout).toMatch(/^state\b.*: Must be one of/);
  });

  it.each(['0', 'many', '1.5'])('refuses a limit of %s', async (limit) => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(['act', '--limit', limit]);

    expect(code).toBe(1);
    expect(stderr).toBe(`Invalid value for '--limit': ${limit} (expected a whole number from 1)\n`);
  });
});

describe('bough activity:log', () => {
  it('prints the log alone as data', async () => {
    await using world = await aWorld();
    world.writeLog(project, 'bbb', 'Building', '\u001b[31mno\u001b[0m');

    const { code, stdout, stderr } = await world.bough(['activity:log', 'bbb']);

    expect(code).toBe(0);
    expect(stdout).toBe('Building\nno\n');
    expect(stderr).toBe(
      [
        'Activity ID: bbb',
        'Type: environment.push',
        'Description: Push <b> to x',
        'Because: 1a2b3c4 was pushed to main',
        'Created: 2026-11-22T10:02:00+00:00',
        'State: complete',
        'Log:',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['the latest', [], 'ccc'],
    ['the latest of an environment', ['-e', 'feature/x'], 'ccc'],
    ['the one that an id begins', ['aa'], 'aaa'],
    ['the latest of a type', ['--type', 'fetch'], 'aaa'],
    ['the latest with a result', ['--result', 'failure', '-a'], 'bbb'],
    ['the latest but', ['-x', 'push'], 'aaa'],
  ])('shows %s', async (_, argv, id) => {
    await using world = await aWorld();

    const { stderr } = await world.bough(['activity:log', '--refresh', '0', ...argv]);

    expect(stderr).toContain(`Activity ID: ${id}\n`);
  });

  it('shows the times on demand', async () => {
    await using world = await aWorld();
    world.writeLog(project, 'aaa', 'Fetching');

    const { stdout } = await world.bough(['activity:log', 'aaa', '-t']);

    expect(stdout).toBe('[2026-11-22T10:00:00.000Z] Fetching\n');
  });

  it('follows what is written until the activity ends, and repeats nothing', async () => {
    await using world = await aWorld();
    world.writeLog(project, 'ccc', 'one');
    const steps = [
      () => world.writeLog(project, 'ccc', 'two', 'three'),
      () => undefined,
      async () => {
        world.writeLog(project, 'ccc', 'four');
        const environment = (await world.environments.get(project, 'feature/x'))!;
        await world.environments.save({ ...environment, activities: [], version: 2 }, [
          anEndedActivity({ id: 'ccc' }),
        ]);
      },
    ];

    const { code, stdout } = await world.bough(['activity:log'], { onPause: async () => steps.shift()?.() });

    expect(code).toBe(0);
    expect(stdout).toBe('one\ntwo\nthree\nfour\n');
  });

  it('looks once on demand', async () => {
    await using world = await aWorld();
    world.writeLog(project, 'ccc', 'one');

    expect(await world.bough(['activity:log', '--refresh', '0'])).toMatchObject({
      stdout: 'one\n',
      pauses: 0,
    });
  });

  it.each([
    [['nope'], 'Activity not found: "nope"\n'],
    [['--refresh', 'x'], "Invalid value for '--refresh': x (expected a whole number from 0)\n"],
    [['-e', 'nope'], 'Specified environment not found: nope\n'],
  ])('refuses %j', async (argv, message) => {
    await using world = await aWorld();

    expect(await world.bough(['activity:log', ...argv])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: message,
    });
  });

  it('finds one by its id, however old it is', async () => {
    await using world = await aLongHistory();

    const { code, stderr } = await world.bough(['activity:log', idOf(0)]);

    expect(code).toBe(0);
    expect(stderr).toContain(`Activity ID: ${idOf(0)}\n`);
  });

  it('names those that an id may mean', async () => {
    await using world = await aWorld();
    await world.environments.save(anEnvironment({ id: 'pr-2' }), [anEndedActivity({ id: 'abc' })]);

    expect(await world.bough(['activity:log', 'a'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^The partial ID "a" is ambiguous; it matches the following activity IDs: \n {2}\w+\n {2}\w+\n$/,
      ),
    });
  });

  it('finds none in a new project', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    expect(await world.bough(['activity:log'])).toMatchObject({ code: 1, stderr: 'No activities found\n' });
  });
});
