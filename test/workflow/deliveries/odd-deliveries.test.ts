import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery, QueuedEvent } from '../../../shared/domain/deliveries/delivery.ts';
import { BoughError } from '../../../shared/errors.ts';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import {
  anIntegration,
  aServerIntegration,
  commit,
  integrationId,
  projectId,
} from '../../support/builders.ts';
import { delivery, eventOf, fixtureDelivery, fixtureNames, signed } from '../../support/deliveries.ts';
import { aClock, openSecrets } from '../../support/doubles.ts';
import { pathsIn, replaced } from '../../support/json-paths.ts';
import { memoryStores } from '../../support/memory-stores.ts';
import {
  serverDelivery,
  serverEventOf,
  serverFixtureDelivery,
  serverFixtureNames,
} from '../../support/server-deliveries.ts';

interface Ref {
  name: string;
  commit?: string;
}
interface Request {
  id?: unknown;
  title?: unknown;
  source?: unknown;
  target?: unknown;
  state?: string;
}

/** The same deliveries in the formats of both kinds of Bitbucket. */
const cloud = {
  integration: anIntegration(),
  deliver: delivery,
  push: (...changes: unknown[]) => delivery('repo:push', { repository: cloudRepository, push: { changes } }),
  branch: ({ name, commit: hash = commit('A') }: Ref): unknown => ({
    old: null,
    new: { type: 'branch', name, target: { hash } },
  }),
  gone: (name: string): unknown => ({ old: { type: 'branch', name }, new: null }),
  pullRequest: ({ source = cloudEnd('feature/x'), target = cloudEnd('main'), ...request }: Request) => ({
    repository: cloudRepository,
    pullrequest: { id: 7, title: 'A title', state: 'OPEN', source, destination: target, ...request },
  }),
  end: (name: string, hash = commit('A')) => cloudEnd(name, hash),
  opened: 'pullrequest:created',
  merged: 'pullrequest:fulfilled',
  fixtures: fixtureNames.map((name) => ({ name, event: eventOf(name), payload: fixtureDelivery(name) })),
  real: 'cloud',
};
const cloudRepository = { uuid: '{0f1e}', full_name: 'acme/website' };
function cloudEnd(name: string, hash = commit('A')) {
  return { branch: { name }, commit: { hash }, repository: cloudRepository };
}

const server = {
  integration: aServerIntegration(),
  deliver: serverDelivery,
  push: (...changes: unknown[]) =>
    serverDelivery('repo:refs_changed', { repository: serverRepository, changes }),
  branch: ({ name, commit: toHash = commit('A') }: Ref): unknown => ({
    ref: { id: `refs/heads/${name}` },
    toHash,
    type: 'UPDATE',
  }),
  gone: (name: string): unknown => ({
    ref: { id: `refs/heads/${name}` },
    toHash: '0'.repeat(40),
    type: 'DELETE',
  }),
  pullRequest: ({ source = serverEnd('feature/x'), target = serverEnd('main'), ...request }: Request) => ({
    repository: serverRepository,
    pullRequest: { id: 7, title: 'A title', state: 'OPEN', fromRef: source, toRef: target, ...request },
  }),
  end: (name: string, hash = commit('A')) => serverEnd(name, hash),
  opened: 'pr:opened',
  merged: 'pr:merged',
  fixtures: serverFixtureNames.map((name) => ({
    name,
    event: serverEventOf(name),
    payload: serverFixtureDelivery(name),
  })),
  real: 'server',
};
const serverRepository = { id: 42, slug: 'website', project: { key: 'ACME' } };
function serverEnd(name: string, latestCommit = commit('A')) {
  return { id: `refs/heads/${name}`, latestCommit, repository: serverRepository };
}

