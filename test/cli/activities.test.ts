import { describe, expect, it } from 'vitest';
import { anActivity, anEndedActivity, anEnvironment } from '../support/api-world.ts';
import { anIntegration, aProject } from '../support/builders.ts';
import { cliWorld } from '../support/cli.ts';

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

describe('bough activity:list', () => {
  it("shows the project's newest activities, with their environments", async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['activity:list']);

    expect(code).toBe(0);
    expect(stderr).toBe(
      'Activities on the project Website (abcdefghijklm):\n\nTo view the log for an activity, run: bough activity:log [id]\n',
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
    [['--state', 'in_progress', '--state', 'pending'], 'ccc\n'],
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

  it('names no environments when they are all the same', async () => {
    await using world = await aWorld();

    const { stdout, stderr } = await world.bough(['act', '-e', 'feature/x', '--format', 'table']);

    expect(stderr).toContain('Activities on the environment feature/x:');
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
    expect(stdout).toBe('Building\n\u001b[31mno\u001b[0m\n');
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
    [['nope'], 'Activity not found: nope\n'],
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

  it('finds none in a new project', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    expect(await world.bough(['activity:log'])).toMatchObject({ code: 1, stderr: 'No activities found\n' });
  });
});
