import { describe, expect, it } from 'vitest';
import { anActivity, anEndedActivity, anEnvironment } from '../../../support/api-world.ts';
import { aProject, projectId } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

const at = (minute: number) => `2026-11-22T10:0${minute}:00.000Z`;
const running = anActivity({ id: 'running', created_at: at(1) });
const waiting = (id: string, minute: number) =>
  anActivity({ id, state: 'pending', started_at: null, created_at: at(minute), text: `Push ${id}` });

async function aWorld(...activities: ReturnType<typeof anActivity>[]) {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.environments.save(anEnvironment({ id: 'feature/x', activities }), [
    anEndedActivity({ id: 'ended', created_at: at(0) }),
  ]);
  const open = async () =>
    (await world.environments.get(projectId, 'feature/x'))?.activities.map(({ id }) => id);
  return { ...world, open };
}

describe('bough activity:cancel', () => {
  it.each([
    ['the one that waits', []],
    ['the one that is named', ['second']],
    ['the one that an id begins', ['sec', '-e', 'feature/x']],
    ['the one of a type', ['--type', 'push', '-a']],
  ])('cancels %s', async (_, argv) => {
    await using world = await aWorld(running, waiting('second', 2));

    const { code, stdout, stderr } = await world.bough(['activity:cancel', ...argv]);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      [
        'Cancelling the activity [second] Push second',
        '',
        'The activity was successfully cancelled.',
        '',
        "To view this activity's log, run: bough activity:log second",
        'To list all activities, run: bough act',
        '',
      ].join('\n'),
    );
    expect(await world.open()).toEqual(['running']);
  });

  it('lets the user choose one of several', async () => {
    await using world = await aWorld(running, waiting('second', 2), waiting('third', 3));

    const { code, stderr } = await world.bough(['activity:cancel'], { answers: ['2'] });

    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Enter a number to choose an activity to cancel:\n {2}1\. 2026-11-22T10:03:00\+00:00: Push third \(pending\)\n {2}2\. .*Push second/,
    );
    expect(await world.open()).toEqual(['running', 'third']);
  });

  it('cancels the newest when the terminal is not interactive', async () => {
    await using world = await aWorld(running, waiting('second', 2), waiting('third', 3));

    await world.bough(['activity:cancel']);

    expect(await world.open()).toEqual(['running', 'second']);
  });

  it.each([
    ['nothing is under way', [], []],
    ['nothing of a type is', [running, waiting('second', 2)], ['-x', 'push']],
  ])('reports that there is none when %s', async (_, activities, argv) => {
    await using world = await aWorld(...activities);

    expect(await world.bough(['activity:cancel', ...argv])).toMatchObject({
      code: 1,
      stderr: 'No cancellable activities found\n\nTo list incomplete activities, run: bough act -i\n',
    });
  });

  it('stops a running activity', async () => {
    await using world = await aWorld(running);

    const { code, stderr } = await world.bough(['activity:cancel', 'running']);

    expect(code).toBe(0);
    expect(stderr).toContain('The activity is being stopped.');
  });

  it('does not cancel a finished activity', async () => {
    await using world = await aWorld(running);

    const { code, stderr } = await world.bough(['activity:cancel', 'ended']);

    expect(code).toBe(1);
    expect(stderr).toContain('The activity cannot be cancelled in its current state (complete).');
    expect(stderr).toContain("\n\nTo view this activity's log, run: bough activity:log ended\n");
    expect(await world.open()).toEqual(['running']);
  });

  it('rejects an unknown id', async () => {
    await using world = await aWorld(running);

    expect(await world.bough(['activity:cancel', 'nope'])).toMatchObject({
      code: 1,
      stderr: 'Activity not found: "nope"\n',
    });
  });
});
