import { describe, expect, it } from 'vitest';
import { anEndedActivity, anEnvironment } from '../../../support/api-world.ts';
import { aProject } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';
import { aLongHistory, aWorld, idOf, project } from './world.ts';

describe('bough activity:log', () => {
  it('prints only the log to stdout', async () => {
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

  it('shows times with --timestamps', async () => {
    await using world = await aWorld();
    world.writeLog(project, 'aaa', 'Fetching');

    const { stdout } = await world.bough(['activity:log', 'aaa', '-t']);

    expect(stdout).toBe('[2026-11-22T10:00:00.000Z] Fetching\n');
  });

  it('follows the log until the activity ends, without repetition', async () => {
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

  it('reads the log once with --refresh 0', async () => {
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
  ])('rejects %j', async (argv, message) => {
    await using world = await aWorld();

    expect(await world.bough(['activity:log', ...argv])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: message,
    });
  });

  it('finds an activity by its id at any age', async () => {
    await using world = await aLongHistory();

    const { code, stderr } = await world.bough(['activity:log', idOf(0)]);

    expect(code).toBe(0);
    expect(stderr).toContain(`Activity ID: ${idOf(0)}\n`);
  });

  it('lists the matches of an ambiguous id', async () => {
    await using world = await aWorld();
    await world.environments.save(anEnvironment({ id: 'pr-2' }), [anEndedActivity({ id: 'abc' })]);

    expect(await world.bough(['activity:log', 'a'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^The partial ID "a" is ambiguous; it matches the following activity IDs: \n {2}\w+\n {2}\w+\n$/,
      ),
    });
  });

  it('reports that a new project has none', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());

    expect(await world.bough(['activity:log'])).toMatchObject({ code: 1, stderr: 'No activities found\n' });
  });
});
