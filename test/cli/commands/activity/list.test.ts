import { describe, expect, it } from 'vitest';
import { anEndedActivity, anEnvironment } from '../../../support/api-world.ts';
import { aProject } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';
import { aLongHistory, aWorld, idOf } from './world.ts';

const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;

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
  ])('shows the activities of %j', async (flags, expected) => {
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
  ])('warns about %j', async (flags, message) => {
    await using world = await aWorld();

    expect((await world.bough(['act', ...flags])).stderr.startsWith(message)).toBe(true);
  });

  it('is limited to BOUGH_ENVIRONMENT, except with --all', async () => {
    await using world = await aWorld();
    const list = ['act', '--format', 'plain', '--no-header', '-c', 'id'];
    const env = { BOUGH_ENVIRONMENT: 'feature/x' };

    expect((await world.bough(list, { env })).stdout).toBe('ccc\nbbb\n');
    expect((await world.bough([...list, '--all'], { env })).stdout).toBe('ccc\nbbb\naaa\n');
  });

  it('suggests how to see more and which types to exclude', async () => {
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

  it('reads as many pages as the limit needs', async () => {
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

  it('omits the column of environments for one environment', async () => {
    await using world = await aWorld();

    const { stdout, stderr } = await world.bough(['act', '-e', 'feature/x', '--format', 'table']);

    expect(stderr).toContain(
      'Activities on the project Website (abcdefghijklm), environment feature/x (type: development):\n',
    );
    expect(stdout).not.toContain('Environment(s)');
  });

  it('can show the reasons', async () => {
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

  it('reports that there are none', async () => {
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
  ])('requests activities created before %s', async (start, time) => {
    await using world = await aWorld();

    const { code } = await world.bough(['act', '--start', start]);

    expect(code).toBe(1);
    expect(world.requests.at(-1)?.path).toContain(`starts_at=${encodeURIComponent(time)}`);
  });

  it('rejects an invalid date', async () => {
    await using world = await aWorld();

    expect(await world.bough(['act', '--start', 'long ago'])).toMatchObject({
      code: 1,
      stderr: "Invalid value for '--start': long ago (expected a date, such as 2026-11-22)\n",
    });
  });

  it('leaves the validation of states to the API', async () => {
    await using world = await aWorld();

    const { code, stdout } = await world.bough(['act', '--state', 'nonsense']);

    expect(code).toBe(4);
    expect(stdout).toMatch(/^state\b.*: Must be one of/);
  });

  it.each(['0', 'many', '1.5'])('rejects a limit of %s', async (limit) => {
    await using world = await aWorld();

    const { code, stderr } = await world.bough(['act', '--limit', limit]);

    expect(code).toBe(1);
    expect(stderr).toBe(`Invalid value for '--limit': ${limit} (expected a whole number from 1)\n`);
  });
});
