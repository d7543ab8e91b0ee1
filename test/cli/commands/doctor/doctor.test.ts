import { describe, expect, it } from 'vitest';
import { cliWorld } from '../../../support/cli.ts';

describe('bough doctor', () => {
  it('shows every check and succeeds without a problem', async () => {
    await using world = await cliWorld();
    world.aws.facts.executions = { value: 5 };

    const { code, stdout, stderr } = await world.bough([
      'doctor',
      '--format',
      'plain',
      '--columns',
      'state,id',
    ]);

    expect(code).toBe(0);
    expect(stdout).toContain('warning\tfunction-quota\n');
    expect(stdout).toContain('ok\tschedule\n');
    expect(stderr).toContain('0 problems, 1 warning.');
  });

  it('fails when there is a problem, and shows the remedy', async () => {
    await using world = await cliWorld();
    world.aws.facts.builds = { value: 0 };

    const { code, stdout, stderr } = await world.bough(['doctor', '--format', 'json']);

    expect(code).toBe(1);
    expect(JSON.parse(stdout)[0]).toMatchObject({
      state: 'problem',
      id: 'build-quota',
      remedy: expect.stringContaining('L-5ED1D25B'),
    });
    expect(stderr).toContain('1 problem, 0 warnings.');
  });

  it('does not fail for a check that failed to run, and counts it', async () => {
    await using world = await cliWorld();
    world.aws.facts.schedule = { unknown: 'AWS is away.' };

    const { code, stderr } = await world.bough(['doctor']);

    expect(code).toBe(0);
    expect(stderr).toContain('1 check failed to run');
  });
});
