import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, git, push } from '../support/bitbucket.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { REPO, type ServerSite, startServerSite } from '../support/server.ts';

const ALL = [
  'repo:refs_changed',
  'repo:modified',
  'pr:opened',
  'pr:from_ref_updated',
  'pr:modified',
  'pr:merged',
  'pr:declined',
  'pr:deleted',
];
const NO_COMMIT = '0'.repeat(40);

let site: ServerSite;
let receiver: Receiver;
beforeEach(async () => {
  site = await startServerSite();
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  await site.end();
});

const subscribe = () =>
  site.rest('POST', `${REPO}/webhooks`, { name: 'Bough', url: receiver.url, events: ALL });

async function pushed(branch = 'feature/a'): Promise<string> {
  const head = await push(site.workingCopy, { branch });
  await site.playground.settled();
  return head;
}

async function open(): Promise<string> {
  const { body } = await site.rest('POST', `${REPO}/pull-requests`, {
    title: 'A page',
    fromRef: { id: 'refs/heads/feature/a' },
    toRef: { id: 'refs/heads/main' },
  });
  await site.playground.settled();
  return `${REPO}/pull-requests/${at(body, 'id')}`;
}

describe('a push on Server', () => {
  it.each([
    ['creates a branch', 'feature/a', 'ADD', NO_COMMIT],
    ['moves a branch', 'main', 'UPDATE', undefined],
  ])('that %s', async (_, branch, type, from) => {
    await subscribe();
    const head = await pushed(branch);

    expect(receiver.bodies('repo:refs_changed')).toMatchObject([
      {
        eventKey: 'repo:refs_changed',
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/),
        actor: { name: 'demo' },
        repository: { slug: 'website', project: { key: 'acme' } },
        changes: [
          {
            ref: { id: `refs/heads/${branch}`, displayId: branch, type: 'BRANCH' },
            refId: `refs/heads/${branch}`,
            fromHash: from ?? site.head,
            toHash: head,
            type,
          },
        ],
        toCommit: { id: head, displayId: head.slice(0, 11) },
      },
    ]);
  });

  it('that deletes a branch has no target commit', async () => {
    const head = await pushed();
    await subscribe();

    await git(site.workingCopy, 'push', '--quiet', 'origin', ':feature/a');
    await site.playground.settled();

    const [body] = receiver.bodies('repo:refs_changed');
    expect(body).toMatchObject({ changes: [{ fromHash: head, toHash: NO_COMMIT, type: 'DELETE' }] });
    expect(body).not.toHaveProperty('toCommit');
  });

  it('of many refs, including tags, is one delivery', async () => {
    await subscribe();
    for (const name of ['a', 'b/c']) await git(site.workingCopy, 'branch', name);
    await git(site.workingCopy, 'tag', 'light');
    await git(site.workingCopy, 'push', '--quiet', 'origin', 'a', 'b/c', 'light');
    await site.playground.settled();

    const [body, ...more] = receiver.bodies('repo:refs_changed');
    const changes = at(body, 'changes') as unknown[];
    expect(more).toEqual([]);
    expect(changes.map((each) => `${at(each, 'ref.type')} ${at(each, 'ref.displayId')}`).sort()).toEqual([
      'BRANCH a',
      'BRANCH b/c',
      'TAG light',
    ]);
    expect(body).not.toHaveProperty('commits');
  });

  it('by the git URL of either product is delivered by both', async () => {
    await subscribe();
    await site.api('POST', '/repositories/acme/website/hooks', { url: receiver.url, events: ['repo:push'] });
    const url = site.playground.serverUrl.replace('http://', 'http://demo:demo@');
    await git(
      site.workingCopy,
      'push',
      '--quiet',
      `${url}/scm/acme/website.git`,
      'main:refs/heads/by-server',
    );
    await pushed('by-cloud');

    expect(receiver.events()).toEqual(['repo:push', 'repo:push', 'repo:refs_changed', 'repo:refs_changed']);
  });

  it('to a fork is not delivered to its origin', async () => {
    await subscribe();
    await site.rest('POST', REPO, { project: { key: 'ada' } });
    await push(await site.clone('ada/website'), { branch: 'from-fork' });
    await site.playground.settled();

    expect(receiver.received).toEqual([]);
  });
});

