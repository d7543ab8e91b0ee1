import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, commit, git, push, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const PULL_REQUESTS = `${WEBSITE}/pullrequests`;
let serial = 0;

interface Opened {
  readonly id: number;
  readonly branch: string;
  readonly head: string;
  readonly path: string;
}

/** Pushes a branch with one commit on top of main and opens a pull request for it. */
async function aPullRequest(fields: Record<string, unknown> = {}, text = '<h1>New</h1>'): Promise<Opened> {
  serial += 1;
  const branch = `feature/${serial}`;
  await git(site.workingCopy, 'fetch', '--quiet', 'origin');
  await git(site.workingCopy, 'checkout', '--quiet', '-b', branch, 'origin/main');
  const head = await push(site.workingCopy, { file: `page-${serial}.html`, text });
  const { body } = await site.api('POST', PULL_REQUESTS, {
    title: `Page ${serial}`,
    source: { branch: { name: branch } },
    ...fields,
  });
  const id = Number(at(body, 'id'));
  return { id, branch, head, path: `${PULL_REQUESTS}/${id}` };
}

/** Pushes a commit on top of the server's main. */
async function pushMain(file: string, text = '<h1>Meanwhile</h1>'): Promise<string> {
  await git(site.workingCopy, 'fetch', '--quiet', 'origin');
  await git(site.workingCopy, 'checkout', '--quiet', '-B', 'main', 'origin/main');
  return push(site.workingCopy, { file, text });
}

const get = async (path: string) => (await site.api('GET', path)).body;
const tip = async (branch: string) =>
  (await git(site.workingCopy, 'ls-remote', 'origin', `refs/heads/${branch}`)).split('\t')[0];

