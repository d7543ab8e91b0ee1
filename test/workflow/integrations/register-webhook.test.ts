import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { runIntegrationActivity } from '../../../shared/workflow/activities/run-integration-activity.ts';
import {
  aRunningActivity,
  aWaitingActivity,
  endedOf,
  integrationId,
  projectId,
  queueOf,
} from '../../support/builders.ts';
import { aWorld } from '../../support/world.ts';

const registration = aRunningActivity({ type: 'integration.bitbucket.register_hooks', id: 'registration' });
const fetch = aWaitingActivity({ type: 'integration.bitbucket.fetch', id: 'fetch' });
const effect = {
  type: 'integration.run' as const,
  project: projectId,
  integration: integrationId,
  activity: registration,
};

/** A world whose integration registers its webhook, and fetches everything after that. */
async function registeringWorld() {
  const world = await aWorld({ integration: { activities: [registration, fetch] } });
  return { world, run: () => world.perform(effect) };
}

describe('registering the webhook', () => {
  it("creates the webhook with the integration's URL and secret", async () => {
    const { world, run } = await registeringWorld();

    await run();

    expect(world.bitbucket.hooks).toMatchObject([
      { url: `https://api.example.org/${integrationId}/hook`, secret: 'webhook-secret' },
    ]);
    expect(world.logOf('registration').at(-1)).toBe('The webhook was created');
    expect(endedOf(await world.history())).toEqual(['register_hooks: success']);
  });

  it('finds the existing webhook, and creates no other', async () => {
    const { world, run } = await registeringWorld();
    await run();
    await world.prune();

    expect(world.bitbucket.hooks).toHaveLength(1);
  });

  it('starts the pending fetch', async () => {
    const { world, run } = await registeringWorld();

    await run();

    expect(queueOf(await world.integration())).toEqual(['fetch, running']);
    expect(world.effects).toMatchObject([{ type: 'integration.run', activity: { id: 'fetch' } }]);
  });

  it('starts the fetch also when its first message was lost', async () => {
    const { world } = await registeringWorld();
    const send = () => Promise.reject(new Error('SQS is down'));
    const failing = bind(runIntegrationActivity, { ...world.ports, effects: { send } });

    const effect = {
      type: 'integration.run' as const,
      project: projectId,
      integration: integrationId,
      activity: registration,
    };
    await expect(failing(effect, 1)).rejects.toThrow('SQS is down');
    await world.perform(effect, 2);

    expect(world.effects).toMatchObject([{ type: 'integration.run', activity: { id: 'fetch' } }]);
    expect(endedOf(await world.history())).toEqual(['register_hooks: success']);
  });

  it('is an error when Bitbucket refuses it', async () => {
    const { world, run } = await registeringWorld();
    world.bitbucket.fail('ensureWebhook');

    await expect(run()).rejects.toThrow('ensureWebhook failed');

    expect(queueOf(await world.integration())).toEqual(['register_hooks, running', 'fetch, waiting']);
  });
});

describe('without the permission to register the webhook', () => {
  const forbidden = new BoughError('git_host_forbidden', 'The OAuth consumer lacks "Webhooks".');

  /** Runs the activity as the activities function does, with a Bitbucket that forbids the registration. */
  async function refusedWorld() {
    const { world, run } = await registeringWorld();
    world.bitbucket.fail('ensureWebhook', forbidden);
    const error = await run().then(
      () => expect.unreachable('it was registered'),
      (reason: BoughError) => reason,
    );
    await world.fail(effect, error);
    return { world, error };
  }

  it('it fails with the missing permission and the manual steps', async () => {
    const { world, error } = await refusedWorld();

    expect(error).toMatchObject({
      code: 'git_host_forbidden',
      disposition: 'halt',
      message: 'The webhook could not be added. The OAuth consumer lacks "Webhooks".',
      cause: forbidden,
    });
    expect(await world.history()).toMatchObject([{ id: 'registration', result: 'failure' }]);
    const lines = world.logOf('registration');
    expect(lines[0]).toBe(`Registering the webhook https://api.example.org/${integrationId}/hook`);
    expect(lines.at(-1)).toMatch(/^E: The webhook could not be added\..*manually.*hook_url.*hook_secret/);
  });

  it('everything is still fetched', async () => {
    const { world } = await refusedWorld();

    expect(queueOf(await world.integration())).toEqual(['fetch, running']);
    await world.settle();
    expect(await world.environment('main')).toMatchObject({ status: 'active' });
    expect(endedOf(await world.history())).toEqual([
      'push A: success',
      'fetch: success',
      'register_hooks: failure',
    ]);
  });

  it('the secret is in no log and in no error', async () => {
    const { world, error } = await refusedWorld();
    await world.prune();

    expect(world.logOf('registration').length).toBeGreaterThan(0);
    expect(JSON.stringify(await world.history())).not.toContain('webhook-secret');
    expect(world.logOf('registration').join()).not.toContain('webhook-secret');
    expect(JSON.stringify(world.lines)).not.toContain('webhook-secret');
    expect(`${error.message} ${error.remedy}`).not.toContain('webhook-secret');
  });

  it('another refusal is passed on unchanged', async () => {
    const { world, run } = await registeringWorld();
    const revoked = new BoughError('git_host_credentials', 'Revoked.');
    world.bitbucket.fail('ensureWebhook', revoked);

    await expect(run()).rejects.toBe(revoked);
  });
});
