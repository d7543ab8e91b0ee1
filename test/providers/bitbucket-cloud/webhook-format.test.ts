import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParsedDelivery } from '../../../shared/domain/deliveries/delivery.ts';
import { subscribedEvents, webhookFormat } from '../../../shared/providers/bitbucket-cloud/webhook-format.ts';
import { delivery, eventOf, fixtureDelivery, fixtureNames } from '../../support/deliveries.ts';

const parse = (name: string) => webhookFormat.parse(fixtureDelivery(name));

const login = {
  number: 7,
  title: 'A login page',
  source: { branch: 'feature/login', commit: 'ddd8ec9efca6', repository: 'acme/website' },
  target: { branch: 'main' },
  fork: false,
};
const typo = {
  number: 8,
  title: 'Fix a typo',
  source: { branch: 'main', commit: '37ec0a6826b0', repository: 'bo-example/website' },
  target: { branch: 'main' },
  fork: true,
};
const changed = { type: 'repository.changed' as const, repository: 'acme/website' };
const merged = 'aee5a2b11f0b5f92381650f7ab179e5299296ba3';

type Said = Partial<Pick<ParsedDelivery, 'events' | 'ignored'>>;

/** The expected result for each of the project's own payloads; a part that is left out is empty. */
const meanings: Record<string, Said> = {
  'repo.push.branch-updated': {
    events: [
      { type: 'branch.pushed', branch: 'feature/login', commit: 'ddd8ec9efca6b3be50172e10f8375310a1920f4a' },
    ],
  },
  'repo.push.branch-created': {
    events: [
      { type: 'branch.pushed', branch: 'feature/login', commit: 'bb8398f3146e52592b447eb2077b2d3eb71ffc97' },
    ],
  },
  'repo.push.branch-deleted': { events: [{ type: 'branch.deleted', branch: 'feature/login' }] },
  'repo.push.forced': {
    events: [
      { type: 'branch.pushed', branch: 'feature/login', commit: 'be7c889bfdbf5fdaf998802254ea2f893213a5bf' },
    ],
  },
  'repo.push.many-commits': {
    events: [{ type: 'branch.pushed', branch: 'main', commit: 'bcf7f2f861ff2d79c5674852c2d1c930c368ffa6' }],
  },
  'repo.push.several-changes': {
    events: [
      { type: 'branch.pushed', branch: 'main', commit: merged },
      { type: 'branch.pushed', branch: 'release/2026.03', commit: merged },
      { type: 'branch.deleted', branch: 'feature/login' },
      { type: 'tags.changed' },
    ],
  },
  'repo.push.tag-created': { events: [{ type: 'tags.changed' }] },
  'repo.push.tag-deleted': { events: [{ type: 'tags.changed' }] },
  'repo.push.no-changes': { events: [changed] },
  'repo.push.nothing-on-both-sides': { events: [changed] },
  'pullrequest.created.same-repository': { events: [{ type: 'pull_request.opened', pull_request: login }] },
  'pullrequest.created.draft': {
    events: [{ type: 'pull_request.opened', pull_request: { ...login, number: 9, title: 'Not ready' } }],
  },
  'pullrequest.created.from-fork': { events: [{ type: 'pull_request.opened', pull_request: typo }] },
  'pullrequest.updated.new-commit': {
    events: [
      {
        type: 'pull_request.updated',
        pull_request: { ...login, source: { ...login.source, commit: 'ced7b308a348' } },
      },
    ],
  },
  'pullrequest.updated.retargeted': {
    events: [
      { type: 'pull_request.updated', pull_request: { ...login, target: { branch: 'release/2026.03' } } },
    ],
  },
  'pullrequest.updated.fork-deleted': {
    events: [
      {
        type: 'pull_request.updated',
        pull_request: { ...typo, source: { branch: 'main', commit: null, repository: null } },
      },
    ],
  },
  'pullrequest.updated.source-branch-deleted': {
    events: [
      {
        type: 'pull_request.updated',
        pull_request: { ...login, source: { ...login.source, commit: null } },
      },
    ],
  },
  'pullrequest.updated.target-branch-deleted': {
    events: [
      { type: 'pull_request.updated', pull_request: { ...login, target: { branch: 'release/2025.12' } } },
    ],
  },
  'pullrequest.updated.superseded': { events: [{ type: 'pull_request.superseded', number: 7 }] },
  'pullrequest.updated.already-merged': { events: [{ type: 'pull_request.merged', number: 7 }] },
  'pullrequest.fulfilled': { events: [{ type: 'pull_request.merged', number: 7 }] },
  'pullrequest.rejected': { events: [{ type: 'pull_request.declined', number: 7 }] },
  'pullrequest.comment_created': { ignored: [{ because: 'pullrequest:comment_created changes no code' }] },
  'pullrequest.approved': { ignored: [{ because: 'pullrequest:approved changes no code' }] },
  'repo.deleted': {
    ignored: [{ because: 'the repository was deleted: its environments stay until someone deletes them' }],
  },
  'repo.updated.renamed': { events: [changed] },
  'repo.updated.default-branch': { events: [changed] },
  'repo.transfer': { events: [changed] },
  'repo.fork': { ignored: [{ because: 'repo:fork changes no code' }] },
  'repo.commit_status_updated': { ignored: [{ because: 'repo:commit_status_updated changes no code' }] },
};