describe('opening a pull request', () => {
  it('requires a branch and a title; the destination is the main branch', async () => {
    const main = await tip('main');
    const { path, branch, head, id } = await aPullRequest({ description: 'A <b>page</b>' });

    expect(await get(path)).toMatchObject({
      type: 'pullrequest',
      id,
      state: 'OPEN',
      title: `Page ${serial}`,
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
    const base = await aPullRequest();
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
    const first = await aPullRequest();
    const second = await aPullRequest();

    expect(second.id).toBe(first.id + 1);
  });

  it('updates the open pull request with the same branches instead', async () => {
    const { id, branch } = await aPullRequest();

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
    const { path, branch } = await aPullRequest();

    const head = await push(site.workingCopy, { branch });
    const main = await pushMain('other.html');
    await site.playground.settled();

    expect(await get(path)).toMatchObject({
      source: { commit: { hash: head.slice(0, 12) } },
      destination: { commit: { hash: main.slice(0, 12) } },
    });
  });

  it('accepts another title and another destination', async () => {
    const base = await aPullRequest();
    const { path } = await aPullRequest();

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
    const { path } = await aPullRequest();

    const { status, body } = await site.api('PUT', path, changes);

    expect({ status, message: at(body, 'error.message') }).toEqual({ status: 400, message });
  });

  it('stays open when its branch is deleted', async () => {
    const { path, branch, head } = await aPullRequest();

    await git(site.workingCopy, 'push', '--quiet', 'origin', `:${branch}`);
    await site.playground.settled();

    expect(await get(path)).toMatchObject({
      state: 'OPEN',
      source: { branch: { name: branch }, commit: { hash: head.slice(0, 12) } },
    });
  });

  it('is merged by a push of its commits to the destination', async () => {
    const { path, branch } = await aPullRequest();
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    await git(site.workingCopy, 'checkout', '--quiet', '-B', 'main', 'origin/main');
    await git(site.workingCopy, 'merge', '--quiet', '--no-ff', '-m', 'By hand', branch);
    const merge = await git(site.workingCopy, 'rev-parse', 'HEAD');

    await git(site.workingCopy, 'push', '--quiet', 'origin', 'main');
    await site.playground.settled();

    expect(await get(path)).toMatchObject({ state: 'MERGED', merge_commit: { hash: merge.slice(0, 12) } });
  });
});

describe('merging', () => {
  it('creates a merge commit on the destination', async () => {
    const main = await tip('main');
    const { path, branch, head, id } = await aPullRequest();

    const { status, body } = await site.api('POST', `${path}/merge`, { type: 'merge' });

    const merged = String(await tip('main'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'MERGED',
      merge_commit: { hash: merged.slice(0, 12) },
      closed_by: { display_name: 'demo' },
    });
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    expect(await git(site.workingCopy, 'rev-parse', `${merged}^1`, `${merged}^2`)).toBe(`${main}\n${head}`);
    expect(await git(site.workingCopy, 'log', '-1', '--format=%B', merged)).toBe(
      `Merged in ${branch} (pull request #${id})\n\nPage ${serial}`,
    );
    expect(await tip(branch)).toBe(head);
  });

  it.each([
    ['when the request asks for it', {}, { close_source_branch: true }],
    ['when the pull request asks for it', { close_source_branch: true }, {}],
  ])('deletes the source branch %s', async (_, fields, merge) => {
    const { path, branch } = await aPullRequest(fields);

    await site.api('POST', `${path}/merge`, merge);

    expect(await tip(branch)).toBe('');
  });

  it('squashes into one commit with the given message', async () => {
    const main = await tip('main');
    const { path, branch } = await aPullRequest();
    await push(site.workingCopy, { branch });
    await site.playground.settled();

    await site.api('POST', `${path}/merge`, { merge_strategy: 'squash', message: 'All in one' });

    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    const log = await git(site.workingCopy, 'log', '--format=%P %s', `${main}..origin/main`);
    expect(log).toBe(`${main} All in one`);
  });

  it('fast-forwards the destination where that is possible', async () => {
    const { path, head } = await aPullRequest();

    await site.api('POST', `${path}/merge`, { merge_strategy: 'fast_forward' });

    expect(await tip('main')).toBe(head);
  });

  it('is refused for an impossible fast-forward', async () => {
    const { path } = await aPullRequest();
    const main = await pushMain('meanwhile.html');

    const { status, body } = await site.api('POST', `${path}/merge`, { merge_strategy: 'fast_forward' });

    expect({ status, main: await tip('main') }).toEqual({ status: 400, main });
    expect(at(body, 'error.detail')).toMatch(/fast-forward/);
  });

  it('is refused for conflicts, names the files and changes nothing', async () => {
    const { path } = await aPullRequest();
    const main = await pushMain(`page-${serial}.html`, 'mine');

    const { status, body } = await site.api('POST', `${path}/merge`);

    expect(status).toBe(400);
    expect(body).toMatchObject({ type: 'error', error: { message: 'Conflicts during merge.' } });
    expect(at(body, 'error.detail')).toContain(`page-${serial}.html`);
    expect(await tip('main')).toBe(main);
    expect(await get(path)).toMatchObject({ state: 'OPEN', merge_commit: null });
  });

  it('is refused for an unknown strategy', async () => {
    const { path } = await aPullRequest();

    expect((await site.api('POST', `${path}/merge`, { merge_strategy: 'octopus' })).status).toBe(400);
  });

  it('merges commits from a fork', async () => {
    await site.api('POST', `${WEBSITE}/forks`, { workspace: { slug: 'ada' } });
    const clone = await site.clone('ada/website');
    const head = await push(clone, { branch: 'from-fork', file: 'fork.html' });
    const { body } = await site.api('POST', PULL_REQUESTS, {
      title: 'From a fork',
      source: { branch: { name: 'from-fork' }, repository: { full_name: 'ada/website' } },
    });
    expect(body).toMatchObject({ source: { repository: { full_name: 'ada/website' } } });

    await site.api('POST', `${PULL_REQUESTS}/${at(body, 'id')}/merge`);

    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    expect(await git(site.workingCopy, 'rev-parse', 'origin/main^2')).toBe(head);
  });
});

describe('declining', () => {
  it('closes without merging, and the pull request cannot be reopened', async () => {
    const { path, branch, head } = await aPullRequest();
    const main = await tip('main');

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
    expect(await tip('main')).toBe(main);
    expect(await get(path)).toMatchObject({
      state: 'DECLINED',
      source: { commit: { hash: head.slice(0, 12) } },
    });
  });

  it('allows a new pull request for the same branch', async () => {
    const { path, branch, id } = await aPullRequest();
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
    const first = await aPullRequest();
    const second = await aPullRequest();

    const { body } = await site.api('GET', `${PULL_REQUESTS}?pagelen=2&fields=next,values.id`);

    expect(body).toEqual({ next: expect.any(String), values: [{ id: second.id }, { id: first.id }] });
    expect((await site.api('GET', `${PULL_REQUESTS}?pagelen=51`)).status).toBe(400);
  });

  it('refuses an unknown state', async () => {
    expect((await site.api('GET', `${PULL_REQUESTS}?state=CLOSED`)).status).toBe(400);
  });

  it('is filtered by source branch', async () => {
    const { branch, id } = await aPullRequest();
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
