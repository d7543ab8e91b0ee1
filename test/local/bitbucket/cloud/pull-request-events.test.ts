import { createServer } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, git, push, WEBSITE } from '../support/bitbucket.ts';
import { useWebhooks } from '../support/cloud-webhooks.ts';

const setup = useWebhooks();

describe('a pull request', () => {
  let head: string;
  beforeEach(async () => {
    head = await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();
    await setup.subscribe();
  });

  it('that is opened is delivered with commits of 12 characters', async () => {
    await setup.openPullRequest('feature/a');
    await setup.site.playground.settled();

    const [body] = setup.receiver.bodies('pullrequest:created');
    expect(body).toMatchObject({
      actor: { type: 'user', display_name: 'demo' },
      repository: { full_name: 'acme/website' },
      pullrequest: {
        id: 1,
        state: 'OPEN',
        merge_commit: null,
        source: { branch: { name: 'feature/a' }, commit: { hash: head.slice(0, 12) } },
        destination: { branch: { name: 'main' }, commit: { hash: setup.site.head.slice(0, 12) } },
      },
    });
    expect(JSON.stringify(at(body, 'repository'))).not.toContain('mainbranch');
  });

  it.each([
    ['title', { title: 'Renamed' }],
    ['destination', { title: 'A page', destination: { branch: { name: 'base' } } }],
  ])('whose %s changes is delivered as updated', async (_, changes) => {
    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', 'main:base');
    const path = await setup.openPullRequest('feature/a');
    await setup.site.playground.settled();
    setup.receiver.forget();

    await setup.site.api('PUT', path, changes);
    await setup.site.playground.settled();

    expect(setup.receiver.bodies('pullrequest:updated')).toMatchObject([{ pullrequest: changes }]);
  });

  it('whose branch moves is delivered as updated, in addition to the push', async () => {
    await setup.openPullRequest('feature/a');
    await setup.site.playground.settled();
    setup.receiver.forget();

    const moved = await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();

    expect(setup.receiver.events()).toEqual(['pullrequest:updated', 'repo:push']);
    expect(setup.receiver.bodies('pullrequest:updated')).toMatchObject([
      { pullrequest: { source: { commit: { hash: moved.slice(0, 12) } } } },
    ]);
  });

  it('has its new commit in the API before the delivery', async () => {
    const path = await setup.openPullRequest('feature/a');
    await setup.site.playground.settled();
    const seen: unknown[] = [];
    const witness = createServer(async (_, response) => {
      seen.push(at((await setup.site.api('GET', path)).body, 'source.commit.hash'));
      response.end();
    });
    await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
    const { port } = witness.address() as { port: number };
    await setup.subscribe({ url: `http://127.0.0.1:${port}/` });

    const moved = await push(setup.site.workingCopy, { branch: 'feature/a' });
    await setup.site.playground.settled();
    witness.close();

    expect(seen).toEqual([moved.slice(0, 12), moved.slice(0, 12)]);
  });

  it('whose branch is deleted is not delivered, only the push is', async () => {
    await setup.openPullRequest('feature/a');
    await setup.site.playground.settled();
    setup.receiver.forget();

    await git(setup.site.workingCopy, 'push', '--quiet', 'origin', ':feature/a');
    await setup.site.playground.settled();

    expect(setup.receiver.events()).toEqual(['repo:push']);
  });

  it('that is merged is delivered as fulfilled, in addition to a push for each branch', async () => {
    const path = await setup.openPullRequest('feature/a', { close_source_branch: true });
    await setup.site.playground.settled();
    setup.receiver.forget();

    await setup.site.api('POST', `${path}/merge`);
    await setup.site.playground.settled();

    expect(setup.receiver.events()).toEqual(['pullrequest:fulfilled', 'repo:push', 'repo:push']);
    const [fulfilled] = setup.receiver.bodies('pullrequest:fulfilled');
    const merged = await git(setup.site.workingCopy, 'ls-remote', 'origin', 'refs/heads/main');
    expect(fulfilled).toMatchObject({
      pullrequest: { state: 'MERGED', merge_commit: { hash: merged.slice(0, 12) } },
    });
    const changes = setup.receiver
      .bodies('repo:push')
      .flatMap((body) => at(body, 'push.changes') as unknown[]);
    const main = changes.find((change) => at(change, 'new.name') === 'main');
    const closed = changes.find((change) => at(change, 'old.name') === 'feature/a');
    expect(main).toMatchObject({ forced: false, new: { target: { hash: merged.slice(0, 40) } } });
    expect(closed).toMatchObject({ new: null, closed: true });
  });

  it('that is declined is delivered as rejected', async () => {
    const path = await setup.openPullRequest('feature/a');
    await setup.site.playground.settled();
    setup.receiver.forget();

    await setup.site.api('POST', `${path}/decline`);
    await setup.site.playground.settled();

    expect(setup.receiver.events()).toEqual(['pullrequest:rejected']);
    expect(setup.receiver.bodies('pullrequest:rejected')).toMatchObject([
      { pullrequest: { state: 'DECLINED' } },
    ]);
  });

  it('from a fork is delivered to the webhooks of its destination', async () => {
    await setup.site.api('POST', `${WEBSITE}/forks`, { workspace: { slug: 'ada' } });
    const fork = await setup.site.clone('ada/website');
    await push(fork, { branch: 'from-fork' });
    await setup.openPullRequest('from-fork', {
      source: { branch: { name: 'from-fork' }, repository: { full_name: 'ada/website' } },
    });
    await setup.site.playground.settled();
    setup.receiver.forget();

    await push(fork, { branch: 'from-fork' });
    await setup.site.playground.settled();

    expect(setup.receiver.events()).toEqual(['pullrequest:updated']);
  });
});

describe('a changed repository', () => {
  const updates = async (changes: Record<string, unknown>) => {
    await setup.subscribe({ events: ['repo:updated'] });
    await setup.site.api('PUT', WEBSITE, changes);
    await setup.site.playground.settled();
    return setup.receiver.bodies('repo:updated');
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
        links: { new: { html: { href: `${setup.site.playground.url}/acme/shop` } } },
      },
    });
  });

  it('is delivered without changes for another main branch', async () => {
    await push(setup.site.workingCopy, { branch: 'trunk' });
    await setup.site.playground.settled();

    const [body] = await updates({ mainbranch: { name: 'trunk' } });

    expect(at(body, 'changes')).toEqual({});
    expect(at(body, 'repository')).not.toHaveProperty('mainbranch');
  });
});
