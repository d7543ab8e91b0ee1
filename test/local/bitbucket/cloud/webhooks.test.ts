import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, commit, git, push, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const ALL = [
  'repo:push',
  'pullrequest:created',
  'pullrequest:updated',
  'pullrequest:fulfilled',
  'pullrequest:rejected',
];

let site: Website;
let receiver: Receiver;
beforeEach(async () => {
  site = await startWebsite();
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  await site.end();
});

const subscribe = (fields: Record<string, unknown> = {}) =>
  site.api('POST', `${WEBSITE}/hooks`, { url: receiver.url, description: 'test', events: ALL, ...fields });

async function open(branch: string, fields: Record<string, unknown> = {}): Promise<string> {
  const { body } = await site.api('POST', `${WEBSITE}/pullrequests`, {
    title: 'A page',
    source: { branch: { name: branch } },
    ...fields,
  });
  return `${WEBSITE}/pullrequests/${at(body, 'id')}`;
}

/** The changes of the only delivered push. */
async function deliveredChanges(): Promise<unknown[]> {
  await site.playground.settled();
  const [body, ...more] = receiver.bodies('repo:push');
  expect(more).toEqual([]);
  return at(body, 'push.changes') as unknown[];
}

describe('a delivery', () => {
  it("has Bitbucket's headers", async () => {
    const { body } = await subscribe();
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();

    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Bitbucket-Webhooks/2.0',
      'x-attempt-number': '1',
      'x-event-key': 'repo:push',
      'x-hook-uuid': String(at(body, 'uuid')).slice(1, -1),
      'x-request-uuid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(receiver.received[0]?.headers).not.toHaveProperty('x-hub-signature');
  });

  it('has a signature of its bytes if the webhook has a secret', async () => {
    await subscribe({ secret: 'geheim ✓' });
    await push(site.workingCopy, { branch: 'feature/ä', message: 'Umlaute äöü' });
    await site.playground.settled();

    const [delivery] = receiver.received;
    const digest = createHmac('sha256', 'geheim ✓')
      .update(delivery?.raw ?? '')
      .digest('hex');
    expect(delivery?.headers['x-hub-signature']).toBe(`sha256=${digest}`);
  });

  it('goes only to active webhooks that subscribe to the event', async () => {
    await subscribe({ active: false });
    await subscribe({ events: ['pullrequest:created'] });
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    expect(receiver.events()).toEqual([]);

    await open('feature/a');
    await site.playground.settled();
    expect(receiver.events()).toEqual(['pullrequest:created']);
  });

  it('goes to each webhook separately', async () => {
    await subscribe();
    await subscribe({ secret: 's' });
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();

    const hooks = receiver.received.map(({ headers }) => headers['x-hook-uuid']);
    expect(new Set(hooks).size).toBe(2);
  });

  it('is recorded with its response, which the history page shows', async () => {
    await subscribe();
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();

    const expected = {
      event: 'repo:push',
      repository: 'acme/website',
      hook: { url: receiver.url, description: 'test' },
      outcome: 'delivered',
      attempts: [{ number: 1, status: 202, responseBody: '{"accepted":[]}', error: null }],
    };
    expect(site.playground.deliveries()).toMatchObject([expected]);
    const shown = await fetch(`${site.playground.url}/_playground/deliveries`);
    expect(await shown.json()).toMatchObject({ values: [expected] });
  });
});

