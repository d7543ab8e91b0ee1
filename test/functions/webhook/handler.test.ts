import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { hook } from '../../../functions/api/routes/hook.ts';
import { createHandler } from '../../../functions/webhook/handler.ts';
import type { Delivery, QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { jsonLog } from '../../../shared/runtime/logger.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import { apiEvent } from '../../support/api-events.ts';
import { anIntegration, integrationId, projectId, start } from '../../support/builders.ts';
import { delivery, fixtureDelivery, signatureOf, signed } from '../../support/deliveries.ts';
import { undescribed } from '../../support/described-routes.ts';
import { aClock, openSecrets } from '../../support/doubles.ts';
import { memoryStores } from '../../support/memory-stores.ts';

const secret = 'webhook-secret';
const repositoryUuid = '{ccc487e7-cb30-4a24-aba9-2676051cc657}';
const MiB = 1024 * 1024;

interface Sending {
  project?: string;
  integration?: string;
  base64?: boolean;
}

async function aWebhook(failure?: Error) {
  const { integrations } = memoryStores();
  await integrations.save(anIntegration({ repository_uuid: repositoryUuid }));
  const queued: QueuedEvent[] = [];
  const log: string[] = [];
  const handler = createHandler({
    accept: bind(acceptDelivery, {
      reportedRefusals: new Map(),
      integrations,
      secrets: openSecrets,
      events: {
        send: async (events) => {
          if (failure) throw failure;
          queued.push(...events.filter(({ event }) => !event.type.startsWith('delivery.')));
        },
      },
      formats: webhookFormats,
      clock: aClock(),
    }),
    log: jsonLog({}, (line) => log.push(line)),
  });
  const send = async ({ headers, body }: Delivery, sending: Sending = {}) => {
    const { project = projectId, integration = integrationId, base64 = true } = sending;
    const text = Buffer.from(body).toString();
    const event: APIGatewayProxyEventV2 = {
      ...apiEvent('POST', `/projects/${project}/integrations/${integration}/hook`, { body: text, base64 }),
      headers: headers as Record<string, string>,
      pathParameters: { project, integration },
    };
    if (base64) event.body = Buffer.from(body).toString('base64');
    const answer = await handler(event, { awsRequestId: 'request-1' } as Context);
    expect.soft(undescribed(hook, answer)).toEqual([]);
    return {
      status: answer.statusCode,
      type: answer.headers?.['content-type'],
      body: JSON.parse(answer.body ?? ''),
    };
  };
  return { send, queued, log };
}

const sender = { project: projectId, integration: integrationId };

describe('a signed delivery', () => {
  it.each([
    ['accepted', fixtureDelivery('repo.push.several-changes')],
    ['ignored', fixtureDelivery('pullrequest.approved')],
  ])('is counted as %s by its single log line, which names project and integration', async (result, sent) => {
    const { send, log } = await aWebhook();
    await send(signed(sent, secret));
    expect(log.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        message: 'delivery accepted',
        ...sender,
        result,
        delivery: expect.any(String),
      }),
    ]);
  });

  it('is accepted and queued, and the response lists its source events', async () => {
    const { send, queued } = await aWebhook();
    const answer = await send(signed(fixtureDelivery('repo.push.several-changes'), secret));
    expect(answer).toEqual({
      status: 202,
      type: 'application/json',
      body: {
        accepted: [
          { type: 'branch.pushed', branch: 'main' },
          { type: 'branch.pushed', branch: 'release/2026.03' },
          { type: 'branch.deleted', branch: 'feature/login' },
          { type: 'tags.changed' },
        ],
        ignored: [],
      },
    });
    expect(queued).toHaveLength(4);
    expect(queued[2]).toEqual({
      project: projectId,
      integration: integrationId,
      event: { type: 'branch.deleted', branch: 'feature/login' },
      origin: 'delivery',
      delivery: '99999999-8888-4777-8666-555555555555',
      delivered_at: start,
      part: { event: 'repo:push', position: 2, ignored: [] },
    });
  });

  it.each([
    ['pullrequest.created.same-repository', { type: 'pull_request.opened', pull_request: 7 }],
    ['pullrequest.fulfilled', { type: 'pull_request.merged', pull_request: 7 }],
    ['repo.updated.renamed', { type: 'repository.changed' }],
  ])('as %s gets a short response', async (name, accepted) => {
    const { send } = await aWebhook();
    expect((await send(signed(fixtureDelivery(name), secret))).body.accepted).toEqual([accepted]);
  });

  it.each([
    [
      'an event that does not matter',
      fixtureDelivery('pullrequest.approved'),
      'pullrequest:approved changes no code',
    ],
    ['an event that nobody knows', delivery('repo:melted', {}), 'repo:melted changes no code'],
    [
      'another repository',
      delivery('repo:push', { repository: { uuid: '{2}', full_name: 'acme/other' }, push: { changes: [] } }),
      'the delivery is about acme/other, not acme/website',
    ],
  ])('about %s gets the reason in the response, and nothing is queued', async (_, sent, because) => {
    const { send, queued } = await aWebhook();
    expect(await send(signed(sent, secret))).toMatchObject({
      status: 202,
      body: { accepted: [], ignored: [{ because }] },
    });
    expect(queued).toEqual([]);
  });

  it('is accepted for a repository that was renamed', async () => {
    const { send, queued } = await aWebhook();
    const sent = delivery('repo:push', {
      repository: { uuid: repositoryUuid, full_name: 'acme/renamed' },
      push: { changes: [] },
    });
    expect(await send(signed(sent, secret))).toMatchObject({ status: 202 });
    expect(queued).toHaveLength(1);
  });

  it.each([true, false])('may be encoded in base64: %s', async (base64) => {
    const { send } = await aWebhook();
    const sent = signed(
      delivery('repo:push', Buffer.from('{ "push": {"changes": []}, "ü": "🌱" }\n')),
      secret,
    );
    expect(await send(sent, { base64 })).toMatchObject({ status: 202 });
  });

  it('may have headers in any case', async () => {
    const { send } = await aWebhook();
    const { headers, body } = signed(fixtureDelivery('repo.push.branch-created'), secret);
    const names: Record<string, string> = {
      'x-hub-signature': 'X-Hub-Signature',
      'x-event-key': 'X-EVENT-KEY',
      'x-request-uuid': 'X-Request-UUID',
    };
    const renamed = Object.entries(headers).map(([name, value]) => [names[name] ?? name, value]);
    const answer = await send({ headers: Object.fromEntries(renamed), body });
    expect(answer).toMatchObject({ status: 202, body: { accepted: [{ branch: 'feature/login' }] } });
  });

  it('is accepted up to 5 MiB and refused one byte above', async () => {
    const { send, queued } = await aWebhook();
    const ofSize = (bytes: number) => {
      const frame = JSON.stringify({ push: { changes: [] }, padding: '' });
      return delivery('repo:push', { push: { changes: [] }, padding: 'x'.repeat(bytes - frame.length) });
    };
    expect(await send(signed(ofSize(5 * MiB), secret))).toMatchObject({ status: 202 });
    expect(queued).toHaveLength(1);
    expect(await send(signed(ofSize(5 * MiB + 1), secret))).toMatchObject({
      status: 413,
      body: { error: 'body_too_large' },
    });
    expect(queued).toHaveLength(1);
  });
});

