import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { subscribedEvents, webhookFormat } from '../../../shared/providers/bitbucket-cloud/webhook-format.ts';
import { delivery, eventOf, fixtureDelivery, fixtureNames } from '../../support/deliveries.ts';

const repository = { uuid: '{1}', full_name: 'acme/website' };

describe('an unusable delivery', () => {
  it.each([
    ['an unknown event', 'repo:melted', 'repo:melted changes no code'],
    ['a delivery without X-Event-Key', undefined, 'the delivery has no X-Event-Key header'],
    ['a delivery with an empty X-Event-Key', '', 'the delivery has no X-Event-Key header'],
  ])('%s is ignored with a reason', (_, event, because) => {
    expect(webhookFormat.parse(delivery(event, { repository }))).toMatchObject({
      events: [],
      ignored: [{ because }],
    });
  });

  it('a delivery without an id is accepted', () => {
    const { headers, body } = delivery('repo:updated', { repository });
    expect(webhookFormat.parse({ headers: { ...headers, 'x-request-uuid': undefined }, body }).id).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['text', 'push'],
    ['truncated JSON', '{"push":'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ])('%s is reported as malformed JSON', (_, body) => {
    expect(() => webhookFormat.parse(delivery('repo:push', Buffer.from(body)))).toThrow(
      expect.objectContaining({ code: 'malformed_json', status: 400 }),
    );
  });

  it.each([
    ['an array', 'repo:push', [], 'body'],
    ['null', 'repo:push', null, 'body'],
    ['a push without changes', 'repo:push', { push: {} }, 'push.changes'],
    ['a push whose changes are not a list', 'repo:push', { push: { changes: { 0: {} } } }, 'push.changes'],
    ['a pull request of the wrong type', 'pullrequest:created', { pullrequest: 7 }, 'pullrequest'],
    ['a repository of the wrong type', 'repo:updated', { repository: 'acme/website' }, 'repository'],
  ])('%s is refused with the name of the invalid field', (_, event, body, field) => {
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

  it('throws only a BoughError for any JSON', () => {
    fc.assert(fc.property(anyEvent, fc.jsonValue(), onlyBoughErrors));
  });

  it('throws only a BoughError for any bytes', () => {
    fc.assert(fc.property(anyEvent, fc.uint8Array(), onlyBoughErrors));
  });

  it('throws only a BoughError when one part of a real payload is replaced', () => {
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