describe('a push', () => {
  beforeEach(() => subscribe());

  it('that creates a branch contains its commits', async () => {
    const hash = await push(site.workingCopy, { branch: 'feature/a', message: 'One more' });

    const changes = await deliveredChanges();

    expect(changes).toMatchObject([
      {
        old: null,
        new: {
          type: 'branch',
          name: 'feature/a',
          target: { type: 'commit', hash, parents: [{ hash: site.head }] },
        },
        created: true,
        closed: false,
        forced: false,
        truncated: false,
        commits: [{ hash, message: 'One more\n' }, { hash: site.head }],
      },
    ]);
    expect(receiver.bodies('repo:push')[0]).toMatchObject({
      actor: { type: 'user', display_name: 'demo' },
      repository: { full_name: 'acme/website', uuid: expect.stringMatching(/^\{.*\}$/) },
    });
    expect(at(receiver.bodies('repo:push')[0], 'repository')).not.toHaveProperty('mainbranch');
  });

  it('that moves a branch contains at most five commits and whether there are more', async () => {
    for (let index = 0; index < 6; index += 1) await commit(site.workingCopy, { branch: 'main' });
    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main');
    const hashes = (await git(site.workingCopy, 'rev-list', '--max-count=5', 'main')).split('\n');

    const [change] = await deliveredChanges();

    expect(change).toMatchObject({
      old: { target: { hash: site.head } },
      new: { target: { hash: hashes[0] } },
      created: false,
      closed: false,
      forced: false,
      truncated: true,
    });
    expect((at(change, 'commits') as unknown[]).map((each) => at(each, 'hash'))).toEqual(hashes);
  });

  it('of five commits is not truncated', async () => {
    for (let index = 0; index < 5; index += 1) await commit(site.workingCopy, { branch: 'main' });
    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main');

    const [change] = await deliveredChanges();

    expect({
      commits: (at(change, 'commits') as unknown[]).length,
      truncated: at(change, 'truncated'),
    }).toEqual({
      commits: 5,
      truncated: false,
    });
  });

  it('by force is marked as forced', async () => {
    const old = await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    receiver.forget();
    await git(site.workingCopy, 'commit', '--quiet', '--amend', '--message', 'Rewritten');
    await git(site.workingCopy, 'push', '--quiet', '--force', 'origin', 'feature/a');

    expect(await deliveredChanges()).toMatchObject([
      {
        old: { target: { hash: old } },
        forced: true,
        created: false,
        closed: false,
        commits: [{ message: 'Rewritten\n' }],
      },
    ]);
  });

  it('that deletes a branch has no new side', async () => {
    const hash = await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    receiver.forget();
    await git(site.workingCopy, 'push', '--quiet', 'origin', ':feature/a');

    const [change] = await deliveredChanges();

    expect(change).toMatchObject({
      old: { name: 'feature/a', target: { hash } },
      new: null,
      created: false,
      closed: true,
      forced: false,
      truncated: false,
    });
    expect(change).not.toHaveProperty('commits');
  });

  it('of many refs, including tags, is one delivery', async () => {
    for (const name of ['a', 'b/c', 'd']) await git(site.workingCopy, 'branch', name);
    await git(site.workingCopy, 'tag', 'light');
    await git(site.workingCopy, 'tag', '--annotate', '--message', 'Version 1', 'v1');
    await git(site.workingCopy, 'push', '--quiet', 'origin', '--all');
    await site.playground.settled();
    receiver.forget();
    await git(
      site.workingCopy,
      'push',
      '--quiet',
      '--atomic',
      'origin',
      ':a',
      'light',
      'v1',
      'HEAD:refs/heads/e',
    );

    const changes = await deliveredChanges();

    const sides = changes.map((change) => {
      const side = at(change, 'new') ?? at(change, 'old');
      return `${at(side, 'type')} ${at(side, 'name')} ${at(change, 'created')} ${at(change, 'closed')}`;
    });
    expect(sides.sort()).toEqual([
      'branch a false true',
      'branch e true false',
      'tag light true false',
      'tag v1 true false',
    ]);
    const tag = changes.find((change) => at(change, 'new.name') === 'v1');
    expect(tag).toMatchObject({
      new: {
        target: { hash: site.head },
        message: 'Version 1\n',
        tagger: { type: 'author', raw: 'Ada <ada@example.com>' },
        date: expect.stringMatching(/\+00:00$/),
      },
    });
    const light = changes.find((change) => at(change, 'new.name') === 'light');
    expect(light).toMatchObject({ new: { target: { hash: site.head }, tagger: null, message: null } });
  });

  it('that changes nothing is not delivered', async () => {
    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main');
    await site.playground.settled();

    expect(receiver.received).toEqual([]);
  });

  it('contains only the accepted refs', async () => {
    await git(site.workingCopy, 'branch', 'kept');
    await expect(git(site.workingCopy, 'push', '--quiet', 'origin', 'kept', ':main')).rejects.toThrow();

    expect((await deliveredChanges()).map((change) => at(change, 'new.name'))).toEqual(['kept']);
  });

  it('concurrent with another is a separate delivery', async () => {
    const clones = await Promise.all([site.clone(), site.clone(), site.clone()]);
    await Promise.all(clones.map((clone, index) => push(clone, { branch: `at-once-${index}` })));
    await site.playground.settled();

    const names = receiver.bodies('repo:push').map((body) => {
      const changes = at(body, 'push.changes') as unknown[];
      return changes.map((change) => at(change, 'new.name')).join();
    });
    expect(names.sort()).toEqual(['at-once-0', 'at-once-1', 'at-once-2']);
  });

  it('with a payload over 256 KB is not delivered, and the history records that', async () => {
    const message = 'x'.repeat(60_000);
    for (let index = 0; index < 3; index += 1) await commit(site.workingCopy, { branch: 'main', message });
    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main');
    await site.playground.settled();

    expect(receiver.received).toEqual([]);
    expect(site.playground.deliveries()).toMatchObject([
      { event: 'repo:push', outcome: 'too large', attempts: [] },
    ]);
  });

  it('is also delivered for a branch that the API deletes', async () => {
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    receiver.forget();
    await site.api('DELETE', `${WEBSITE}/refs/branches/feature/a`);

    expect(await deliveredChanges()).toMatchObject([{ new: null, closed: true, old: { name: 'feature/a' } }]);
  });
});

