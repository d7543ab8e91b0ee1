import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { subscribedEvents } from '../../../shared/providers/bitbucket-server/webhook-events.ts';
import { webhookFormat } from '../../../shared/providers/bitbucket-server/webhook-format.ts';
import { pathsIn, replaced } from '../../support/json-paths.ts';
import {
  serverDelivery,
  serverEventOf,
  serverFixture,
  serverFixtureNames,
} from '../../support/server-deliveries.ts';

/** Nothing is read of links and people, nor of what is beside a change. */
const boring = ['links', 'author', 'actor', 'commits', 'origin'];

const repository = { id: 1, slug: 'website', project: { key: 'ACME' } };

describe('an unusable delivery of Bitbucket Server', () => {
  it.each([
    ['an event that it does not know', 'repo:melted', 'repo:melted changes no code'],
    ['a delivery without X-Event-Key', undefined, 'the delivery has no X-Event-Key header'],
    ['a delivery with an empty X-Event-Key', '', 'the delivery has no X-Event-Key header'],
  ])('%s is ignored with a reason', (_, event, because) => {
    expect(webhookFormat.parse(serverDelivery(event, { repository }))).toMatchObject({
      events: [],
      ignored: [{ because }],
    });
  });

  it('a delivery without an id is accepted', () => {
    const { headers, body } = serverDelivery('repo:forked', { repository });
    expect(webhookFormat.parse({ headers: { ...headers, 'x-request-id': undefined }, body }).id).toBeNull();
  });

  it.each([
    ['no id', { ...repository, id: undefined }, { uuid: null, full_name: 'ACME/website' }],
    ['no slug', { ...repository, slug: undefined }, { uuid: '1', full_name: null }],
    ['no project', { ...repository, project: null }, { uuid: '1', full_name: null }],
  ])('a repository can have %s', (_, given, told) => {
    expect(webhookFormat.parse(serverDelivery('repo:forked', { repository: given })).repository).toEqual(
      told,
    );
  });

  it.each([
    ['nothing', ''],
    ['text', 'push'],
    ['half a document', '{"changes":'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ])('%s is reported as malformed JSON', (_, body) => {
    expect(() => webhookFormat.parse(serverDelivery('repo:refs_changed', Buffer.from(body)))).toThrow(
      expect.objectContaining({ code: 'malformed_json', status: 400 }),
    );
  });

  it.each([
    ['an array', 'repo:refs_changed', [], 'body'],
    ['null', 'repo:refs_changed', null, 'body'],
    ['a push without changes', 'repo:refs_changed', { repository }, 'changes'],
    ['a push whose changes are no list', 'repo:refs_changed', { changes: { 0: {} } }, 'changes'],
    ['a pull request that is none', 'pr:opened', { pullRequest: 7 }, 'pullRequest'],
    ['a repository that is none', 'repo:modified', { new: 'ACME/website' }, 'new'],
    ['an id that is no number', 'repo:modified', { new: { ...repository, id: '1' } }, 'new.id'],
  ])('%s is refused with the name of the invalid field', (_, event, body, field) => {
    expect(() => webhookFormat.parse(serverDelivery(event, body))).toThrow(
      expect.objectContaining({
        code: 'invalid',
        status: 400,
        message: 'The body is not a Bitbucket Server payload.',
        fields: { [field]: expect.any(String) },
      }),
    );
  });

  const onlyBoughErrors = (event: string, body: unknown) => {
    try {
      const { events, ignored } = webhookFormat.parse(serverDelivery(event, body));
      expect(events.length + ignored.length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(BoughError);
    }
  };
  const anyEvent = fc.oneof(
    fc.constantFrom(...subscribedEvents, 'pr:reopened', 'mirror:repo_synchronized', 'repo:forked'),
    fc.string(),
  );

  it('throws only a BoughError for any JSON', () => {
    fc.assert(fc.property(anyEvent, fc.jsonValue(), onlyBoughErrors));
  });

  it('throws only a BoughError for any bytes', () => {
    fc.assert(fc.property(anyEvent, fc.uint8Array(), onlyBoughErrors));
  });

  it('throws only a BoughError when one part of a payload is replaced', () => {
    const paths = new Map(serverFixtureNames.map((name) => [name, pathsIn(serverFixture(name), boring)]));
    const place = fc
      .constantFrom(...serverFixtureNames)
      .chain((name) =>
        fc.record({ name: fc.constant(name), path: fc.constantFrom(...(paths.get(name) ?? [])) }),
      );
    fc.assert(
      fc.property(place, fc.jsonValue(), ({ name, path }, value) =>
        onlyBoughErrors(serverEventOf(name), replaced(serverFixture(name), path, value)),
      ),
      { numRuns: 300 },
    );
  });
});