describe('a delivery that is refused', () => {
  const push = fixtureDelivery('repo.push.branch-created');
  const withSignature = (signature: string): Delivery => ({
    ...push,
    headers: { ...push.headers, 'x-hub-signature': signature },
  });
  const wrong = signatureOf(push.body, 'another secret');
  const broken = Buffer.from('{"push": secret-in-the-body');
  const refusals: [string, Delivery, Sending, number, string][] = [
    ['without a signature', push, {}, 401, 'signature_missing'],
    ['with a wrong signature', withSignature(wrong), {}, 401, 'signature_invalid'],
    [
      'with something else for a signature',
      withSignature('secret-in-a-header'),
      {},
      401,
      'signature_invalid',
    ],
    [
      'with a body that was changed on the way',
      { ...signed(push, secret), body: Buffer.concat([push.body, Buffer.from(' ')]) },
      {},
      401,
      'signature_invalid',
    ],
    ['for an unknown integration', signed(push, secret), { integration: 'nobody' }, 404, 'not_found'],
    ['for an unknown project', signed(push, secret), { project: 'nobody' }, 404, 'not_found'],
    ['with malformed JSON', signed(delivery('repo:push', broken), secret), {}, 400, 'malformed_json'],
    ['with malformed JSON and no signature', delivery('repo:push', broken), {}, 401, 'signature_missing'],
    ['without a body', signed(delivery('repo:push', Buffer.alloc(0)), secret), {}, 400, 'malformed_json'],
    [
      'with JSON of another shape',
      signed(delivery('repo:push', { push: { changes: 'secret-in-the-body' } }), secret),
      {},
      400,
      'invalid',
    ],
  ];

  it.each(refusals)('%s gets a code and a remedy, and nothing is queued', async (...refusal) => {
    const [, sent, sending, status, error] = refusal;
    const { send, queued } = await aWebhook();
    expect(await send(sent, sending)).toMatchObject({
      status,
      type: 'application/json',
      body: { error, message: expect.any(String), remedy: expect.any(String) },
    });
    expect(queued).toEqual([]);
  });

  it('names the invalid fields', async () => {
    const { send } = await aWebhook();
    const answer = await send(signed(delivery('repo:push', { push: {} }), secret));
    expect(answer.body.fields).toEqual({ 'push.changes': expect.any(String) });
  });

  it.each(refusals)(
    '%s leaves one line in the log, without its body, headers, secret or digests',
    async (...refusal) => {
      const [, sent, sending, , error] = refusal;
      const { send, log } = await aWebhook();
      await send(sent, sending);
      expect(log.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({
          level: 'warn',
          message: 'delivery refused',
          code: error,
          result: 'rejected',
          ...sender,
          ...sending,
        }),
      ]);
      const expected = signatureOf(sent.body, secret).slice('sha256='.length);
      const given = sent.headers['x-hub-signature']?.slice('sha256='.length) ?? expected;
      const kept = [expected, given, secret, 'secret-in', 'acme/website', 'feature/login'];
      const { 'x-request-uuid': id, ...headers } = sent.headers;
      expect(JSON.parse(log[0] ?? '')).toMatchObject({ delivery: id });
      const values = Object.values(headers).filter((value) => value && value.length > 1);
      for (const text of [...kept, ...values]) expect(log.join('')).not.toContain(text);
    },
  );

  it.each([
    ['none', undefined],
    ['one that is no id', 'secret-in-a-header; and more'],
    ['one that is too long', 'x'.repeat(65)],
  ])('is logged with the id of its request when it has %s', async (_, id) => {
    const { send, log } = await aWebhook();
    await send({ ...push, headers: { ...push.headers, 'x-request-uuid': id } });
    expect(log.map((line) => JSON.parse(line))).toMatchObject([{ delivery: 'request-1' }]);
  });

  it('does not affect the next delivery', async () => {
    const { send } = await aWebhook();
    expect(await send(push)).toMatchObject({ status: 401 });
    expect(await send(signed(push, secret))).toMatchObject({ status: 202 });
  });
});

describe('a connection test', () => {
  it('needs no signature and changes nothing', async () => {
    const { send, queued } = await aWebhook();
    expect(await send(delivery('diagnostics:ping', { test: true }))).toMatchObject({ status: 200 });
    expect(queued).toEqual([]);
  });
});

describe('a delivery that cannot be queued', () => {
  it('gets status 500, so that Bitbucket sends it again, without the reason', async () => {
    const { send, log } = await aWebhook(new Error('no route to 10.1.2.3'));
    const answer = await send(signed(fixtureDelivery('repo.push.branch-created'), secret));
    expect(answer).toMatchObject({ status: 500, body: { error: 'internal' } });
    expect(JSON.stringify(answer)).not.toContain('10.1.2.3');
    expect(log.join('')).toContain('no route to 10.1.2.3');
    expect(log.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        ...sender,
        result: 'failed',
        delivery: '99999999-8888-4777-8666-555555555555',
      }),
    ]);
  });
});