describe('a pull request', () => {
  let head: string;
  beforeEach(async () => {
    head = await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    await subscribe();
  });

  it('that is opened is delivered with commits of 12 characters', async () => {
    await open('feature/a');
    await site.playground.settled();

    const [body] = receiver.bodies('pullrequest:created');
    expect(body).toMatchObject({
      actor: { type: 'user', display_name: 'demo' },
      repository: { full_name: 'acme/website' },
      pullrequest: {
        id: 1,
        state: 'OPEN',
        merge_commit: null,
        source: { branch: { name: 'feature/a' }, commit: { hash: head.slice(0, 12) } },
        destination: { branch: { name: 'main' }, commit: { hash: site.head.slice(0, 12) } },
      },
    });
    expect(JSON.stringify(at(body, 'repository'))).not.toContain('mainbranch');
  });

  it.each([
    ['title', { title: 'Renamed' }],
    ['destination', { title: 'A page', destination: { branch: { name: 'base' } } }],
  ])('whose %s changes is delivered as updated', async (_, changes) => {
    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main:base');
    const path = await open('feature/a');
    await site.playground.settled();
    receiver.forget();

    await site.api('PUT', path, changes);
    await site.playground.settled();

    expect(receiver.bodies('pullrequest:updated')).toMatchObject([{ pullrequest: changes }]);
  });

  it('whose branch moves is delivered as updated, in addition to the push', async () => {
    await open('feature/a');
    await site.playground.settled();
    receiver.forget();

    const moved = await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();

    expect(receiver.events()).toEqual(['pullrequest:updated', 'repo:push']);
    expect(receiver.bodies('pullrequest:updated')).toMatchObject([
      { pullrequest: { source: { commit: { hash: moved.slice(0, 12) } } } },
    ]);
  });

  it('has its new commit in the API before the delivery', async () => {
    const path = await open('feature/a');
    await site.playground.settled();
    const seen: unknown[] = [];
    const witness = createServer(async (_, response) => {
      seen.push(at((await site.api('GET', path)).body, 'source.commit.hash'));
      response.end();
    });
    await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
    const { port } = witness.address() as { port: number };
    await subscribe({ url: `http://127.0.0.1:${port}/` });

    const moved = await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    witness.close();

    expect(seen).toEqual([moved.slice(0, 12), moved.slice(0, 12)]);
  });

  it('whose branch is deleted is not delivered, only the push is', async () => {
    await open('feature/a');
    await site.playground.settled();
    receiver.forget();

    await git(site.workingCopy, 'push', '--quiet', 'origin', ':feature/a');
    await site.playground.settled();

    expect(receiver.events()).toEqual(['repo:push']);
  });

  it('that is merged is delivered as fulfilled, in addition to a push for each branch', async () => {
    const path = await open('feature/a', { close_source_branch: true });
    await site.playground.settled();
    receiver.forget();

    await site.api('POST', `${path}/merge`);
    await site.playground.settled();

    expect(receiver.events()).toEqual(['pullrequest:fulfilled', 'repo:push', 'repo:push']);
    const [fulfilled] = receiver.bodies('pullrequest:fulfilled');
    const merged = await git(site.workingCopy, 'ls-remote', 'origin', 'refs/heads/main');
    expect(fulfilled).toMatchObject({
      pullrequest: { state: 'MERGED', merge_commit: { hash: merged.slice(0, 12) } },
    });
    const changes = receiver.bodies('repo:push').flatMap((body) => at(body, 'push.changes') as unknown[]);
    const main = changes.find((change) => at(change, 'new.name') === 'main');
    const closed = changes.find((change) => at(change, 'old.name') === 'feature/a');
    expect(main).toMatchObject({ forced: false, new: { target: { hash: merged.slice(0, 40) } } });
    expect(closed).toMatchObject({ new: null, closed: true });
  });

  it('that is declined is delivered as rejected', async () => {
    const path = await open('feature/a');
    await site.playground.settled();
    receiver.forget();

    await site.api('POST', `${path}/decline`);
    await site.playground.settled();

    expect(receiver.events()).toEqual(['pullrequest:rejected']);
    expect(receiver.bodies('pullrequest:rejected')).toMatchObject([{ pullrequest: { state: 'DECLINED' } }]);
  });

  it('from a fork is delivered to the webhooks of its destination', async () => {
    await site.api('POST', `${WEBSITE}/forks`, { workspace: { slug: 'ada' } });
    const fork = await site.clone('ada/website');
    await push(fork, { branch: 'from-fork' });
    await open('from-fork', {
      source: { branch: { name: 'from-fork' }, repository: { full_name: 'ada/website' } },
    });
    await site.playground.settled();
    receiver.forget();

    await push(fork, { branch: 'from-fork' });
    await site.playground.settled();

    expect(receiver.events()).toEqual(['pullrequest:updated']);
  });
});

