import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../support/running-bough.ts';
import { makeDeployable, startDeployed } from '../deployed-stack.ts';

describe('Diagnostics of the local stack, with the rights that the template grants', {
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

  it('reports the local quotas, and a disabled schedule', async () => {
    expect(await states()).toEqual({
      'build-quota': 'ok',
      'function-quota': 'ok',
      schedule: 'problem',
      alarms: 'ok',
      'dead-letters': 'ok',
    });
  });

  it('reports a quota of 0 builds', async () => {
    deployed.stack.limitBuilds(0);

    expect(await states()).toMatchObject({ 'build-quota': 'problem' });
  });

  it('uses every grant that it has', async () => {
    const unused = deployed.stack.unusedGrants();

    expect(unused.filter((line) => /servicequotas|GetAccountSettings|GetSchedule/.test(line))).toEqual([]);
  });
});
