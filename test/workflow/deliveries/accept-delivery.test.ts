import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { BoughError } from '../../../shared/errors.ts';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import { anIntegration, commit, integrationId, projectId, start } from '../../support/builders.ts';
import { aClock, openSecrets } from '../../support/doubles.ts';
import { memoryStores } from '../../support/memory-stores.ts';

const secret = 'webhook-secret';
const repository = { uuid: '{0f1e}', full_name: 'acme/website' };

const change = (name: string, changes: object = {}) => ({
  old: null,
  new: { type: 'branch', name, target: { hash: commit('A') } },
  ...changes,
});
const aPush = (...changes: object[]) => ({ repository, push: { changes } });
const aPullRequest = (state = 'OPEN') => ({
  repository,
  pullrequest: {
    id: 7,
    title: 'A better header',
    state,
    source: { branch: { name: 'feature/x' }, commit: { hash: commit('A').slice(0, 12) }, repository },
    destination: { branch: { name: 'main' }, commit: null, repository },
  },
});

interface Changes {
  event?: string;
  headers?: Record<string, string | undefined>;
  body?: string | Uint8Array;
}

/** A delivery as Bitbucket Cloud sends it, signed unless the headers say otherwise. */
function aDelivery(payload: object, { event = 'repo:push', headers = {}, body }: Changes = {}) {
  const bytes = Buffer.from(body ?? JSON.stringify(payload));
  const signature = `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
  return {
    headers: {
      'x-event-key': event,
      'x-request-uuid': 'delivery-1',
      'x-hub-signature': signature,
      ...headers,
    },
    body: bytes,
  };
}

async function setting() {
  const { integrations } = memoryStores();
  await integrations.save(anIntegration(), []);
  const queued: QueuedEvent[] = [];
  // Other tests cover the notes of deliveries without a change.
  const isChange = ({ event }: QueuedEvent) => !event.type.startsWith('delivery.');
  const events = { send: async (sent: readonly QueuedEvent[]) => void queued.push(...sent.filter(isChange)) };
  const accept = bind(acceptDelivery, {
    reportedRefusals: new Map(),
    integrations,
    secrets: openSecrets,
    events,
    formats: webhookFormats,
    clock: aClock(),
  });
  return {
    accept,
    queued,
    to: (delivery: Parameters<typeof accept>[2]) => accept(projectId, integrationId, delivery),
  };
}

const refusal = async (answer: Promise<unknown>) => {
  const error = await answer.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BoughError);
  return error as BoughError;
};

describe('a call without a delivery', () => {
  const empty = { headers: {}, body: Buffer.from('') };

  it('gets an answer without a signature, because nothing changes', async () => {
    const { to, queued } = await setting();

    expect(await to(empty)).toEqual({
      status: 200,
      delivery: null,
      accepted: [],
      ignored: [{ because: 'the request is empty and unsigned, so nothing changes' }],
    });
    expect(queued).toEqual([]);
  });

  it('is refused when the integration does not exist', async () => {
    const { accept } = await setting();

    expect((await refusal(accept(projectId, 'unknown', empty))).code).toBe('not_found');
  });

  it.each([
    ['names an event', { ...empty, headers: { 'x-event-key': 'repo:push' } }],
    ['has a body', { ...empty, body: Buffer.from('{}') }],
  ])('that %s is a delivery, and needs its signature', async (_, delivery) => {
    const { to, queued } = await setting();

    expect((await refusal(to(delivery))).code).toBe('signature_missing');
    expect(queued).toEqual([]);
  });
});

describe('a delivery', () => {
  it('is queued as normalised events, which the answer lists', async () => {
    const { to, queued } = await setting();

    const answer = await to(
      aDelivery(
        aPush(
          change('feature/x'),
          change('old', { new: null, old: { type: 'branch', name: 'old' } }),
          change('v1', { new: { type: 'tag', name: 'v1' } }),
          change('v2', { new: null, old: { type: 'tag', name: 'v2' } }),
        ),
      ),
    );

    expect(answer).toEqual({
      status: 202,
      delivery: 'delivery-1',
      accepted: [
        { type: 'branch.pushed', branch: 'feature/x' },
        { type: 'branch.deleted', branch: 'old' },
        { type: 'tags.changed' },
      ],
      ignored: [],
    });
    const place = {
      project: projectId,
      integration: integrationId,
      origin: 'delivery',
      delivery: 'delivery-1',
      delivered_at: start,
    };
    const part = (position: number) => ({ event: 'repo:push', position, ignored: [] });
    expect(queued).toEqual([
      { ...place, part: part(0), event: { type: 'branch.pushed', branch: 'feature/x', commit: commit('A') } },
      { ...place, part: part(1), event: { type: 'branch.deleted', branch: 'old' } },
      { ...place, part: part(2), event: { type: 'tags.changed' } },
    ]);
  });

  it.each([
    ['pullrequest:created', aPullRequest(), { type: 'pull_request.opened', pull_request: 7 }],
    ['pullrequest:updated', aPullRequest(), { type: 'pull_request.updated', pull_request: 7 }],
    ['pullrequest:fulfilled', aPullRequest('MERGED'), { type: 'pull_request.merged', pull_request: 7 }],
    ['pullrequest:rejected', aPullRequest('DECLINED'), { type: 'pull_request.declined', pull_request: 7 }],
    ['repo:updated', { repository }, { type: 'repository.changed' }],
  ])('of %s is answered with the pull request or the repository', async (event, payload, accepted) => {
    const { to, queued } = await setting();

    expect(await to(aDelivery(payload, { event }))).toMatchObject({ status: 202, accepted: [accepted] });
    expect(queued).toHaveLength(1);
  });

  it('without a relevant event is accepted and ignored, with the reason', async () => {
    const { to, queued } = await setting();

    const answer = await to(aDelivery({ repository }, { event: 'pullrequest:approved' }));

    expect(answer).toMatchObject({
      status: 202,
      accepted: [],
      ignored: [{ because: 'pullrequest:approved changes no code' }],
    });
    expect(queued).toEqual([]);
  });

  it("without an id gets one of Bough's", async () => {
    const { to, queued } = await setting();
    const nameless = aDelivery(aPush(change('x')), { headers: { 'x-request-uuid': undefined } });

    const answers = [await to(nameless), await to({ ...nameless, id: 'request-1' })];

    expect(answers.map(({ delivery }) => delivery)).toEqual([null, 'request-1']);
    expect(queued.map(({ delivery }) => delivery)).toEqual([undefined, 'request-1']);
  });
});

describe('a delivery about a repository', () => {
  it.each([
    ['by its id', repository],
    ['by its name', { full_name: 'acme/website' }],
    ['by its name, in any case', { full_name: 'Acme/Website' }],
    ['that names no repository', {}],
  ])("is accepted when the repository is the integration's: %s", async (_, about) => {
    const { to, queued } = await setting();

    await to(aDelivery({ ...aPush(change('x')), repository: about }));

    expect(queued).toHaveLength(1);
  });

  const renamed = { ...repository, full_name: 'acme/renamed' };

  it("announces the repository's new name first", async () => {
    const { to, queued } = await setting();

    const answer = await to(aDelivery({ ...aPush(change('x')), repository: renamed }));

    expect(answer.accepted).toEqual([{ type: 'repository.changed' }, { type: 'branch.pushed', branch: 'x' }]);
    expect(queued.map(({ event }) => event)).toEqual([
      { type: 'repository.changed', repository: 'acme/renamed' },
      { type: 'branch.pushed', branch: 'x', commit: commit('A') },
    ]);
  });

  it.each([
    ['also with an irrelevant event', 'pullrequest:approved'],
    ['once, when the delivery is about the rename', 'repo:updated'],
  ])('announces the new name %s', async (_, event) => {
    const { to, queued } = await setting();

    await to(aDelivery({ repository: renamed }, { event }));

    expect(queued).toMatchObject([{ event: { type: 'repository.changed', repository: 'acme/renamed' } }]);
  });

  it.each([
    ['the known name, in any case', { ...repository, full_name: 'Acme/Website' }],
    ['no name', { uuid: repository.uuid }],
  ])('announces no name when the repository has %s', async (_, about) => {
    const { to, queued } = await setting();

    await to(aDelivery({ ...aPush(change('x')), repository: about }));

    expect(queued).toMatchObject([{ event: { type: 'branch.pushed' } }]);
  });

  it.each([
    [
      'by its id',
      { uuid: '{another}', full_name: 'acme/website' },
      'the delivery is about another repository that is called acme/website too',
    ],
    ['by its name', { full_name: 'acme/another' }, 'the delivery is about acme/another, not acme/website'],
    ['that has no name', { uuid: '{another}' }, 'the delivery is about another repository, not acme/website'],
  ])('is ignored when the repository is another one, with the reason: %s', async (_, about, because) => {
    const { to, queued } = await setting();

    const answer = await to(aDelivery({ ...aPush(change('x')), repository: about }));

    expect(answer).toMatchObject({
      status: 202,
      accepted: [],
      ignored: [{ because }],
    });
    expect(queued).toEqual([]);
  });
});

describe("Bitbucket's connection test", () => {
  const ping = aDelivery(
    { test: true },
    { event: 'diagnostics:ping', headers: { 'x-hub-signature': undefined } },
  );

  it('gets an answer without a signature, and changes nothing', async () => {
    const { to, queued } = await setting();

    expect(await to(ping)).toEqual({
      status: 200,
      delivery: null,
      accepted: [],
      ignored: [{ because: 'a connection test changes nothing' }],
    });
    expect(queued).toEqual([]);
  });
});

/** Each case also has the faults of all later cases, so that the test covers the order of the checks. */
describe('a delivery is refused, and nothing queued', () => {
  const huge = 'x'.repeat(5 * 1024 * 1024 + 1);
  const unsigned = { 'x-hub-signature': undefined };
  const ping = { event: 'diagnostics:ping', headers: unsigned };

  it.each([
    ['when it is over 5 MiB', 'unknown', aDelivery({}, { ...ping, body: huge }), 413, 'body_too_large'],
    ['when the integration does not exist', 'unknown', aDelivery({}, ping), 404, 'not_found'],
    [
      'when it is not signed',
      integrationId,
      aDelivery({}, { headers: unsigned, body: '{' }),
      401,
      'signature_missing',
    ],
    [
      'when it is signed with another secret',
      integrationId,
      aDelivery({}, { headers: { 'x-hub-signature': `sha256=${'0'.repeat(64)}` }, body: '{' }),
      401,
      'signature_invalid',
    ],
    ['when it is not JSON', integrationId, aDelivery({}, { body: '{' }), 400, 'malformed_json'],
    [
      'when its body is not a Bitbucket payload',
      integrationId,
      aDelivery({ repository, push: {} }),
      400,
      'invalid',
    ],
  ])('%s', async (_, integration, delivery, status, code) => {
    const { accept, queued } = await setting();

    const error = await refusal(accept(projectId, integration, delivery));

    expect(error).toMatchObject({ status, code, disposition: 'reject' });
    expect(error.remedy).not.toBe('');
    expect(queued).toEqual([]);
  });

  it('but not when it has 5 MiB exactly', async () => {
    const { to } = await setting();
    const body = JSON.stringify(aPush(change('x'))).padEnd(5 * 1024 * 1024);

    expect(await to(aDelivery({}, { body }))).toMatchObject({ status: 202 });
  });

  it('when the queue fails, with an error after which Bitbucket retries', async () => {
    const { integrations } = memoryStores();
    await integrations.save(anIntegration(), []);
    const accept = bind(acceptDelivery, {
      reportedRefusals: new Map(),
      integrations,
      secrets: openSecrets,
      events: { send: () => Promise.reject(new Error('SQS is down')) },
      formats: webhookFormats,
      clock: aClock(),
    });

    await expect(accept(projectId, integrationId, aDelivery(aPush(change('x'))))).rejects.toThrow(
      'SQS is down',
    );
  });
});
