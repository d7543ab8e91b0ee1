import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParsedDelivery } from '../../../shared/domain/deliveries/delivery.ts';
import type { PullRequest } from '../../../shared/domain/deliveries/source-event.ts';
import { subscribedEvents } from '../../../shared/providers/bitbucket-server/webhook-events.ts';
import { webhookFormat } from '../../../shared/providers/bitbucket-server/webhook-format.ts';
import {
  serverDelivery,
  serverEventOf,
  serverFixtureDelivery,
  serverFixtureNames,
} from '../../support/server-deliveries.ts';

const parse = (name: string) => webhookFormat.parse(serverFixtureDelivery(name));

const merged = 'aee5a2b11f0b5f92381650f7ab179e5299296ba3';
const login = {
  number: 7,
  title: 'A login page',
  source: {
    branch: 'feature/login',
    commit: 'ddd8ec9efca6b3be50172e10f8375310a1920f4a',
    repository: 'ACME/website',
  },
  target: { branch: 'main' },
  fork: false,
};
const typo = {
  number: 8,
  title: 'Fix a typo',
  source: {
    branch: 'main',
    commit: '37ec0a6826b0c1f2f6a2a0f4d5c19d2c0a7c6a11',
    repository: '~bo/website',
  },
  target: { branch: 'main' },
  fork: true,
};

type Said = Partial<Pick<ParsedDelivery, 'events' | 'ignored'>>;

const opened = (pull_request: PullRequest): Said => ({
  events: [{ type: 'pull_request.opened', pull_request }],
});
const updated = (pull_request: PullRequest): Said => ({
  events: [{ type: 'pull_request.updated', pull_request }],
});
const changed = (repository: string): Said => ({ events: [{ type: 'repository.changed', repository }] });
const ignored = (because: string): Said => ({ ignored: [{ because }] });

/** The expected result for each of the project's own payloads; a part that is left out is empty. */
const meanings: Record<string, Said> = {
  'diagnostics.ping': ignored('diagnostics:ping changes no code'),
  'mirror.repo_synchronized.changes': {
    events: [{ type: 'branch.pushed', branch: 'main', commit: merged }, { type: 'tags.changed' }],
  },
  'mirror.repo_synchronized.ref-limit-exceeded': changed('ACME/website'),
  'pr.comment.added': ignored('pr:comment:added changes no code'),
  'pr.declined': { events: [{ type: 'pull_request.declined', number: 7 }] },
  'pr.declined.opened-again': updated(login),
  'pr.deleted': { events: [{ type: 'pull_request.deleted', number: 7 }] },
  'pr.deleted.while-open': { events: [{ type: 'pull_request.deleted', number: 7 }] },
  'pr.from_ref_updated.new-commit': updated({
    ...login,
    source: { ...login.source, commit: 'ced7b308a3489e6e7d6f1a0b1a4f4a4b2d0b5c11' },
  }),
  'pr.merged': { events: [{ type: 'pull_request.merged', number: 7 }] },
  'pr.modified.fork-deleted': updated({ ...typo, source: { ...typo.source, repository: null } }),
  'pr.modified.retargeted': updated({ ...login, target: { branch: 'release/2026.03' } }),
  'pr.modified.title': updated({ ...login, title: 'A better login page' }),
  'pr.opened.already-declined': { events: [{ type: 'pull_request.declined', number: 7 }] },
  'pr.opened.draft': opened({ ...login, number: 9, title: 'Not ready' }),
  'pr.opened.from-fork': opened(typo),
  'pr.opened.from-tag': opened({
    ...login,
    number: 10,
    title: 'Release 1.2.0',
    source: {
      branch: 'refs/tags/v1.2.0',
      commit: '2f3e1c0d9b8a7f6e5d4c3b2a190817161514131f',
      repository: 'ACME/website',
    },
  }),
  'pr.opened.iso-dates': opened(login),
  'pr.opened.same-repository': opened(login),
  'pr.reopened': opened(login),
  'pr.reviewer.approved': ignored('pr:reviewer:approved changes no code'),
  'repo.comment.added': ignored('repo:comment:added changes no code'),
  'repo.forked': ignored('repo:forked changes no code'),
  'repo.modified.moved-to-a-person': changed('~bo/website'),
  'repo.modified.renamed': changed('ACME/site'),
  'repo.refs_changed.branch-created': {
    events: [
      { type: 'branch.pushed', branch: 'feature/login', commit: 'bb8398f3146e52592b447eb2077b2d3eb71ffc97' },
    ],
  },
  'repo.refs_changed.branch-deleted': { events: [{ type: 'branch.deleted', branch: 'feature/login' }] },
  'repo.refs_changed.branch-updated': {
    events: [{ type: 'branch.pushed', branch: 'feature/login', commit: login.source.commit }],
  },
  'repo.refs_changed.no-changes': changed('ACME/website'),
  'repo.refs_changed.old-server': {
    events: [{ type: 'branch.pushed', branch: 'feature/login', commit: login.source.commit }],
  },
  'repo.refs_changed.other-reference': ignored(
    'refs/notes/commits is not a branch: only branches have environments',
  ),
  'repo.refs_changed.personal-project': {
    events: [{ type: 'branch.pushed', branch: 'main', commit: typo.source.commit }],
  },
  'repo.refs_changed.several-changes': {
    events: [
      { type: 'branch.pushed', branch: 'main', commit: merged },
      { type: 'branch.pushed', branch: 'release/2026.03', commit: merged },
      { type: 'tags.changed' },
      { type: 'branch.deleted', branch: 'feature/login' },
    ],
  },
  'repo.refs_changed.tag-created': { events: [{ type: 'tags.changed' }] },
  'repo.refs_changed.tag-deleted': { events: [{ type: 'tags.changed' }] },
};

