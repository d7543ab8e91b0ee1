import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, commit, git, push, startWebsite, tip, type Website } from '../support/bitbucket.ts';
import { aPullRequest, PULL_REQUESTS, pushMain } from '../support/cloud-pull-requests.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const get = async (path: string) => (await site.api('GET', path)).body;

describe('opening a pull request', () => {
  it('requires a branch and a title; the destination is the main branch', async () => {
    const main = await tip(site, 'main');
    const { path, branch, head, id, title } = await aPullRequest(site, { description: 'A <b>page</b>' });

    expect(await get(path)).toMatchObject({
      type: 'pullrequest',
      id,
      state: 'OPEN',
      title,
      description: 'A <b>page</b>',
      summary: { raw: 'A <b>page</b>', html: '<p>A &lt;b&gt;page&lt;/b&gt;</p>' },
      draft: false,
      close_source_branch: false,
      merge_commit: null,
      closed_by: null,
      author: { type: 'user', display_name: 'demo' },
      source: {
        branch: { name: branch },
        commit: { hash: head.slice(0, 12) },
        repository: { full_name: 'acme/website' },
      },
      destination: { branch: { name: 'main' }, commit: { hash: main?.slice(0, 12) } },
      links: { html: { href: `${site.playground.url}/acme/website/pull-requests/${id}` } },
    });
  });

  it('accepts another destination, a draft and closing the source branch', async () => {
    const base = await aPullRequest(site);
    await push(site.workingCopy, { branch: 'stacked' });

    const { status, body } = await site.api('POST', PULL_REQUESTS, {
      title: 'Stacked',
      source: { branch: { name: 'stacked' } },
      destination: { branch: { name: base.branch } },
      close_source_branch: true,
      draft: true,
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      destination: { branch: { name: base.branch } },
      close_source_branch: true,
      draft: true,
    });
  });

  it('assigns consecutive numbers', async () => {
    const first = await aPullRequest(site);
    const second = await aPullRequest(site);

    expect(second.id).toBe(first.id + 1);
  });

  it('updates the open pull request with the same branches instead', async () => {
    const { id, branch } = await aPullRequest(site);

    const { status, body } = await site.api('POST', PULL_REQUESTS, {
      title: 'Once more',
      source: { branch: { name: branch } },
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({ id, title: 'Once more' });
  });

  it.each([
    ['no title', { title: undefined }, 'title: This field is required.'],
    ['an empty title', { title: ' ' }, 'title: This field may not be blank.'],
    ['no source', { source: undefined }, 'source: This field is required.'],
    ['an unknown source', { source: { branch: { name: 'no' } } }, 'source: branch not found: no'],
    [
      'a source that is a revision expression',
      { source: { branch: { name: 'main^' } } },
      'source: branch not found: main^',
    ],
    [
      'an unknown destination',
      { destination: { branch: { name: 'no' } } },
      'destination: branch not found: no',
    ],
    ['the main branch into itself', {}, 'There are no changes to be pulled'],
  ])('is refused with %s', async (_, changes, message) => {
    const body = { title: 'x', source: { branch: { name: 'main' } }, ...changes };

    const answer = await site.api('POST', PULL_REQUESTS, body);

    expect({ status: answer.status, message: at(answer.body, 'error.message') }).toEqual({
      status: 400,
      message,
    });
  });

  it('requires more than the scopes of an integration', async () => {
    const body = { title: 'x', source: { branch: { name: 'main' } } };

    expect((await site.api('POST', PULL_REQUESTS, body, await site.bearer())).status).toBe(403);
  });
});

describe('an open pull request', () => {
  it('follows new commits on its source and destination branches', async () => {
    const { path, branch } = await aPullRequest(site);

    const head = await push(site.workingCopy, { branch });
    const main = await pushMain(site, 'other.html');
    await site.playground.settled();

    expect(await get(path)).toMatchObject({
      source: { commit: { hash: head.slice(0, 12) } },
      destination: { commit: { hash: main.slice(0, 12) } },
    });
  });

  it('accepts another title and another destination', async () => {
    const base = await aPullRequest(site);
    const { path } = await aPullRequest(site);

    const { status } = await site.api('PUT', path, {
      title: 'Renamed',
      destination: { branch: { name: base.branch } },
    });

    expect(status).toBe(200);
    expect(await get(path)).toMatchObject({
      title: 'Renamed',
      destination: { branch: { name: base.branch }, commit: { hash: base.head.slice(0, 12) } },
    });
  });

  it.each([
    ['no title', {}, 'title: This field is required.'],
    [
      'an unknown destination',
      { title: 'x', destination: { branch: { name: 'no' } } },
      'destination: branch not found: no',
    ],
  ])('refuses a change with %s', async (_, changes, message) => {
    const { path } = await aPullRequest(site);

    const { status, body } = await site.api('PUT', path, changes);

    expect({ status, message: at(body, 'error.message') }).toEqual({ status: 400, message });
  });

  it('stays open when its branch is deleted', async () => {
    const { path, branch, head } = await aPullRequest(site);

    await git(site.workingCopy, 'push', '--quiet', 'origin', `:${branch}`);
    await site.playground.settled();

    expect(await get(path)).toMatchObject({
      state: 'OPEN',
      source: { branch: { name: branch }, commit: { hash: head.slice(0, 12) } },
    });
  });

  it('is merged by a push of its commits to the destination', async () => {
    const { path, branch } = await aPullRequest(site);
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    await git(site.workingCopy, 'checkout', '--quiet', '-B', 'main', 'origin/main');
    await git(site.workingCopy, 'merge', '--quiet', '--no-ff', '-m', 'By hand', branch);
    const merge = await git(site.workingCopy, 'rev-parse', 'HEAD');

    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main');
    await site.playground.settled();

    expect(await get(path)).toMatchObject({ state: 'MERGED', merge_commit: { hash: merge.slice(0, 12) } });
  });
});

describe('declining', () => {
  it('closes without merging, and the pull request cannot be reopened', async () => {
    const { path, branch, head } = await aPullRequest(site);
    const main = await tip(site, 'main');

    const { status, body } = await site.api('POST', `${path}/decline`, { message: 'Not now' });
    const again = await Promise.all([
      site.api('POST', `${path}/decline`),
      site.api('POST', `${path}/merge`),
      site.api('PUT', path, { title: 'x' }),
    ]);
    await push(site.workingCopy, { branch });
    await site.playground.settled();

    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'DECLINED', reason: 'Not now', closed_by: { display_name: 'demo' } });
    expect(again.map((answer) => answer.status)).toEqual([400, 400, 400]);
    expect(await tip(site, 'main')).toBe(main);
    expect(await get(path)).toMatchObject({
      state: 'DECLINED',
      source: { commit: { hash: head.slice(0, 12) } },
    });
  });

  it('allows a new pull request for the same branch', async () => {
    const { path, branch, id } = await aPullRequest(site);
    await site.api('POST', `${path}/decline`);

    const { body } = await site.api('POST', PULL_REQUESTS, {
      title: 'Again',
      source: { branch: { name: branch } },
    });

    expect(at(body, 'id')).toBe(id + 1);
  });
});