describe('a changed repository', () => {
  const updates = async (changes: Record<string, unknown>) => {
    await subscribe({ events: ['repo:updated'] });
    await site.api('PUT', WEBSITE, changes);
    await site.playground.settled();
    return receiver.bodies('repo:updated');
  };

  it('is delivered with its old and its new name', async () => {
    const [body] = await updates({ name: 'Shop', description: 'Anvils' });

    expect(body).toMatchObject({
      actor: { display_name: 'demo' },
      repository: { full_name: 'acme/shop', name: 'Shop' },
      changes: {
        name: { old: 'website', new: 'Shop' },
        full_name: { old: 'acme/website', new: 'acme/shop' },
        description: { old: '', new: 'Anvils' },
        links: { new: { html: { href: `${site.playground.url}/acme/shop` } } },
      },
    });
  });

  it('is delivered without changes for another main branch', async () => {
    await push(site.workingCopy, { branch: 'trunk' });
    await site.playground.settled();

    const [body] = await updates({ mainbranch: { name: 'trunk' } });

    expect(at(body, 'changes')).toEqual({});
    expect(at(body, 'repository')).not.toHaveProperty('mainbranch');
  });
});

describe('a webhook that fails', () => {
  async function attemptsWith(statusOf: (number: number) => number): Promise<unknown> {
    const failing = await startReceiver(statusOf);
    await subscribe({ url: failing.url });
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();
    await failing.close();
    const numbers = failing.received.map(({ headers }) => headers['x-attempt-number']);
    return { numbers, outcome: site.playground.deliveries()[0]?.outcome };
  }

  it.each([
    ['is called three times with a 5xx', () => 503, ['1', '2', '3'], 'failed'],
    ['is called until it succeeds', (number: number) => (number < 2 ? 500 : 200), ['1', '2'], 'delivered'],
    ['is called once with a 4xx', () => 401, ['1'], 'failed'],
    ['is called once with a redirect', () => 302, ['1'], 'failed'],
  ])('%s', async (_, statusOf, numbers, outcome) => {
    expect(await attemptsWith(statusOf)).toEqual({ numbers, outcome });
  });

  it('is recorded when nothing listens', async () => {
    const gone = await startReceiver();
    await gone.close();
    await subscribe({ url: gone.url });
    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.settled();

    expect(site.playground.deliveries()).toMatchObject([
      { outcome: 'failed', attempts: [{ status: null, error: expect.stringContaining('ECONNREFUSED') }] },
    ]);
  });

  it('delays neither a git client nor the end of the playground', async () => {
    const silent = await startReceiver(() => 'never');
    await subscribe({ url: silent.url });

    await push(site.workingCopy, { branch: 'feature/a' });
    await site.playground.stop();

    expect(site.playground.deliveries()[0]?.outcome).not.toBe('delivered');
    await silent.close();
  });
});

describe('the history of deliveries', () => {
  it('keeps the last 50', async () => {
    await subscribe({ events: ['pullrequest:updated'] });
    await push(site.workingCopy, { branch: 'feature/a' });
    const path = await open('feature/a');
    for (let index = 1; index <= 52; index += 1) await site.api('PUT', path, { title: `Title ${index}` });
    await site.playground.settled();

    const titles = site.playground.deliveries().map(({ body }) => at(JSON.parse(body), 'pullrequest.title'));
    expect(titles).toHaveLength(50);
    expect(titles[0]).toBe('Title 3');
    expect(titles.at(-1)).toBe('Title 52');
  });
});