describe('the deliveries of Bitbucket Server', () => {
  it.each(Object.entries(meanings))(
    '%s results in the expected events',
    (name, { events = [], ignored = [] }) => {
      const parsed = parse(name);
      expect(parsed.events).toEqual(events);
      expect(parsed.ignored).toEqual(ignored);
    },
  );

  it('are all covered by this test', () => {
    expect(Object.keys(meanings).sort()).toEqual(serverFixtureNames);
  });

  it('exist as fixtures for every event of the webhook', () => {
    const events = new Set(serverFixtureNames.map(serverEventOf));
    expect(subscribedEvents.filter((event) => !events.has(event))).toEqual([]);
  });

  it.each([
    ['repo.refs_changed.branch-updated', '12', 'ACME/website'],
    ['repo.refs_changed.personal-project', '31', '~bo/website'],
    ['mirror.repo_synchronized.changes', '12', 'ACME/website'],
    // The one that the pull request is to be merged into.
    ['pr.opened.from-fork', '12', 'ACME/website'],
    // The name that it has now, with the tilde that the payload leaves out.
    ['repo.modified.renamed', '12', 'ACME/site'],
    ['repo.modified.moved-to-a-person', '12', '~bo/website'],
    ['repo.forked', '31', '~bo/website'],
    ['diagnostics.ping', null, null],
  ])('%s has the repository with the id %s, %s', (name, uuid, full_name) => {
    expect(parse(name).repository).toEqual({ uuid, full_name });
  });

  it('have the id of the request', () => {
    expect(parse('pr.merged').id).toBe('7b1c4a0e-5a5f-4a31-9d0a-6a53c4d9f0c2');
  });

  it.each(serverFixtureNames)('%s is treated as a connection test only if it is one', (name) => {
    expect(webhookFormat.isPing(serverFixtureDelivery(name))).toBe(name === 'diagnostics.ping');
  });
});

const repository = { id: 1, slug: 'website', project: { key: 'ACME', type: 'NORMAL' } };
const commit = 'a'.repeat(40);
const zeros = '0'.repeat(40);
const parseChanges = (...changes: unknown[]) =>
  webhookFormat.parse(serverDelivery('repo:refs_changed', { repository, changes }));
const change = (id: string, rest: object = {}) => ({ ref: { id }, toHash: commit, type: 'UPDATE', ...rest });

describe('a change of a reference', () => {
  it.each([
    ['that was deleted', { type: 'DELETE', toHash: zeros }, { type: 'branch.deleted' }],
    ['that was deleted, whatever hash there is', { type: 'DELETE' }, { type: 'branch.deleted' }],
    ['that was deleted, without a hash', { type: 'DELETE', toHash: null }, { type: 'branch.deleted' }],
    ['that has no commit any more', { type: 'UPDATE', toHash: zeros }, { type: 'branch.deleted' }],
    ['that was added', { type: 'ADD' }, { type: 'branch.pushed', commit }],
    ['of a kind that is new to us', { type: 'FORCE' }, { type: 'branch.pushed', commit }],
    ['without a hash', { toHash: undefined }, { type: 'repository.changed' }],
  ])('%s results in the expected event', (_, rest, event) => {
    expect(parseChanges(change('refs/heads/x', rest)).events).toMatchObject([event]);
  });

  it('keeps every branch name unchanged', () => {
    const names = ['a/b', 'a.b', 'x#1', 'x%2F', 'x+y', 'a&b', 'refs/heads/x', 'Ünï/çødé', '🌱', '__proto__'];
    expect(parseChanges(...names.map((name) => change(`refs/heads/${name}`))).events).toEqual(
      names.map((branch) => ({ type: 'branch.pushed', branch, commit })),
    );
  });

  it('never has a commit of zeros, and has a result for each change', () => {
    const anyChange = fc.record({
      ref: fc.record({
        id: fc
          .tuple(fc.constantFrom('refs/heads/', 'refs/tags/', 'refs/', ''), fc.string({ minLength: 1 }))
          .map((parts) => parts.join('')),
      }),
      toHash: fc.option(fc.constantFrom(zeros, commit, '0', '')),
      type: fc.constantFrom('ADD', 'UPDATE', 'DELETE', 'OTHER'),
    });
    fc.assert(
      fc.property(fc.array(anyChange, { minLength: 1 }), (changes) => {
        const { events, ignored } = parseChanges(...changes);
        expect(events.length + ignored.length).toBe(changes.length);
        expect(ignored.every(({ because }) => because !== '')).toBe(true);
        for (const event of events) if ('commit' in event) expect(event.commit).toBe(commit);
      }),
    );
  });
});

