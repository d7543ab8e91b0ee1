import { describe, expect, it } from 'vitest';
import { anActivity, anEndedActivity, anEnvironment } from '../../../support/api-world.ts';
import { anIntegration, aProject } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

const at = (minute: number) => `2026-11-22T10:0${minute}:00.000Z`;

async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.environments.save(
    anEnvironment({ id: 'feature/x', activities: [anActivity({ id: 'running', created_at: at(4) })] }),
    [
      anEndedActivity({ id: 'pushed', created_at: at(3), started_at: at(3), completed_at: at(5) }),
      anEndedActivity({
        id: 'dropped',
        type: 'environment.redeploy',
        created_at: at(2),
        started_at: null,
        state: 'cancelled',
        result: null,
      }),
    ],
  );
  await world.integrations.save(anIntegration(), [
    anEndedActivity({ id: 'fetched', type: 'integration.bitbucket.fetch', created_at: at(1) }),
  ]);
  return world;
}

describe('bough activity:get', () => {
  it("shows an activity's properties without payload, log and links", async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['activity:get', 'pushed']);

    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^\| (\w+) /gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['id', 'type', 'state', 'result', 'timings', 'duration']));
    expect(names).not.toEqual(expect.arrayContaining(['payload']));
    expect(names).not.toEqual(expect.arrayContaining(['log']));
    expect(stdout).not.toContain('_links');
    expect(stdout).toMatch(/\| duration +\| 120 +\|/);
    expect(stderr).toBe(
      '\nTo view the log for this activity, run: bough activity:log pushed\nTo list activities, run: bough activities\n',
    );
  });

  it('prints only data in machine formats', async () => {
    await using world = await aWorld();

    const { stdout, stderr } = await world.bough(['activity:get', 'pushed', '--format', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({ id: 'pushed', duration: 120 });
    expect(stderr).toBe('');
  });

  it.each([
    [['-P', 'id'], 'running\n'],
    [['-P', 'id', '-e', 'feature/x'], 'running\n'],
    [['-P', 'id', '--type', 'fetch'], 'fetched\n'],
    [['-P', 'id', '-x', 'push,fetch'], 'dropped\n'],
    [['-P', 'id', '--state', 'complete', '-a'], 'pushed\n'],
    [['-P', 'id', '--result', 'success'], 'pushed\n'],
    [['-P', 'id', '-i'], 'running\n'],
    [['pu', '-P', 'completed_at'], '2026-11-22T10:05:00+00:00\n'],
    [['pushed', '-P', 'payload.because'], '1a2b3c4 was pushed to main\n'],
    [['dropped', '-P', 'duration'], '\n'],
  ])('prints only the value for %j', async (argv, stdout) => {
    await using world = await aWorld();

    expect(await world.bough(['activity:get', ...argv])).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  it('shows how long an activity has been running', async () => {
    await using world = await aWorld();

    const { stdout } = await world.bough(['activity:get', 'running', '-P', 'duration']);

    expect(stdout).toMatch(/^-?\d+\n$/);
  });

  it.each([
    [['nope'], 'Activity not found: "nope"\n'],
    [['fetched', '-e', 'feature/x'], 'Activity not found: "fetched"\n'],
    [['pushed/log'], 'Activity not found: "pushed/log"\n'],
    [['pushed', '-P', 'nope'], 'Property not found: nope\n'],
    [['--result', 'failure'], 'No activities found\n'],
  ])('rejects %j', async (argv, stderr) => {
    await using world = await aWorld();

    expect(await world.bough(['activity:get', ...argv])).toMatchObject({ code: 1, stdout: '', stderr });
  });
});
