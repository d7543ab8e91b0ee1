import { describe, expect, it } from 'vitest';
import { type DeliveryNote, lastDeliveries } from '../../../shared/domain/deliveries/delivery-note.ts';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import { processEvent } from '../../../shared/workflow/deliveries/process-event.ts';
import { anEnvironment, commit, integrationId, projectId } from '../../support/builders.ts';
import { withBranch } from '../../support/busy-world.ts';
import { delivery, signed } from '../../support/deliveries.ts';
import { aWorld, type World } from '../../support/world.ts';

const repository = { uuid: '{0f1e}', full_name: 'acme/website' };
const target = (name: string) => ({ type: 'branch', name, target: { hash: commit('B') } });
const pushOf = (changes: object[], pushed: object = repository) =>
  signed(delivery('repo:push', { repository: pushed, push: { changes } }), 'webhook-secret');
const created = (name: string) => ({ new: target(name), old: null });

function deliver(world: World, given: Parameters<typeof acceptDelivery>[3]) {
  const ports = { ...world.ports, formats: webhookFormats, reportedRefusals: new Map() };
  return acceptDelivery(ports, projectId, integrationId, given);
}
const listOf = ({ deliveries }: World) => lastDeliveries(deliveries.listOf(projectId, integrationId));

describe('the list of deliveries', () => {
  it('has the decision about each change, with its reason and activity', async () => {
    const world = await aWorld({ repository: withBranch('B') });

    await deliver(world, pushOf([created('feature/x'), { new: null, old: target('gone') }]));
    await world.settle();

    const [found, ...others] = await listOf(world);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      id: '99999999-8888-4777-8666-555555555555',
      event: 'repo:push',
      status: 'acted',
      accepted: [
        { type: 'branch.pushed', branch: 'feature/x', verdict: 'change' },
        { type: 'branch.deleted', branch: 'gone', verdict: 'ignore' },
      ],
      ignored: [],
    });
    expect(found?.accepted.map(({ because }) => because)).not.toContain('');
  });

  it('has the reason for which a push leads to nothing', async () => {
    const world = await aWorld({ integration: { fetch_branches: false }, repository: withBranch('B') });

    await deliver(world, pushOf([created('feature/x')]));
    await world.settle();

    expect(await listOf(world)).toMatchObject([
      { status: 'ignored', accepted: [{ branch: 'feature/x', because: expect.stringContaining('fetch') }] },
    ]);
  });

  it.each([
    ['of an event that changes nothing', signed(delivery('repo:fork', { repository }), 'webhook-secret')],
    ['about another repository', pushOf([created('x')], { uuid: '{9}', full_name: 'acme/other' })],
  ])('has a delivery %s', async (_, given) => {
    const world = await aWorld();

    const { ignored } = await deliver(world, given);
    await world.settle();

    expect(ignored).toHaveLength(1);
    expect(await listOf(world)).toMatchObject([
      { accepted: [], ignored: [ignored[0]?.because], status: 'ignored' },
    ]);
  });

  it('has the ignored changes of a delivery once', async () => {
    const world = await aWorld({ repository: withBranch('B') });

    await deliver(world, pushOf([created('a'), created('b'), created('no..name')]));
    await world.settle();

    expect(await listOf(world)).toMatchObject([
      {
        accepted: [{ branch: 'a' }, { branch: 'b' }],
        ignored: ['git allows no branch of the name "no..name"'],
      },
    ]);
  });

  it('has the fetch that a change of the repository’s name leads to', async () => {
    const world = await aWorld();

    await deliver(world, pushOf([], { ...repository, full_name: 'acme/renamed' }));
    await world.settle();

    expect(await listOf(world)).toMatchObject([
      { accepted: [{ type: 'repository.changed', verdict: 'fetch', activity: expect.any(String) }] },
    ]);
  });

  it('keeps the first decision when the queue repeats a message', async () => {
    const world = await aWorld({ environments: [anEnvironment()], repository: withBranch('B') });
    await deliver(world, pushOf([created('feature/x')]));
    const [queued] = world.events.splice(0);
    if (!queued) throw new Error('Nothing was queued');
    await processEvent(world.ports, queued, false);
    const before = await listOf(world);

    await processEvent(world.ports, queued, true);

    expect(await listOf(world)).toEqual(before);
    expect(before).toMatchObject([{ status: 'acted' }]);
  });

  it('has no delivery that anybody can send', async () => {
    const world = await aWorld();

    await deliver(world, delivery('diagnostics:ping', { test: true }));
    await deliver(world, { headers: {}, body: Buffer.from('') });
    await deliver(world, signed(delivery('repo:push', { repository }), 'wrong')).catch(() => undefined);
    await world.settle();

    expect(await listOf(world)).toEqual([]);
  });

  it('has none of Bough’s own events', async () => {
    const world = await aWorld();

    await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('A') });

    expect(await listOf(world)).toEqual([]);
  });

  it('does not stop the work when it cannot be written', async () => {
    const world = await aWorld({ repository: withBranch('B') });
    const record = async (_project: string, _integration: string, _note: DeliveryNote) => {
      throw new Error('DynamoDB is away');
    };
    await deliver(world, pushOf([created('feature/x')]));
    const [queued] = world.events.splice(0);
    if (!queued) throw new Error('Nothing was queued');

    await processEvent({ ...world.ports, deliveries: { record } }, queued, false);

    expect(await world.environment('feature/x')).not.toBeNull();
    expect(world.lines).toContainEqual(expect.objectContaining({ message: 'delivery not noted' }));
  });
});

describe('the response to a delivery without a change', () => {
  it('does not depend on its report', async () => {
    const world = await aWorld();
    const events = {
      send: async () => {
        throw new Error('SQS is away');
      },
    };
    const ports = { ...world.ports, events, formats: webhookFormats, reportedRefusals: new Map() };
    const given = signed(delivery('repo:fork', { repository }), 'webhook-secret');

    expect(await acceptDelivery(ports, projectId, integrationId, given)).toMatchObject({ status: 202 });
  });
});
