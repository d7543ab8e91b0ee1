import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { subscribedEvents, webhookFormat } from '../../../shared/providers/bitbucket-cloud/webhook-format.ts';
import { delivery, eventOf, fixtureDelivery, fixtureNames } from '../../support/deliveries.ts';

const repository = { uuid: '{1}', full_name: 'acme/website' };

describe('what Bough cannot use', () => {
  it.each([
    ['an event that it does not know', 'repo:melted', 'repo:melted changes no code'],
    ['a delivery without X-Event-Key', undefined, 'the delivery has no X-Event-Key header'],
    ['a delivery with an empty X-Event-Key', '', 'the delivery has no X-Event-Key header'],
  ])('%s is ignored with a reason', (_, event, because) => {
    expect(webhookFormat.parse(delivery(event, { repository }))).toMatchObject({
      events: [],
      ignored: [{ because }],
    });
  });

  it('the id of a delivery may be missing', () => {
    const { headers, body } = delivery('repo:updated', { repository });
    expect(webhookFormat.parse({ headers: { ...headers, 'x-request-uuid': undefined }, body }).id).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['text', 'push'],
    ['half a document', '{"push":'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ])('%s in place of JSON is malformed', (_, body) => {
    expect(() => webhookFormat.parse(delivery('repo:push', Buffer.from(body)))).toThrow(
      expect.objectContaining({ code: 'malformed_json', status: 400 }),
    );
  });

  it.each([
    ['an array', 'repo:push', [], 'body'],
    ['null', 'repo:push', null, 'body'],
    ['a push without changes', 'repo:push', { push: {} }, 'push.changes'],
    ['a push whose changes are no list', 'repo:push', { push: { changes: { 0: {} } } }, 'push.changes'],
    ['a pull request that is none', 'pullrequest:created', { pullrequest: 7 }, 'pullrequest'],
    ['a repository that is none', 'repo:updated', { repository: 'acme/website' }, 'repository'],
  ])('%s is refused and the wrong field is named', (_, event, body, field) => {
    expect(() => webhookFormat.parse(delivery(event, body))).toThrow(
      expect.objectContaining({ code: 'invalid', status: 400, fields: { [field]: expect.any(String) } }),
    );
  });

  const onlyBoughErrors = (event: string, body: unknown) => {
    try {
      const { events, ignored } = webhookFormat.parse(delivery(event, body));
      expect(events.length + ignored.length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(BoughError);
    }
  };
  const anyEvent = fc.oneof(
    fc.constantFrom(...subscribedEvents, 'pullrequest:push', 'repo:fork'),
    fc.string(),
  );

  it('throws nothing but a BoughError, whatever JSON comes', () => {
    fc.assert(fc.property(anyEvent, fc.jsonValue(), onlyBoughErrors));
  });

  it('throws nothing but a BoughError, whatever bytes come', () => {
    fc.assert(fc.property(anyEvent, fc.uint8Array(), onlyBoughErrors));
  });

  it('throws nothing but a BoughError when a single part of a real payload is something else', () => {
    const paths = new Map(
      fixtureNames.map((name) => [name, pathsIn(JSON.parse(fixtureDelivery(name).body.toString()))]),
    );
    const place = fc
      .constantFrom(...fixtureNames)
      .chain((name) =>
        fc.record({ name: fc.constant(name), path: fc.constantFrom(...(paths.get(name) ?? [])) }),
      );
    fc.assert(
      fc.property(place, fc.jsonValue(), ({ name, path }, value) => {
        const payload = JSON.parse(fixtureDelivery(name).body.toString());
        onlyBoughErrors(eventOf(name), replaced(payload, path, value));
      }),
      { numRuns: 300 },
    );
  });
});

type Path = readonly string[];

/** The places that the parser looks at, and some around them; links and people are left out. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length > 6) return [path];
  const inside = Object.entries(value)
    .filter(([key]) => !['links', 'author', 'actor', 'rendered'].includes(key))
    .flatMap(([key, child]) => pathsIn(child, [...path, key]));
  return [path, ...inside];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  Object.assign(copy, { [key]: replaced((copy as Record<string, unknown>)[key], rest, by) });
  return copy;
}