describe('the list of pull requests', () => {
  const states = async (query: string) => {
    const { body } = await site.api('GET', `${PULL_REQUESTS}?pagelen=50${query}`);
    return [...new Set((at(body, 'values') as unknown[]).map((each) => at(each, 'state')))].sort();
  };

  it('contains open pull requests, or those in the requested states', async () => {
    expect(await states('')).toEqual(['OPEN']);
    expect(await states('&state=DECLINED')).toEqual(['DECLINED']);
    expect(await states('&state=OPEN&state=MERGED&state=DECLINED')).toEqual(['DECLINED', 'MERGED', 'OPEN']);
  });

  it('is ordered newest first, with at most 50 per page', async () => {
    const first = await aPullRequest(site);
    const second = await aPullRequest(site);

    const { body } = await site.api('GET', `${PULL_REQUESTS}?pagelen=2&fields=next,values.id`);

    expect(body).toEqual({ next: expect.any(String), values: [{ id: second.id }, { id: first.id }] });
    expect((await site.api('GET', `${PULL_REQUESTS}?pagelen=51`)).status).toBe(400);
  });

  it('refuses an unknown state', async () => {
    expect((await site.api('GET', `${PULL_REQUESTS}?state=CLOSED`)).status).toBe(400);
  });

  it('is filtered by source branch', async () => {
    const { branch, id } = await aPullRequest(site);
    const query = new URLSearchParams({ q: `source.branch.name="${branch}"` });

    expect((await site.api('GET', `${PULL_REQUESTS}?${query}`)).body).toMatchObject({
      size: 1,
      values: [{ id }],
    });
  });

  it('answers 404 for an unknown number', async () => {
    expect((await site.api('GET', `${PULL_REQUESTS}/4711`)).status).toBe(404);
  });
});

describe('a branch that was never pushed', () => {
  it('has no pull request', async () => {
    await commit(site.workingCopy, { branch: 'local-only' });

    const { status } = await site.api('POST', PULL_REQUESTS, {
      title: 'x',
      source: { branch: { name: 'local-only' } },
    });

    expect(status).toBe(400);
  });
});
