import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../shared/domain/deliveries/delivery.ts';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';

const delivery = (headers: Delivery['headers'], body: unknown): Delivery => ({
  headers,
  body: Buffer.from(JSON.stringify(body)),
});

const cloudRepository = { repository: { uuid: '{1}', full_name: 'acme/website' } };
const serverRepository = { id: 1, slug: 'website', project: { key: 'ACME' } };

/** One delivery per event, as far as it says where it comes from. */
const fromCloud = [
  'issue:created',
  'pipeline:span_created',
  'project:updated',
  'pullrequest:created',
  'pullrequest:comment_created',
  'repo:commit_status_created',
  'repo:created',
  'repo:deleted',
  'repo:fork',
  'repo:imported',
  'repo:push',
  'repo:transfer',
  'repo:updated',
].map((key) => delivery({ 'x-event-key': key, 'x-request-uuid': 'id' }, cloudRepository));

const fromServer = [
  'mirror:repo_synchronized',
  'pr:opened',
  'pr:comment:added',
  'project:modified',
  'repo:comment:added',
  'repo:forked',
  'repo:modified',
  'repo:refs_changed',
  'repo:secret_detected',
].map((key) =>
  delivery(
    { 'x-event-key': key, 'x-request-id': 'id' },
    { eventKey: key, date: '2026-03-02T10:00:00+0000', repository: serverRepository },
  ),
);

const keyOf = ({ headers }: Delivery) => headers['x-event-key'];

describe('a delivery of the other Bitbucket product', () => {
  it.each([
    ...fromServer.map(
      (each) => [keyOf(each), 'bitbucket', 'Bitbucket Server', 'Bitbucket Cloud', each] as const,
    ),
    ...fromCloud.map(
      (each) => [keyOf(each), 'bitbucket_server', 'Bitbucket Cloud', 'Bitbucket Server', each] as const,
    ),
  ])('%s is accepted by an integration of type %s and ignored', (key, type, sender, product, given) => {
    expect(webhookFormats[type].parse(given)).toEqual({
      id: 'id',
      // That it is about another repository, too, is not what is to be said about it.
      repository: { uuid: null, full_name: null },
      events: [],
      ignored: [{ because: `${key} is an event of ${sender}: this integration is for ${product}` }],
    });
  });

  it('requires a valid signature', () => {
    for (const [given] of [fromServer, fromCloud])
      for (const format of Object.values(webhookFormats))
        expect(() => format.verify(given ?? expect.unreachable(), 'secret')).toThrow(
          expect.objectContaining({ code: 'signature_missing' }),
        );
  });
});

describe('a delivery of the plugin Post Webhooks for Bitbucket', () => {
  it.each(['bitbucket', 'bitbucket_server'] as const)(
    'is recognised by an integration of type %s despite its similarity to Bitbucket Cloud',
    (type) => {
      const headers = { 'x-event-key': 'repo:push', 'x-bitbucket-type': 'server' };
      const body = { repository: { full_name: 'ACME/website' }, push: { changes: [] } };
      expect(webhookFormats[type].parse(delivery(headers, body))).toEqual({
        id: null,
        repository: { uuid: null, full_name: null },
        events: [],
        ignored: [
          {
            because:
              'the plugin Post Webhooks for Bitbucket sent it: Bough needs a webhook of Bitbucket itself',
          },
        ],
      });
    },
  );
});
