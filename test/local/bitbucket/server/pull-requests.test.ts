import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at, git, push, pushBranch, tip } from '../support/bitbucket.ts';
import { exceptionOf, READER, REPO, type ServerSite, startServerSite, WRITER } from '../support/server.ts';

let site: ServerSite;
beforeAll(async () => {
  site = await startServerSite();
});
afterAll(() => site.end());

const PULL_REQUESTS = `${REPO}/pull-requests`;
const CLOUD = '/repositories/acme/website/pullrequests';
let serial = 0;
let branch: string;
let head: string;

beforeEach(async () => {
  serial += 1;
  branch = `feature/${serial}`;
  head = await pushBranch(site, branch, { file: `page-${serial}.html` });
  await site.playground.settled();
});

const newPullRequest = (changes: Record<string, unknown> = {}) => ({
  title: `Page ${serial}`,
  fromRef: { id: `refs/heads/${branch}` },
  toRef: { id: 'refs/heads/main' },
  ...changes,
});

async function open(changes: Record<string, unknown> = {}): Promise<{ id: number; path: string }> {
  const { body } = await site.rest('POST', PULL_REQUESTS, newPullRequest(changes));
  const id = Number(at(body, 'id'));
  return { id, path: `${PULL_REQUESTS}/${id}` };
}

const ids = (body: unknown) => (at(body, 'values') as unknown[]).map((each) => at(each, 'id'));

