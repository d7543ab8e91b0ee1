import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../support/running-bough.ts';
import { makeDeployable, startDeployed } from '../deployed-stack.ts';

describe('A diagnosis of the local stack, with the rights that the template grants', {
  timeout: 120_000,
}, () => {
  let deployed: Awaited<ReturnType<typeof startDeployed>>;

  beforeAll(async () => {
    deployed = await startDeployed(await makeDeployable());
  }, 120_000);
  afterAll(() => deployed?.stack.stop());

  const states = async () => {
    const { body } = await call('GET', `${deployed.stack.apiUrl}/doctor`);
    return Object.fromEntries(body.checks.map(({ id, state }: { id: string; state: string }) => [id, state]));
  };

  it('finds the quotas of this machine, and its schedule, which is off', async () => {
    expect(await states()).toEqual({
      'build-quota': 'ok',
      'function-quota': 'ok',
      schedule: 'problem',
      alarms: 'ok',
      'dead-letters': 'ok',
    });
  });

  it('finds that no build may run', async () => {
    deployed.stack.limitBuilds(0);

    expect(await states()).toMatchObject({ 'build-quota': 'problem' });
  });

  it('needs all that it was granted for that', async () => {
    const unused = deployed.stack.unusedGrants();

    expect(unused.filter((line) => /servicequotas|GetAccountSettings|GetSchedule/.test(line))).toEqual([]);
  });
});
