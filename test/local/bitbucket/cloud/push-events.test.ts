import { beforeEach, describe, expect, it } from 'vitest';
import { at, commit, git, push, WEBSITE } from '../support/bitbucket.ts';
import { useWebhooks } from '../support/cloud-webhooks.ts';

const setup = useWebhooks();

describe('a push', () => {
  beforeEach(() => setup.subscribe());

  it('that creates a branch contains its commits', async () => {
    const hash = await push(setup.site.workingCopy, { branch: 'feature/a', message: 'One more' });

    const changes = await setup.deliveredChanges();

    expect(changes).toMatchObject([
      {
        old: null,
        new: {
          type: 'branch',
          name: 'feature/a',
          target: { type: 'commit', hash, parents: [{ hash: setup.site.head }] },
        },
        created: true,
        closed: false,
        forced: false,
        truncated: false,
        commits: [{ hash, message: 'One more\n' }, { hash: setup.site.head }],
      },
    ]);
    expect(setup.receiver.bodies('repo:push')[0]).toMatchObject({
      actor: { type: 'user', display_name: 'demo' },
      repository: { full_name: 'acme/website', uuid: expect.stringMatching(/^\{.*\}$/) },
    });
    expect(at(setup.receiver.bodies('repo:push')[0], 'repository')).not.toHaveProperty('mainbranch');
  });

  it('that moves a branch contains at most five commits and whether there are more', async () => {
    for (let index = 0; index < 6; index += 1) await commit(setup.site.workingCopy, { branch: 'main' });
    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', 'main');
    const hashes = (await git(setup.site.workingCopy, 'rev-list', '--max-count=5', 'main')).split('\n');

    const [change] = await setup.deliveredChanges();

    expect(change).toMatchObject({
      old: { target: { hash: setup.site.head } },
      new: { target: { hash: hashes[0] } },
      created: false,
      closed: false,
      forced: false,
      truncated: true,
    });
    expect((at(change, 'commits') as unknown[]).map((each) => at(each, 'hash'))).toEqual(hashes);
  });

  it('of five commits is not truncated', async () => {
    for (let index = 0; index < 5; index += 1) await commit(setup.site.workingCopy, { branch: 'main' });
    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', 'main');

    const [change] = await setup.deliveredChanges();

    expect({
      commits: (at(change, 'commits') as unknown[]).length,
      truncated: at(change, 'truncated'),
    }).toEqual({
      commits: 5,
      truncated: false,
    });
  });

  it('by force is marked as forced', async () => {
    const old = await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();
    setup.receiver.forget();
    await git(setup.site.workingCopy, 'commit', '--quiet', '--amend', '--message', 'Rewritten');
    await git(setup.site.workingCopy, 'push', '--quiet', '--force', 'origin', 'feature/a');

    expect(await setup.deliveredChanges()).toMatchObject([
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
    const hash = await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();
    setup.receiver.forget();
    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', ':feature/a');

    const [change] = await setup.deliveredChanges();

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
    for (const name of ['a', 'b/c', 'd']) await git(setup.site.workingCopy, 'branch', name);
    await git(setup.site.workingCopy, 'tag', 'light');
    await git(setup.site.workingCopy, 'tag', '--annotate', '--message', 'Version 1', 'v1');
    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', '--all');
    await setup.site.playground.settled();
    setup.receiver.forget();
    await git(
      setup.site.workingCopy,
      'push',
      '--quiet',
      '--atomic',
      'origin',
      ':a',
      'light',
      'v1',
      'HEAD:refs/heads/e',
    );

    const changes = await setup.deliveredChanges();

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
        target: { hash: setup.site.head },
        message: 'Version 1\n',
        tagger: { type: 'author', raw: 'Ada <ada@example.com>' },
        date: expect.stringMatching(/\+00:00$/),
      },
    });
    const light = changes.find((change) => at(change, 'new.name') === 'light');
    expect(light).toMatchObject({ new: { target: { hash: setup.site.head }, tagger: null, message: null } });
  });

  it('that changes nothing is not delivered', async () => {
    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', 'main');
    await setup.site.playground.settled();

    expect(setup.receiver.received).toEqual([]);
  });

  it('contains only the accepted refs', async () => {
    await git(setup.site.workingCopy, 'branch', 'kept');
    await expect(git(setup.site.workingCopy, 'push', '--quiet', 'origin', 'kept', ':main')).rejects.toThrow();

    expect((await setup.deliveredChanges()).map((change) => at(change, 'new.name'))).toEqual(['kept']);
  });

  it('concurrent with another is a separate delivery', async () => {
    const clones = await Promise.all([setup.site.clone(), setup.site.clone(), setup.site.clone()]);
    await Promise.all(clones.map((clone, index) => push(clone, { branch: `at-once-${index}` })));
    await setup.site.playground.settled();

    const names = setup.receiver.bodies('repo:push').map((body) => {
      const changes = at(body, 'push.changes') as unknown[];
      return changes.map((change) => at(change, 'new.name')).join();
    });
    expect(names.sort()).toEqual(['at-once-0', 'at-once-1', 'at-once-2']);
  });

  it('with a payload over 256 KB is not delivered, and the history records that', async () => {
    const message = 'x'.repeat(60_000);
    for (let index = 0; index < 3; index += 1)
      await commit(setup.site.workingCopy, { branch: 'main', message });
    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', 'main');
    await setup.site.playground.settled();

    expect(setup.receiver.received).toEqual([]);
    expect(setup.site.playground.deliveries()).toMatchObject([
      { event: 'repo:push', outcome: 'too large', attempts: [] },
    ]);
  });

  it('is also delivered for a branch that the API deletes', async () => {
    await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();
    setup.receiver.forget();
    await setup.site.api('DELETE', `${WEBSITE}/refs/branches/feature/a`);

    expect(await setup.deliveredChanges()).toMatchObject([
      { new: null, closed: true, old: { name: 'feature/a' } },
    ]);
  });
});