describe('a pull request of Server', () => {
  it('is opened with read permission, and is the same on Cloud', async () => {
    const { status, body } = await site.rest(
      'POST',
      PULL_REQUESTS,
      newPullRequest({ description: 'A page' }),
      READER,
    );

    expect(status).toBe(201);
    expect(body).toMatchObject({
      version: 0,
      title: `Page ${serial}`,
      description: 'A page',
      state: 'OPEN',
      open: true,
      closed: false,
      draft: false,
      fromRef: {
        id: `refs/heads/${branch}`,
        displayId: branch,
        latestCommit: head,
        repository: { slug: 'website', project: { key: 'acme' } },
      },
      toRef: { id: 'refs/heads/main', latestCommit: await tip(site, 'main') },
      author: { user: { name: 'bough' }, role: 'AUTHOR' },
    });
    expect((await site.api('GET', `${CLOUD}/${at(body, 'id')}`)).body).toMatchObject({
      title: `Page ${serial}`,
      source: { branch: { name: branch }, commit: { hash: head.slice(0, 12) } },
    });
  });

  it('that was opened on Cloud is listed on Server', async () => {
    const { body } = await site.api('POST', CLOUD, { title: 'x', source: { branch: { name: branch } } });

    const found = await site.rest('GET', `${PULL_REQUESTS}/${at(body, 'id')}`);

    expect(found.body).toMatchObject({ title: 'x', fromRef: { latestCommit: head } });
  });

  it.each([
    ['a duplicate for the same branches', 409, 'DuplicatePullRequestException', {}, 2],
    ['a source without changes', 409, 'EmptyPullRequestException', { fromRef: { id: 'main' } }, 1],
    ['an unknown branch', 404, 'NoSuchBranchException', { fromRef: { id: 'refs/heads/none' } }, 1],
    ['an unknown target', 404, 'NoSuchBranchException', { toRef: { id: 'refs/heads/none' } }, 1],
    ['no title', 400, 'ArgumentValidationException', { title: '' }, 1],
  ])('is refused for %s', async (_, status, name, changes, times) => {
    let result = await site.rest('POST', PULL_REQUESTS, newPullRequest(changes));
    if (times > 1) result = await site.rest('POST', PULL_REQUESTS, newPullRequest(changes));

    expect({ status: result.status, name: exceptionOf(result.body) }).toEqual({ status, name });
  });

  it('follows its branch without a new version', async () => {
    const { path } = await open();

    const moved = await push(site.workingCopy, { branch });
    await site.playground.settled();

    expect((await site.rest('GET', path)).body).toMatchObject({
      version: 0,
      fromRef: { latestCommit: moved },
    });
  });

  it('stays open when its branch is deleted, as on Cloud', async () => {
    const { path } = await open();

    await git(site.workingCopy, 'push', '--quiet', 'origin', `:${branch}`);
    await site.playground.settled();

    expect((await site.rest('GET', path)).body).toMatchObject({
      state: 'OPEN',
      fromRef: { latestCommit: head },
    });
  });

  it('accepts another title and another target as a new version', async () => {
    await git(site.workingCopy, 'push', '--quiet', '--force', 'origin', 'origin/main:refs/heads/base');
    const { path } = await open();

    const { status, body } = await site.rest('PUT', path, {
      version: 0,
      title: 'Renamed',
      toRef: { id: 'refs/heads/base' },
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ version: 1, title: 'Renamed', toRef: { displayId: 'base' } });
  });

  it.each([
    ['without a version', {}, 400, 'ArgumentValidationException'],
    ['for an outdated version', { version: 7 }, 409, 'PullRequestOutOfDateException'],
    ['to an unknown target', { version: 0, toRef: { id: 'none' } }, 404, 'NoSuchBranchException'],
  ])('is not changed %s', async (_, changes, status, name) => {
    const { path } = await open();

    const result = await site.rest('PUT', path, { title: 'x', ...changes });

    expect({ status: result.status, name: exceptionOf(result.body) }).toEqual({ status, name });
  });

  it('is merged with git, for its current version only', async () => {
    const main = await tip(site, 'main');
    const { path, id } = await open();

    const late = await site.rest('POST', `${path}/merge`);
    const past = await site.rest('POST', `${path}/merge?version=9`);
    const { status, body } = await site.rest('POST', `${path}/merge`, { version: 0 });

    const merged = String(await tip(site, 'main'));
    expect([late.status, past.status, status]).toEqual([409, 409, 200]);
    expect(past.body).toMatchObject({ errors: [{ currentVersion: 0, expectedVersion: 9 }] });
    expect(body).toMatchObject({
      version: 1,
      state: 'MERGED',
      open: false,
      closed: true,
      closedDate: expect.any(Number),
      properties: { mergeCommit: { id: merged, displayId: merged.slice(0, 11) } },
    });
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    expect(await git(site.workingCopy, 'rev-parse', `${merged}^1`, `${merged}^2`)).toBe(`${main}\n${head}`);
    expect((await site.api('GET', `${CLOUD}/${id}`)).body).toMatchObject({ state: 'MERGED' });
  });

  it('is not merged with read permission or with conflicts', async () => {
    const { path } = await open();
    await git(site.workingCopy, 'checkout', '--quiet', '-B', 'main', 'origin/main');
    await push(site.workingCopy, { file: `page-${serial}.html`, text: 'mine' });
    await site.playground.settled();

    const reader = await site.rest('POST', `${path}/merge?version=0`, undefined, READER);
    const { status, body } = await site.rest('POST', `${path}/merge?version=0`, undefined, WRITER);

    expect(reader.status).toBe(401);
    expect({ status, name: exceptionOf(body) }).toEqual({
      status: 409,
      name: 'PullRequestMergeVetoedException',
    });
    expect(at(body, 'errors.0.conflicted')).toBe(true);
  });

  it("is declined, and reopened at its branch's current commit", async () => {
    const { path, id } = await open();

    const declined = await site.rest('POST', `${path}/decline?version=0`, { comment: 'Not now' });
    const moved = await push(site.workingCopy, { branch });
    await site.playground.settled();
    const meanwhile = await site.rest('GET', path);
    const reopened = await site.rest('POST', `${path}/reopen?version=1`);
    const again = await site.rest('POST', `${path}/reopen?version=2`);

    expect([declined.status, reopened.status, again.status]).toEqual([200, 200, 409]);
    expect(declined.body).toMatchObject({ state: 'DECLINED', version: 1, closed: true });
    expect(meanwhile.body).toMatchObject({ fromRef: { latestCommit: head } });
    expect(reopened.body).toMatchObject({ state: 'OPEN', version: 2, fromRef: { latestCommit: moved } });
    expect((await site.api('GET', `${CLOUD}/${id}`)).body).toMatchObject({ state: 'OPEN', closed_by: null });
  });

  it('is deleted, and its number is not used again', async () => {
    const { path, id } = await open();

    const without = await site.rest('DELETE', path);
    const { status } = await site.rest('DELETE', path, { version: 0 });

    expect([without.status, status]).toEqual([400, 204]);
    expect((await site.rest('GET', path)).status).toBe(404);
    expect((await site.api('GET', `${CLOUD}/${id}`)).status).toBe(404);
    expect((await open()).id).toBe(id + 1);
  });

  it('is merged from a fork', async () => {
    await site.rest('POST', REPO, { name: `fork-${serial}`, project: { key: 'ada' } });
    const fork = await site.clone(`ada/fork-${serial}`);
    const from = await push(fork, { branch: 'idea', file: `fork-${serial}.html` });
    const repository = { slug: `fork-${serial}`, project: { key: 'ADA' } };
    const { path } = await open({ fromRef: { id: 'refs/heads/idea', repository } });

    const { body } = await site.rest('GET', path);
    await site.rest('POST', `${path}/merge?version=0`);

    expect(body).toMatchObject({
      fromRef: { latestCommit: from, repository: { project: { key: 'ada' }, origin: { slug: 'website' } } },
      toRef: { repository: { project: { key: 'acme' } } },
    });
    expect(at(body, 'fromRef.repository.id')).not.toBe(at(body, 'toRef.repository.id'));
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    expect(await git(site.workingCopy, 'rev-parse', 'origin/main^2')).toBe(from);
    const outgoing = await site.rest(
      'GET',
      `/rest/api/latest/projects/ada/repos/fork-${serial}/pull-requests?direction=OUTGOING&state=ALL`,
    );
    expect(ids(outgoing.body)).toEqual([at(body, 'id')]);
  });

  it('has no source repository once its fork is deleted', async () => {
    await site.rest('POST', REPO, { name: `lost-${serial}`, project: { key: 'ada' } });
    const fork = await site.clone(`ada/lost-${serial}`);
    await push(fork, { branch: 'idea' });
    const repository = { slug: `lost-${serial}`, project: { key: 'ada' } };
    const { path, id } = await open({ fromRef: { id: 'idea', repository } });

    await site.rest('DELETE', `/rest/api/latest/projects/ada/repos/lost-${serial}`);

    expect((await site.rest('GET', path)).body).toMatchObject({ fromRef: { repository: null } });
    expect((await site.api('GET', `${CLOUD}/${id}`)).body).toMatchObject({
      source: { repository: null, commit: null },
    });
  });
});

