import { describe, expect, it } from 'vitest';
import { anEnvironment, projectId } from '../../support/builders.ts';
import { cliWorldOf, succeed } from '../../support/cli.ts';

const [x, y] = [anEnvironment({ id: 'feature/x' }), anEnvironment({ id: 'feature/y' })];
const activate = ['environment:activate', '--yes'];

/** Environments whose activities run until the test ends them. */
async function aBusyWorld() {
  const world = await cliWorldOf([x, y]);
  world.work.endOf = () => null;
  const activityOf = async (id: string) => (await world.stored(id))!.activities[0]!.id;
  return {
    ...world,
    activityOf,
    log: async (environment: string, ...lines: string[]) =>
      world.writeLog(projectId, await activityOf(environment), ...lines),
    /** Ends the running activities. */
    end: async (endOf: typeof world.work.endOf = succeed) => {
      world.work.endOf = endOf;
      await world.ports.effects.send(world.effects.splice(0));
    },
  };
}

/** Runs one step at each pause. */
function oneByOne(...steps: (() => Promise<void>)[]) {
  return async () => steps.shift()?.();
}

describe('waiting for an activity', () => {
  it('shows the log while it grows, then the result', async () => {
    await using world = await aBusyWorld();
    const onPause = oneByOne(
      () => world.log('feature/x', 'Cloning'),
      () => world.log('feature/x', 'Deploying', '  half way'),
      async () => {
        await world.log('feature/x', 'Done');
        await world.end();
      },
    );

    const { code, stdout, stderr } = await world.bough([...activate, 'feature/x'], { onPause });

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr.split('[Y/n] y\n')[1]).toMatch(
      new RegExp(
        [
          '^.+',
          '',
          String.raw`Waiting for the activity: \[\w+\] Activate feature/x at \w{7}`,
          '',
          'Cloning',
          'Deploying',
          '  half way',
          'Done',
          '',
          String.raw`The activity succeeded: \[\w+\] Activate feature/x at \w{7}`,
          '$',
        ].join('\n'),
      ),
    );
  });

  it('ends with the reason of the failure and exit code 1', async () => {
    await using world = await aBusyWorld();
    const fail = () => ({ ending: { result: 'failure' as const, because: '.bough/deploy failed' } });

    const { code, stderr } = await world.bough([...activate, 'feature/x'], {
      onPause: () => world.end(fail),
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(/\n\nThe activity failed: \[\w+\] Activate .*\n {2}\.bough\/deploy failed\n$/);
  });

  it('escapes control sequences in the log', async () => {
    await using world = await aBusyWorld();
    const onPause = oneByOne(async () => {
      await world.log('feature/x', '\u001b[31mred\u001b[0m \u001b[2Jwiped\u001b]0;title\u0007\b');
      await world.end();
    });

    const { stderr } = await world.bough([...activate, 'feature/x'], { onPause });

    expect(stderr).toContain('\nred \\u001b[2Jwiped\\u001b]0;title\\u0007\\u0008\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops at %s, and says how to go on', async (signal, code) => {
    await using world = await aBusyWorld();
    let id = '';
    const onPause = async () => {
      id = await world.activityOf('feature/x');
      process.emit(signal, signal);
    };

    const interrupted = await world.bough([...activate, 'feature/x'], { onPause });

    expect(interrupted.code).toBe(code);
    expect(interrupted.stderr).toMatch(
      new RegExp(`\nTo follow the activity, run: bough activity:log ${id}\nInterrupted.\n$`),
    );
    expect(process.listenerCount(signal)).toBe(0);
    await world.end();
    expect((await world.bough(['activity:log', id])).code).toBe(0);
  });

  it.each([
    ['outlasts an API that is out of order for a while', 10, 0],
    ['does not outlast one that stays so, and says how to go on', 11, 1],
  ])('%s', async (_, times, code) => {
    await using world = await aBusyWorld();
    const { logs } = world.ports;
    const { read } = logs;
    let failures = 0;
    logs.read = async (...log) => {
      failures += 1;
      if (failures <= times) throw new Error('S3 is down');
      await world.end();
      return read(...log);
    };

    const ended = await world.bough([...activate, 'feature/x']);

    expect(ended.code).toBe(code);
    const said = code === 0 ? 'The activity succeeded: ' : 'To follow the activity, run: bough activity:log ';
    expect(ended.stderr).toContain(`\n${said}`);
  });

  it('is skipped with --no-wait, which prints how to follow the activity', async () => {
    await using world = await aBusyWorld();

    const { code, stderr, pauses } = await world.bough([...activate, 'feature/x', '--no-wait']);

    const id = await world.activityOf('feature/x');
    expect([code, pauses]).toEqual([0, 0]);
    expect(stderr).toMatch(new RegExp(`\nTo follow the activity, run: bough activity:log ${id}\n$`));
  });
});

describe('waiting for several activities', () => {
  it('follows them in parallel', async () => {
    await using world = await aBusyWorld();
    const onPause = oneByOne(
      () => world.log('feature/y', 'first of y'),
      () => world.log('feature/x', 'first of x'),
      async () => {
        await world.log('feature/y', 'last of y');
        await world.log('feature/x', 'last of x');
        await world.end();
      },
    );

    const { code, stderr } = await world.bough([...activate, 'feature/x', 'feature/y'], { onPause });

    expect(code).toBe(0);
    expect(stderr).toMatch(
      new RegExp(
        [
          '',
          'Waiting for 2 activities:',
          String.raw`  #1 \[\w+\] Activate feature/x at \w{7}`,
          String.raw`  #2 \[\w+\] Activate feature/y at \w{7}`,
          '',
          '#2 first of y',
          '#1 first of x',
          '#1 last of x',
          '#2 last of y',
          '',
          '2/2 activities succeeded:',
          String.raw`  #1 \[\w+\] Activate feature/x at \w{7}`,
          String.raw`  #2 \[\w+\] Activate feature/y at \w{7}`,
          '$',
        ].join('\n'),
      ),
    );
  });

  it('reports which of them succeeded and which failed', async () => {
    await using world = await aBusyWorld();
    const onPause = () =>
      world.end((activity) =>
        activity.text.includes('feature/y')
          ? { ending: { result: 'failure', because: '.bough/deploy failed' } }
          : succeed(activity),
      );

    const { code, stderr } = await world.bough([...activate, 'feature/y', 'feature/x'], { onPause });

    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        [
          '',
          '1/2 activities succeeded:',
          String.raw`  #2 \[\w+\] Activate feature/x at \w{7}`,
          '1/2 activities failed:',
          String.raw`  #1 \[\w+\] Activate feature/y at \w{7}`,
          '     .bough/deploy failed',
          '$',
        ].join('\n'),
      ),
    );
  });
});
