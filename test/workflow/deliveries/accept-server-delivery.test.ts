import { describe, expect, it } from 'vitest';
import type { Delivery, QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import { aServerIntegration, integrationId, projectId, start } from '../../support/builders.ts';
import { signed } from '../../support/deliveries.ts';
import { aClock, openSecrets } from '../../support/doubles.ts';
import { memoryStores } from '../../support/memory-stores.ts';
import { serverFixtureDelivery } from '../../support/server-deliveries.ts';

const secret = 'webhook-secret';

/** A server's integration, and a function that accepts deliveries for its webhook. */
async function setting(changes: Parameters<typeof aServerIntegration>[0] = {}) {
  const { integrations } = memoryStores();
  await integrations.save(aServerIntegration({ repository_uuid: '12', ...changes }));
  const queued: QueuedEvent[] = [];
  const accept = bind(acceptDelivery, {
    reportedRefusals: new Map(),
    integrations,
    secrets: openSecrets,
    // Other tests cover the notes of deliveries without a change.
    events: {
      send: async (sent) =>
        void queued.push(...sent.filter(({ event }) => !event.type.startsWith('delivery.'))),
    },
    formats: webhookFormats,
    clock: aClock(),
  });
  return { queued, to: (delivery: Delivery) => accept(projectId, integrationId, delivery) };
}

const fixture = (name: string) => signed(serverFixtureDelivery(name), secret);

describe('a delivery from a Bitbucket Server', () => {
  it('is queued as normalised events, which the answer lists', async () => {
    const { to, queued } = await setting();

    const answer = await to(fixture('pr.opened.same-repository'));

    expect(answer).toMatchObject({
      status: 202,
      delivery: '7b1c4a0e-5a5f-4a31-9d0a-6a53c4d9f0c2',
      accepted: [{ type: 'pull_request.opened' }],
    });
    expect(queued).toMatchObject([
      {
        project: projectId,
        integration: integrationId,
        event: { type: 'pull_request.opened', pull_request: { fork: false } },
        origin: 'delivery',
        delivery: '7b1c4a0e-5a5f-4a31-9d0a-6a53c4d9f0c2',
        delivered_at: start,
      },
    ]);
  });

  it('names the fork that a pull request comes from', async () => {
    const { to, queued } = await setting();

    await to(fixture('pr.opened.from-fork'));

    expect(queued).toMatchObject([
      { event: { pull_request: { fork: true, source: { repository: expect.stringContaining('/') } } } },
    ]);
  });

  it('announces a new name', async () => {
    const { to, queued } = await setting();

    await to(fixture('repo.modified.renamed'));

    expect(queued).toMatchObject([{ event: { type: 'repository.changed', repository: 'ACME/site' } }]);
  });

  it('announces a new name with the first delivery of any kind', async () => {
    const { to, queued } = await setting({ repository: 'ACME/before' });

    await to(fixture('repo.refs_changed.branch-updated'));

    expect(queued).toMatchObject([
      { event: { type: 'repository.changed', repository: 'ACME/website' } },
      { event: { type: 'branch.pushed' } },
    ]);
  });

  it('about another repository is ignored, with the reason', async () => {
    const { to, queued } = await setting({ repository_uuid: '13' });

    expect(await to(fixture('repo.refs_changed.branch-updated'))).toMatchObject({
      status: 202,
      accepted: [],
      ignored: [{ because: 'the delivery is about another repository that is called ACME/website too' }],
    });
    expect(queued).toEqual([]);
  });

  it('without a signature is refused', async () => {
    const { to, queued } = await setting();

    await expect(to(serverFixtureDelivery('pr.merged'))).rejects.toMatchObject({
      code: 'signature_missing',
      status: 401,
    });
    expect(queued).toEqual([]);
  });

  it('that tests the connection gets an answer without a signature', async () => {
    const { to, queued } = await setting();

    expect(await to(serverFixtureDelivery('diagnostics.ping'))).toMatchObject({ status: 200, accepted: [] });
    expect(queued).toEqual([]);
  });
});