describe.each([
  ['Bitbucket Cloud', cloud],
  ['Bitbucket Server', server],
])('a signed delivery of %s', (_, bitbucket) => {
  const take = async (given: Delivery) => {
    const { integrations } = memoryStores();
    await integrations.save(bitbucket.integration, []);
    const queued: QueuedEvent[] = [];
    const accept = bind(acceptDelivery, {
      reportedRefusals: new Map(),
      integrations,
      secrets: openSecrets,
      events: {
        send: async (sent) =>
          void queued.push(...sent.filter(({ event }) => !event.type.startsWith('delivery.'))),
      },
      formats: webhookFormats,
      clock: aClock(),
    });
    const answer = await accept(projectId, integrationId, signed(given, 'webhook-secret'));
    return { ...answer, queued: queued.map(({ event }) => event) };
  };

  it.each([
    ['a null source', { source: null }],
    ['no title', { title: undefined }],
    ['a null target', { target: null }],
  ])('about the end of a pull request is accepted with %s', async (__, missing) => {
    const payload = bitbucket.pullRequest({ state: 'MERGED', ...missing });

    const { queued, ignored } = await take(bitbucket.deliver(bitbucket.merged, payload));

    expect(queued).toEqual([{ type: 'pull_request.merged', number: 7 }]);
    expect(ignored).toEqual([]);
  });

  it('about an open pull request without a title is accepted', async () => {
    const payload = bitbucket.pullRequest({ title: null });

    const { queued } = await take(bitbucket.deliver(bitbucket.opened, payload));

    expect(queued).toMatchObject([{ type: 'pull_request.opened', pull_request: { number: 7, title: '' } }]);
  });

  it('keeps a title within its limit', async () => {
    const payload = bitbucket.pullRequest({ title: `${'x'.repeat(199)}🌱${'y'.repeat(300_000)}` });

    const { queued } = await take(bitbucket.deliver(bitbucket.opened, payload));

    expect(queued).toMatchObject([{ pull_request: { title: 'x'.repeat(199) } }]);
  });

  it.each<[string, unknown]>([
    ['is no object', 7],
    ['has no fields of a change', { new: { type: 'branch' }, ref: { displayId: 'x' } }],
    ['is a list', []],
  ])('is accepted with its other changes when one %s', async (__, odd) => {
    const { queued, ignored } = await take(bitbucket.push(bitbucket.branch({ name: 'x' }), odd));

    expect(queued).toMatchObject([{ type: 'branch.pushed', branch: 'x' }]);
    expect(ignored).toEqual([{ because: expect.stringMatching(/^change 2 is not understood/) }]);
  });

  it.each([
    ['an empty name', '', 'the name of the branch is empty'],
    ['a control character', 'a\u0007b', 'git allows no branch of the name "a\\u0007b"'],
    ['a line break', 'a\nb', 'git allows no branch of the name "a\\u000ab"'],
    ['a space', 'a b', 'git allows no branch of the name "a b"'],
    ['two dots', 'a..b', 'git allows no branch of the name "a..b"'],
    ['a component that begins with a dot', 'a/.b', 'git allows no branch of the name "a/.b"'],
    ['the suffix .lock', 'a.lock', 'git allows no branch of the name "a.lock"'],
    ['an unpaired surrogate', 'a\ud83c', 'git allows no branch of the name "a\ufffd"'],
    ['1,001 bytes', 'ü'.repeat(501), `the name of the branch "${'ü'.repeat(100)}" has more than 1000 bytes`],
  ])('ignores a branch with %s and accepts the others', async (__, name, because) => {
    const { queued, ignored } = await take(
      bitbucket.push(bitbucket.branch({ name }), bitbucket.gone(name), bitbucket.branch({ name: 'x' })),
    );

    expect(queued).toMatchObject([{ type: 'branch.pushed', branch: 'x' }]);
    expect(ignored).toEqual([{ because }, { because }]);
  });

  it('accepts a branch name of the maximum length', async () => {
    const name = 'ü'.repeat(500);

    expect((await take(bitbucket.push(bitbucket.branch({ name })))).queued).toMatchObject([{ branch: name }]);
  });

  it.each(['main', '1a2b3c', 'g'.repeat(40), `${'a'.repeat(40)}\n`])(
    'ignores a push to %j, which is no commit',
    async (name) => {
      const { queued, ignored } = await take(bitbucket.push(bitbucket.branch({ name: 'x', commit: name })));

      expect(queued).toEqual([]);
      expect(ignored).toMatchObject([{ because: expect.stringMatching(/ is no id of a commit$/) }]);
    },
  );

  it.each([
    ['the number -1', { id: -1 }, '-1 is no number of a pull request'],
    ['the number 0', { id: 0 }, '0 is no number of a pull request'],
    ['an empty source', { source: bitbucket.end('') }, 'pull request #7: the name of the branch is empty'],
    [
      'an impossible target',
      { target: bitbucket.end('a..b') },
      'pull request #7: git allows no branch of the name "a..b"',
    ],
    [
      'a source at no commit',
      { source: bitbucket.end('x', 'HEAD') },
      'pull request #7: "HEAD" is no id of a commit',
    ],
  ])('ignores a pull request with %s', async (__, odd, because) => {
    const answer = await take(bitbucket.deliver(bitbucket.opened, bitbucket.pullRequest(odd)));

    expect(answer).toMatchObject({ queued: [], ignored: [{ because }] });
  });

  it.each([-1, 0])('ignores the end of pull request %i', async (id) => {
    const payload = bitbucket.pullRequest({ id, state: 'MERGED' });

    const answer = await take(bitbucket.deliver(bitbucket.merged, payload));

    expect(answer).toMatchObject({
      queued: [],
      ignored: [{ because: `${id} is no number of a pull request` }],
    });
  });

  it('ignores an open pull request with an unknown source, and names the invalid field', async () => {
    const payload = bitbucket.pullRequest({ source: null });

    const answer = await take(bitbucket.deliver(bitbucket.opened, payload));

    expect(answer.queued).toEqual([]);
    expect(answer.ignored).toMatchObject([
      { because: expect.stringMatching(/^pull request #7 is not understood, (source|fromRef): /) },
    ]);
  });

  it('with more than 200 changes queues one event that has the whole repository read', async () => {
    const branches = (count: number) =>
      Array.from({ length: count }, (__, index) => bitbucket.branch({ name: `b${index}` }));

    const few = await take(bitbucket.push(...branches(200)));
    const many = await take(bitbucket.push(...branches(3_000)));

    expect(few.queued).toHaveLength(200);
    expect(many).toMatchObject({
      queued: [{ type: 'repository.changed' }],
      accepted: [{ type: 'repository.changed' }],
      ignored: [{ because: 'the delivery contains 3000 changes: the whole repository is read instead' }],
    });
  });

  it('names the first 20 of many ignored changes', async () => {
    const changes = Array.from({ length: 1_000 }, () => bitbucket.branch({ name: '' }));

    const { ignored } = await take(bitbucket.push(...changes));

    expect(ignored).toHaveLength(21);
    expect(ignored.at(-1)).toEqual({ because: '980 more changes lead to nothing' });
  });

  const leadsToEventsOrAReason = async (given: Delivery) => {
    try {
      const { queued, ignored } = await take(given);
      expect(queued.length + ignored.length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(BoughError);
      expect(error).toMatchObject({ disposition: 'reject', message: expect.stringMatching(/./) });
    }
  };

  it('leads to events or a reason, for any value of any part', async () => {
    const boring = ['links', 'author', 'actor', 'rendered', 'commits', 'origin'];
    const payloads = [...bitbucket.fixtures, ...realPayloads(bitbucket.real)].map(({ event, payload }) => {
      const document: unknown = JSON.parse(Buffer.from(payload.body).toString());
      return { event, document, paths: pathsIn(document, boring) };
    });
    const mutation = fc.constantFrom(...payloads).chain(({ event, document, paths }) =>
      fc.record({
        event: fc.constant(event),
        document: fc.constant(document),
        path: fc.constantFrom(...paths),
        value: fc.oneof(
          fc.jsonValue(),
          fc.constantFrom(undefined, null, '', '\ud800', -1, 0, 2 ** 60, [], {}, 'x'.repeat(5_000)),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(mutation, ({ event, document, path, value }) =>
        leadsToEventsOrAReason(bitbucket.deliver(event, replaced(document, path, value) ?? null)),
      ),
      { numRuns: 400 },
    );
  });
});

/** Recorded deliveries of real Bitbucket servers, when available. */
function realPayloads(product: string): { event: string; payload: { body: Uint8Array } }[] {
  const folder = join(import.meta.dirname, '../../../../shared/fixtures', product);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && !file.endsWith('.headers.json') && !file.includes('__api-'))
    .map((file) => ({
      event: (file.split('__')[1] ?? '').replaceAll('.', ':'),
      payload: { body: readFileSync(join(folder, file)) },
    }));
}