describe('the deliveries of Bitbucket Cloud', () => {
  it.each(Object.entries(meanings))(
    '%s results in the expected events',
    (name, { events = [], ignored = [] }) => {
      const parsed = parse(name);
      expect(parsed.events).toEqual(events);
      expect(parsed.ignored).toEqual(ignored);
    },
  );

  it('contain their repository and their id', () => {
    expect(parse('repo.push.branch-updated')).toMatchObject({
      id: '99999999-8888-4777-8666-555555555555',
      repository: { uuid: '{ccc487e7-cb30-4a24-aba9-2676051cc657}', full_name: 'acme/website' },
    });
  });

  it('are all covered by this test', () => {
    expect(Object.keys(meanings).sort()).toEqual(fixtureNames);
  });

  it('exist as fixtures for every event of the webhook', () => {
    expect(new Set(fixtureNames.map(eventOf))).toEqual(
      expect.toSatisfy((events: Set<string>) => subscribedEvents.every((event) => events.has(event))),
    );
  });
});

const repository = { uuid: '{1}', full_name: 'acme/website' };
const branch = (name: string, hash = 'a'.repeat(40)) => ({ type: 'branch', name, target: { hash } });
const parsePush = (...changes: unknown[]) =>
  webhookFormat.parse(delivery('repo:push', { repository, push: { changes } }));
const parsePullRequest = (event: string, pullrequest: object) =>
  webhookFormat.parse(
    delivery(event, {
      repository,
      pullrequest: {
        id: 7,
        title: 'A login page',
        state: 'OPEN',
        source: { branch: { name: 'feature/login' }, commit: { hash: 'ddd8ec9efca6' }, repository },
        destination: { branch: { name: 'main' }, commit: null, repository },
        ...pullrequest,
      },
    }),
  );

describe('a push', () => {
  it.each(['named_branch', 'bookmark'])('of a %s results in no event', (type) => {
    expect(parsePush({ old: null, new: { ...branch('x'), type } })).toMatchObject({
      events: [],
      ignored: [{ because: `x is a ${type}: only branches have environments` }],
    });
  });

  it.each(['tag', 'annotated_tag'])(
    'of a %s results in tags.changed when it is created, moved or deleted',
    (type) => {
      const old = { ...branch('v1'), type };
      const moved = { ...branch('v1'), type };
      for (const change of [
        { old: null, new: moved },
        { old, new: moved },
        { old, new: null },
      ])
        expect(parsePush(change)).toMatchObject({ events: [{ type: 'tags.changed' }], ignored: [] });
    },
  );

  it('of a branch without a target results in repository.changed', () => {
    expect(parsePush({ old: null, new: { ...branch('x'), target: null } }).events).toEqual([changed]);
  });

  it('keeps every branch name unchanged', () => {
    const names = ['a/b', 'a.b', 'x#1', 'x%2F', 'x+y', 'a&b', 'Ünï/çødé', '🌱', '__proto__', 'constructor'];
    expect(parsePush(...names.map((name) => ({ old: null, new: branch(name) }))).events).toEqual(
      names.map((name) => ({ type: 'branch.pushed', branch: name, commit: 'a'.repeat(40) })),
    );
  });

  it('has a result for each change, for any number of changes', () => {
    const side = fc.option(
      fc.record({
        type: fc.constantFrom('branch', 'tag', 'bookmark'),
        name: fc.string({ unit: 'grapheme', minLength: 1 }),
        target: fc.option(fc.record({ hash: fc.stringMatching(/^[0-9a-f]{40}$/) })),
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ old: side, new: side }), { minLength: 1 }), (changes) => {
        const { events, ignored } = parsePush(...changes);
        expect(events.length + ignored.length).toBe(changes.length);
        expect(ignored.every(({ because }) => because !== '')).toBe(true);
      }),
    );
  });
});

describe('a pull request', () => {
  it('provides the repository when the delivery has none', () => {
    const end = { branch: { name: 'main' }, commit: null, repository };
    const body = { pullrequest: { id: 7, title: '', state: 'OPEN', source: end, destination: end } };
    expect(webhookFormat.parse(delivery('pullrequest:created', body)).repository).toEqual(repository);
  });

  it.each([
    ['pullrequest:created', 'MERGED', 'pull_request.merged'],
    ['pullrequest:created', 'DECLINED', 'pull_request.declined'],
    ['pullrequest:updated', 'SUPERSEDED', 'pull_request.superseded'],
    ['pullrequest:superseded', 'OPEN', 'pull_request.superseded'],
    ['pullrequest:fulfilled', 'OPEN', 'pull_request.merged'],
    ['pullrequest:rejected', 'OPEN', 'pull_request.declined'],
    ['pullrequest:push', 'OPEN', 'pull_request.updated'],
    ['pullrequest:updated', 'OPEN', 'pull_request.updated'],
    ['pullrequest:created', 'OPEN', 'pull_request.opened'],
  ])('of a delivery %s in state %s results in %s', (event, state, type) => {
    expect(parsePullRequest(event, { state }).events).toMatchObject([{ type }]);
  });

  it.each([
    ['another uuid', true, { uuid: '{2}', full_name: 'acme/website' }],
    ['the same uuid under another name', false, { uuid: '{1}', full_name: 'acme/site' }],
    ['the same name and no uuid', false, { full_name: 'acme/website' }],
    ['the same name in another case and no uuid', false, { full_name: 'Acme/Website' }],
    ['another name and no uuid', true, { full_name: 'bo-example/website' }],
    ['neither a name nor a uuid', true, {}],
    ['no value', true, null],
  ])('with %s of the source repository is a fork: %s', (_, fork, source) => {
    const { events } = parsePullRequest('pullrequest:created', {
      source: { branch: { name: 'x' }, commit: null, repository: source },
    });
    expect(events).toMatchObject([{ pull_request: { fork } }]);
  });
});
