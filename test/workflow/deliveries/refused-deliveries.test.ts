import { describe, expect, it } from 'vitest';
import type { QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import type { RefusedDeliveries } from '../../../shared/domain/deliveries/refused-deliveries.ts';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import { validateIntegration } from '../../../shared/workflow/integrations/validate-integration.ts';
import { integrationId, projectId, start } from '../../support/builders.ts';
import { delivery, signed } from '../../support/deliveries.ts';
import { aWorld } from '../../support/world.ts';

const repository = { uuid: '{0f1e}', full_name: 'acme/website' };
const aPush = delivery('repo:push', { repository, push: { changes: [] } });
const unsigned = aPush;
const signedOtherwise = signed(aPush, 'a secret of somebody');
const rightlySigned = signed(aPush, 'webhook-secret');

const at = (minute: number) => new Date(Date.parse(start) + minute * 60_000).toISOString();
const days = 24 * 60;
const url = `https://api.example.org/${integrationId}/hook`;

/** A world whose webhook has another secret. */
async function aWorldWithAnotherSecret(
  integration: { refused_deliveries?: RefusedDeliveries; last_delivery_at?: string } = {},
) {
  const world = await aWorld({ integration });
  const state = { active: true, missing_events: [], has_secret: true };
  world.bitbucket.hooks.push({ url, secret: 'another secret', state });
  let now = at(0);
  const ports = { ...world.ports, clock: { ...world.clock, now: () => now } };
  const accept = bind(acceptDelivery, { reportedRefusals: new Map(), ...ports, formats: webhookFormats });
  return {
    ...world,
    ports,
    secret: () => world.bitbucket.hooks[0]?.secret,
    refused: async () => (await world.integration()).refused_deliveries,
    later: (minute: number) => {
      now = at(minute);
      world.clock.now = () => now;
      world.ports.clock.now = () => now;
    },
    deliver: (given: Parameters<typeof accept>[2]) =>
      accept(projectId, integrationId, given).catch(({ code }) => code),
    validate: async () => validateIntegration(ports, await world.integration()),
  };
}

describe('a delivery without the right signature', () => {
  it.each([
    ['signature_missing', unsigned],
    ['signature_invalid', signedOtherwise],
  ])('is refused with %s and recorded', async (code, given) => {
    const world = await aWorldWithAnotherSecret();

    expect(await world.deliver(given)).toBe(code);
    await world.settle();

    expect(await world.refused()).toEqual({ last_at: at(0), rewritten_at: null });
    expect(world.lines).toContainEqual(
      expect.objectContaining({
        fields: expect.objectContaining({ because: 'a refused delivery changes no environment' }),
      }),
    );
  });

  it('is recorded once in ten minutes, for any number of deliveries', async () => {
    const world = await aWorldWithAnotherSecret();
    const told: QueuedEvent[] = [];

    for (const minute of [0, 0, 5, 9, 10, 15]) {
      world.later(minute);
      await world.deliver(signedOtherwise);
      told.push(...world.events.splice(0));
    }

    expect(told).toHaveLength(2);
  });

  it('is not recorded when another instance of the function has recorded one', async () => {
    const world = await aWorldWithAnotherSecret({
      refused_deliveries: { last_at: at(-9), rewritten_at: null },
    });

    await world.deliver(signedOtherwise);

    expect(world.events).toEqual([]);
  });

  it('is stored once when several instances report it', async () => {
    const world = await aWorldWithAnotherSecret();

    for (const _ of [1, 2, 3]) await world.process({ type: 'delivery.refused' });

    expect(await world.integration()).toMatchObject({ version: 2 });
  });

  it('is refused also when the queue fails, and recorded the next time', async () => {
    const world = await aWorldWithAnotherSecret();
    const { send } = world.ports.events;
    world.ports.events.send = () => Promise.reject(new Error('SQS is down'));

    expect(await world.deliver(signedOtherwise)).toBe('signature_invalid');
    world.ports.events.send = send;
    await world.deliver(signedOtherwise);

    expect(world.events).toHaveLength(1);
  });

  it('does not block deliveries with the right signature', async () => {
    const world = await aWorldWithAnotherSecret();

    await world.deliver(signedOtherwise);

    expect(await world.deliver(rightlySigned)).toMatchObject({ status: 202 });
  });
});

describe('a webhook whose deliveries are refused', () => {
  it("is reported by the integration's validation", async () => {
    const world = await aWorldWithAnotherSecret({
      refused_deliveries: { last_at: at(-1), rewritten_at: null },
    });

    expect(await world.validate()).toEqual({
      webhook: `Deliveries are refused because their signature does not match the secret of the integration, last at ${at(-1)}. The next scheduled prune repairs the webhook if the permissions allow. To repair it by hand, use the URL (hook_url) and the secret (hook_secret) that bough integration:get shows.`,
    });
  });

  it.each<[string, { refused_deliveries?: RefusedDeliveries; last_delivery_at?: string }]>([
    ['none was refused', {}],
    [
      'one was accepted since',
      { refused_deliveries: { last_at: at(-9), rewritten_at: null }, last_delivery_at: at(-1) },
    ],
    ['the last was refused long ago', { refused_deliveries: { last_at: at(-8 * days), rewritten_at: null } }],
    [
      'none was refused since its secret was written',
      { refused_deliveries: { last_at: at(-9), rewritten_at: at(-1) } },
    ],
  ])('is not reported when %s', async (_, integration) => {
    const world = await aWorldWithAnotherSecret(integration);

    expect(await world.validate()).toEqual({});
    await world.prune();
    expect(world.secret()).toBe('another secret');
  });

  it('gets its secret rewritten by the next prune, once', async () => {
    const world = await aWorldWithAnotherSecret();
    await world.deliver(signedOtherwise);
    await world.settle();

    world.later(10);
    await world.prune();

    expect(world.secret()).toBe('webhook-secret');
    expect(await world.refused()).toEqual({ last_at: at(0), rewritten_at: at(10) });
    expect(await world.validate()).toEqual({});
  });

  it.each([
    ['kept for a day', 23 * 60, 'another secret'],
    ['rewritten after a day', 25 * 60, 'webhook-secret'],
  ])('has its secret, when refusals continue, %s', async (_, minute, secret) => {
    const world = await aWorldWithAnotherSecret({
      refused_deliveries: { last_at: at(minute - 1), rewritten_at: at(0) },
    });

    world.later(minute);
    await world.prune();

    expect(world.secret()).toBe(secret);
  });

  it('is reported with other possible causes when refusals continue', async () => {
    const world = await aWorldWithAnotherSecret({
      refused_deliveries: { last_at: at(-1), rewritten_at: at(-60) },
    });

    expect(await world.validate()).toEqual({
      webhook: expect.stringMatching(/look for a second webhook with this URL, or for a proxy/),
    });
  });

  it('is retried when Bitbucket refuses the secret', async () => {
    const world = await aWorldWithAnotherSecret({
      refused_deliveries: { last_at: at(-1), rewritten_at: null },
    });
    world.bitbucket.fail('ensureWebhook');

    await world.prune();

    expect(await world.refused()).toEqual({ last_at: at(-1), rewritten_at: null });
  });
});