describe('a pull request on Server', () => {
  let head: string;
  beforeEach(async () => {
    head = await pushed();
    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main:base');
    await site.playground.settled();
    await subscribe();
  });

  it('is delivered when it is opened', async () => {
    await open();

    expect(receiver.bodies('pr:opened')).toMatchObject([
      {
        eventKey: 'pr:opened',
        actor: { name: 'demo' },
        pullRequest: { id: 1, state: 'OPEN', fromRef: { latestCommit: head }, toRef: { displayId: 'main' } },
      },
    ]);
  });

  it('whose branch moves is delivered with the previous commit, in addition to the push', async () => {
    await open();
    receiver.forget();
    const moved = await pushed();

    expect(receiver.events()).toEqual(['pr:from_ref_updated', 'repo:refs_changed']);
    expect(receiver.bodies('pr:from_ref_updated')).toMatchObject([
      { previousFromHash: head, pullRequest: { fromRef: { latestCommit: moved } } },
    ]);
  });

  it('that changes is delivered with its previous fields', async () => {
    const path = await open();
    receiver.forget();
    await site.rest('PUT', path, { version: 0, title: 'Better', toRef: { id: 'refs/heads/base' } });
    await site.playground.settled();

    expect(receiver.bodies('pr:modified')).toMatchObject([
      {
        pullRequest: { version: 1, title: 'Better', toRef: { displayId: 'base' } },
        previousTitle: 'A page',
        previousDescription: null,
        previousTarget: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH', latestCommit: site.head },
      },
    ]);
  });

  it('that is changed on Cloud is delivered on Server too', async () => {
    await open();
    receiver.forget();
    await site.api('PUT', '/repositories/acme/website/pullrequests/1', { title: 'By Cloud' });
    await site.playground.settled();

    expect(receiver.bodies('pr:modified')).toMatchObject([{ previousTitle: 'A page' }]);
  });

  it('that is merged is delivered in addition to the push of its target', async () => {
    const path = await open();
    receiver.forget();
    await site.rest('POST', `${path}/merge?version=0`);
    await site.playground.settled();

    expect(receiver.events()).toEqual(['pr:merged', 'repo:refs_changed']);
    const merged = (await git(site.workingCopy, 'ls-remote', 'origin', 'refs/heads/main')).slice(0, 40);
    expect(receiver.bodies('pr:merged')).toMatchObject([
      { pullRequest: { state: 'MERGED', closed: true, properties: { mergeCommit: { id: merged } } } },
    ]);
  });

  it.each([
    ['declined', 'POST', '/decline?version=0', undefined],
    ['deleted', 'DELETE', '', { version: 0 }],
  ])('is delivered when it is %s', async (word, method, suffix, body) => {
    const path = await open();
    receiver.forget();
    await site.rest(method, `${path}${suffix}`, body);
    await site.playground.settled();

    expect(receiver.events()).toEqual([`pr:${word}`]);
    expect(receiver.bodies(`pr:${word}`)).toMatchObject([{ pullRequest: { id: 1 } }]);
  });

  it('that is reopened is not delivered', async () => {
    const path = await open();
    await site.rest('POST', `${path}/decline?version=0`);
    await site.playground.settled();
    receiver.forget();
    await site.rest('POST', `${path}/reopen?version=1`);
    await site.playground.settled();

    expect(receiver.received).toEqual([]);
  });
});

describe('a changed repository on Server', () => {
  it('is delivered with its old and new fields', async () => {
    await subscribe();
    await site.rest('PUT', REPO, { name: 'Shop' });
    await site.playground.settled();

    const [body] = receiver.bodies('repo:modified');
    expect(body).toMatchObject({
      old: { slug: 'website', name: 'website' },
      new: { slug: 'shop', name: 'Shop' },
    });
    expect(at(body, 'old.id')).toBe(at(body, 'new.id'));
  });

  it('is not delivered for another default branch', async () => {
    await pushed('trunk');
    await subscribe();
    await site.rest('PUT', `${REPO}/default-branch`, { id: 'refs/heads/trunk' });
    await site.playground.settled();

    expect(receiver.received).toEqual([]);
  });
});