describe('the list of pull requests of Server', () => {
  it('contains open pull requests, newest first, on pages', async () => {
    const first = await open();
    await git(site.workingCopy, 'push', '--quiet', 'origin', `${branch}:refs/heads/${branch}-2`);
    const second = await open({ fromRef: { id: `${branch}-2` } });

    const page = await site.rest('GET', `${PULL_REQUESTS}?limit=1`);
    const next = await site.rest('GET', `${PULL_REQUESTS}?limit=1&start=${at(page.body, 'nextPageStart')}`);

    expect(ids(page.body)).toEqual([second.id]);
    expect(at(page.body, 'isLastPage')).toBe(false);
    expect(ids(next.body)).toEqual([first.id]);
  });

  it.each(['MERGED', 'DECLINED'])('contains %s pull requests on request', async (state) => {
    const { path, id } = await open();
    await site.rest('POST', `${path}/${state === 'MERGED' ? 'merge' : 'decline'}?version=0`);

    const { body } = await site.rest('GET', `${PULL_REQUESTS}?state=${state}&limit=1`);
    const all = await site.rest('GET', `${PULL_REQUESTS}?state=ALL&limit=1000`);

    expect(ids(body)).toEqual([id]);
    expect(ids(all.body)).toContain(id);
  });

  it('is filtered by target, and outgoing ones by source', async () => {
    await git(site.workingCopy, 'push', '--quiet', '--force', 'origin', 'origin/main:refs/heads/release');
    const { id } = await open({ toRef: { id: 'release' } });

    const into = await site.rest('GET', `${PULL_REQUESTS}?at=refs/heads/release&limit=1`);
    const from = await site.rest('GET', `${PULL_REQUESTS}?direction=OUTGOING&at=refs/heads/${branch}`);
    const ofCommit = await site.rest('GET', `${REPO}/commits/${head}/pull-requests`);

    expect([ids(into.body), ids(from.body), ids(ofCommit.body)]).toEqual([[id], [id], [id]]);
  });

  it('refuses an unknown state', async () => {
    expect((await site.rest('GET', `${PULL_REQUESTS}?state=SUPERSEDED`)).status).toBe(400);
  });

  it('does not contain an unknown number', async () => {
    const { status, body } = await site.rest('GET', `${PULL_REQUESTS}/4711`);

    expect({ status, name: exceptionOf(body) }).toEqual({ status: 404, name: 'NoSuchPullRequestException' });
  });
});