describe('a mirror', () => {
  it('that reports only some changes results in repository.changed', () => {
    const body = { repository, changes: [change('refs/heads/x')], refLimitExceeded: true };
    expect(webhookFormat.parse(serverDelivery('mirror:repo_synchronized', body)).events).toEqual([
      { type: 'repository.changed', repository: 'ACME/website' },
    ]);
  });
});

const parsePullRequest = (event: string, pullRequest: object) =>
  webhookFormat.parse(
    serverDelivery(event, {
      pullRequest: {
        id: 7,
        title: 'A login page',
        state: 'OPEN',
        fromRef: { id: 'refs/heads/feature/login', latestCommit: commit, repository },
        toRef: { id: 'refs/heads/main', repository },
        ...pullRequest,
      },
    }),
  );

describe('a pull request', () => {
  it.each([
    ['pr:opened', 'OPEN', 'pull_request.opened'],
    ['pr:reopened', 'OPEN', 'pull_request.opened'],
    ['pr:from_ref_updated', 'OPEN', 'pull_request.updated'],
    ['pr:to_ref_updated', 'OPEN', 'pull_request.updated'],
    ['pr:modified', 'OPEN', 'pull_request.updated'],
    ['pr:merged', 'MERGED', 'pull_request.merged'],
    ['pr:declined', 'DECLINED', 'pull_request.declined'],
    ['pr:deleted', 'DECLINED', 'pull_request.deleted'],
    // The state counts more than the event, but for one that is gone.
    ['pr:opened', 'MERGED', 'pull_request.merged'],
    ['pr:modified', 'DECLINED', 'pull_request.declined'],
    ['pr:declined', 'MERGED', 'pull_request.merged'],
    ['pr:declined', 'OPEN', 'pull_request.updated'],
    ['pr:merged', 'SUPERSEDED', 'pull_request.superseded'],
    ['pr:deleted', 'OPEN', 'pull_request.deleted'],
  ])('of a delivery %s in state %s results in %s', (event, state, type) => {
    expect(parsePullRequest(event, { state }).events).toMatchObject([{ type }]);
  });

  const elsewhere = { ...repository, project: { key: 'OTHER', type: 'NORMAL' } };
  it.each([
    ['another id', true, { ...repository, id: 2 }],
    ['the same id under another name', false, elsewhere],
    ['the same name and no id', false, { ...repository, id: undefined }],
    ['the same name in another case and no id', false, { slug: 'Website', project: { key: 'acme' } }],
    ['another name and no id', true, { ...elsewhere, id: undefined }],
    ['neither name nor id', true, {}],
    ['no value', true, null],
  ])('with %s of the source repository is a fork: %s', (_, fork, source) => {
    const { events } = parsePullRequest('pr:opened', {
      fromRef: { id: 'refs/heads/x', latestCommit: commit, repository: source },
    });
    expect(events).toMatchObject([{ pull_request: { fork } }]);
  });

  it('between unknown repositories is a fork', () => {
    const { events } = parsePullRequest('pr:opened', {
      fromRef: { id: 'refs/heads/x', latestCommit: commit, repository: {} },
      toRef: { id: 'refs/heads/main', repository: {} },
    });
    expect(events).toMatchObject([{ pull_request: { fork: true } }]);
  });

  it.each([[zeros], [null], [undefined]])('has no commit when the latest commit is %s', (latestCommit) => {
    const { events } = parsePullRequest('pr:opened', {
      fromRef: { id: 'refs/heads/x', latestCommit, repository },
    });
    expect(events).toMatchObject([{ pull_request: { source: { commit: null } } }]);
  });

  it('accepts dates of any form', () => {
    for (const createdDate of [1_772_442_300_000, '2026-03-02T09:05:00+0000', null, {}])
      expect(parsePullRequest('pr:opened', { createdDate, updatedDate: createdDate }).events).toHaveLength(1);
  });
});
