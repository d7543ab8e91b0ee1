import { describe, expect, it } from 'vitest';
import { anEndedActivity, anEnvironment } from '../../../support/api-world.ts';
import { anIntegration, aProject } from '../../../support/builders.ts';
import { cliWorld } from '../../../support/cli.ts';

const project = 'abcdefghijklm';
const at = (minute: number) => `2026-11-22T10:0${minute}:00.000Z`;

async function aWorld() {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.integrations.save(anIntegration(), [
    anEndedActivity({
      id: 'aaa',
      type: 'integration.bitbucket.register_hooks',
      text: 'Register the webhook',
      created_at: at(1),
      result: 'failure',
    }),
    anEndedActivity({
      id: 'bbb',
      type: 'integration.bitbucket.fetch',
      text: 'Fetch everything',
      created_at: at(2),
    }),
  ]);
  await world.environments.save(anEnvironment(), [anEndedActivity({ id: 'ccc', created_at: at(3) })]);
  return world;
}

describe('bough integration:activity:list', () => {
  it("shows only the integration's activities", async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:activity:list']);

    expect(code).toBe(0);
    expect(stderr).toContain(
      'Activities on the project Website (abcdefghijklm), integration integration23 (bitbucket):\n',
    );
    expect(stdout.replaceAll(/ +/g, ' ').split('\n').slice(1, -2)).toEqual([
      '| ID | Created | Description | Type | State | Result |',
      expect.stringMatching(/^\+-/),
      '| bbb | 2026-11-22T10:02:00+00:00 | Fetch everything | integration.bitbucket.fetch | complete | success |',
      '| aaa | 2026-11-22T10:01:00+00:00 | Register the webhook | integration.bitbucket.register_hooks | complete | failure |',
    ]);
  });

  it.each([
    [['integration23'], 'bbb\naaa\n'],
    [['--result', 'failure'], 'aaa\n'],
    [['--limit', '1'], 'bbb\n'],
    [['--type', 'integration.bitbucket.fetch'], 'bbb\n'],
    [['--type', 'fetch'], 'bbb\n'],
    [['-x', '*.fetch'], 'aaa\n'],
  ])('shows the activities of %j', async (argv, expected) => {
    await using world = await aWorld();
    const plain = ['--format', 'plain', '--no-header', '-c', 'id'];

    const { stdout } = await world.bough(['integration:activities', ...argv, ...plain]);

    expect(stdout).toBe(expected);
  });

  it.each([
    [['--state', 'cancelled'], 'No activities found\n'],
    [['nope'], 'Integration not found: nope\n'],
    [['--limit', '0'], "Invalid value for '--limit': 0 (expected a whole number from 1)\n"],
  ])('reports that there are none with %j', async (argv, stderr) => {
    await using world = await aWorld();

    expect(await world.bough(['integration:activities', ...argv])).toMatchObject({
      code: 1,
      stdout: '',
      stderr,
    });
  });
});

describe('bough integration:activity:log', () => {
  it.each([
    ['the latest', [], 'bbb'],
    ['the one that an id begins', ['integration23', 'aa'], 'aaa'],
  ])('shows %s', async (_, argv, id) => {
    await using world = await aWorld();
    world.writeLog(project, id, `the log of ${id}`);

    const { code, stdout, stderr } = await world.bough(['integration:activity:log', ...argv]);

    expect([code, stdout]).toEqual([0, `the log of ${id}\n`]);
    expect(stderr).toMatch(new RegExp(`^Integration ID: integration23\\nActivity ID: ${id}\\n`));
  });

  it("does not find an environment's activity", async () => {
    await using world = await aWorld();

    expect(await world.bough(['integration:activity:log', 'integration23', 'ccc'])).toMatchObject({
      code: 1,
      stderr: 'Activity not found: "ccc"\n',
    });
  });
});

describe('bough integration:activity:get', () => {
  it('shows the latest activity and suggests the next commands', async () => {
    await using world = await aWorld();

    const { code, stdout, stderr } = await world.bough(['integration:activity:get']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/\| id +\| bbb /);
    expect(stderr).toBe(
      [
        '',
        'To view the log for this activity, run: bough integration:activity:log integration23 bbb',
        'To list activities for this integration, run: bough integration:activities integration23',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [['integration23', 'aaa', '-P', 'result'], 'failure\n'],
    [['inte', 'aa', '--property', 'payload.because'], '1a2b3c4 was pushed to main\n'],
  ])('prints only the value for %j', async (argv, stdout) => {
    await using world = await aWorld();

    expect(await world.bough(['integration:activity:get', ...argv])).toMatchObject({ code: 0, stdout });
  });

  it('reports that a new integration has none', async () => {
    await using world = await cliWorld();
    await world.projects.save(aProject());
    await world.integrations.save(anIntegration());

    expect(await world.bough(['integration:activity:get'])).toMatchObject({
      code: 1,
      stderr: 'No integration activities found\n',
    });
  });
});
