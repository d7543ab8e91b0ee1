import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { LastStatus } from '../../../shared/domain/statuses/build-status.ts';
import { reportOf } from '../../../shared/domain/statuses/status-reports.ts';
import { BoughError } from '../../../shared/errors.ts';
import { validateIntegration } from '../../../shared/workflow/integrations/validate-integration.ts';
import { noteUndelivered } from '../../../shared/workflow/statuses/note-undelivered.ts';
import {
  anActiveEnvironment,
  aRunningActivity,
  commit,
  integrationId,
  projectId,
  start,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const undelivered = { because: 'Bitbucket did not answer. Wait.', since: start };
const successful: LastStatus = {
  commit: commit('A'),
  activity: 'first',
  state: 'successful',
  description: null,
  undelivered: null,
};
const anUndelivered = (changes: Partial<Environment> = {}) =>
  anActiveEnvironment({ build_status: { ...successful, undelivered }, ...changes });

const worldWith = (...environments: Environment[]) => {
  const ids = environments.filter(({ id }) => id !== 'main').map(({ id }) => [id, 'A']);
  return aWorld({
    environments: [theProductionEnvironment(), ...environments],
    repository: aRepository({ main: 'A', ...Object.fromEntries(ids) }),
  });
};
const statusOf = async (world: World, id = 'feature/x') => (await world.environment(id))?.build_status;
const shown = ({ bitbucket }: World) =>
  bitbucket.statuses.map(({ environment, state }) => [environment, state]);
const refused = new BoughError('git_host_rejected', 'Bitbucket said: no.');

const effect = (environment: Environment, status: LastStatus): Effect & { type: 'status.report' } => ({
  type: 'status.report',
  project: projectId,
  integration: integrationId,
  report: reportOf(environment, status),
});

describe('a build status whose sending is given up', () => {
  const environment = anActiveEnvironment({ build_status: successful });

  it('is recorded on its environment, with the reason, once', async () => {
    const world = await worldWith(environment);

    for (const _ of ['the last attempt', 'the same message again'])
      await noteUndelivered(world.ports, effect(environment, successful), refused);

    expect(await world.environment('feature/x')).toMatchObject({
      version: 2,
      build_status: {
        ...successful,
        undelivered: { because: expect.stringContaining('Bitbucket said: no.'), since: world.clock.now() },
      },
    });
  });

  it.each([
    ['is of an earlier commit of the environment', { ...successful, commit: commit('B') }],
    ['is of an environment that has been deleted', successful],
  ])('is not recorded when it %s', async (what, status) => {
    const world = await worldWith(...(what.includes('deleted') ? [] : [environment]));

    await noteUndelivered(world.ports, effect(environment, status), refused);

    expect(await statusOf(world)).toEqual(what.includes('deleted') ? undefined : successful);
  });

  it('is recorded when its integration was removed', async () => {
    const orphan = { ...environment, integration: 'removed' };
    const world = await worldWith(orphan);

    await world.perform({ ...effect(orphan, successful), integration: 'removed' });

    expect(world.bitbucket.calls).toEqual([]);
    expect(await statusOf(world)).toMatchObject({
      undelivered: { because: expect.stringContaining('has been removed') },
    });
  });

  it('is reported by the validation of its integration', async () => {
    const world = await worldWith(
      anUndelivered(),
      anUndelivered({ id: 'elsewhere', integration: 'removed' }),
    );

    expect(await validateIntegration(world.ports, await world.integration())).toMatchObject({
      build_status:
        'The last build status of these environments was not delivered: feature/x. Bitbucket did not answer. Wait. The scheduled prune sends it again.',
    });
  });
});

describe('the scheduled prune', () => {
  it('sends an undelivered status, and clears the record', async () => {
    const world = await worldWith(anUndelivered());

    await world.prune();

    expect(shown(world)).toEqual([['feature/x', 'successful']]);
    expect(await statusOf(world)).toEqual(successful);
    await world.prune();
    expect(world.bitbucket.statuses).toHaveLength(1);
  });

  it('sends the current status', async () => {
    const delay = { because: 'No more builds.', since: start, next_try: start };
    const activities = [aRunningActivity({ commit: commit('A'), delay })];
    const world = await worldWith(anUndelivered({ activities }));

    await world.prune();

    expect(shown(world)).toEqual([['feature/x', 'in_progress']]);
    expect(await statusOf(world)).toMatchObject({ undelivered });
  });

  it('keeps the record while Bitbucket refuses the status, and completes its other work', async () => {
    const world = await worldWith(anUndelivered());
    world.bitbucket.fail('reportStatus', refused);

    await world.prune();

    expect(await statusOf(world)).toMatchObject({ undelivered });
    expect(world.bitbucket.calls).toContain('ensureWebhook');
  });

  const many = Array.from({ length: 50 }, (_, index) => anUndelivered({ id: `b${index}` }));

  it('sends at most 20, starting at a random one', async () => {
    const world = await worldWith(...many);
    world.bitbucket.fail('reportStatus', refused);

    for (const chance of [0, 0.5]) {
      world.ports.chance = () => chance;
      await world.prune();
    }

    expect(world.bitbucket.calls.filter((call) => call.startsWith('reportStatus'))).toHaveLength(40);
    const tried = world.lines.filter(({ message }) => message === 'status not delivered');
    expect(new Set(tried.map(({ fields }) => fields['environment'])).size).toBe(40);
  });

  it.each([
    ['stops at a rate limit', 'git_host_rate_limited', 1],
    ['goes on after a commit that Bitbucket does not know', 'git_host_behind', 20],
  ] as const)('%s', async (_, code, calls) => {
    const world = await worldWith(...many);
    world.bitbucket.fail('reportStatus', new BoughError(code, 'No.'));

    await world.prune();

    expect(world.bitbucket.calls.filter((call) => call.startsWith('reportStatus'))).toHaveLength(calls);
  });

  it('sends the status of a cancelled deployment whose message was lost', async () => {
    const delay = { because: 'No more builds.', since: start, next_try: start };
    const asleep = aRunningActivity({ commit: commit('A'), delay });
    const world = await worldWith(anActiveEnvironment({ activities: [asleep] }));
    world.ports.effects.send = () => Promise.reject(new Error('SQS is down'));
    await expect(world.process({ type: 'branch.deleted', branch: 'feature/x' })).rejects.toThrow('SQS');
    world.ports.effects.send = async () => undefined;

    await world.prune();

    expect(shown(world)).toEqual([['feature/x', 'stopped']]);
  });
});
