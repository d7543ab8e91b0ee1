import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, git, push, startWebsite, tip, WEBSITE, type Website } from '../support/bitbucket.ts';
import { aPullRequest, PULL_REQUESTS, pushMain } from '../support/cloud-pull-requests.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const get = async (path: string) => (await site.api('GET', path)).body;

describe('merging', () => {
  it('creates a merge commit on the destination', async () => {
    const main = await tip(site, 'main');
    const { path, branch, head, id, title } = await aPullRequest(site);

    const { status, body } = await site.api('POST', `${path}/merge`, { type: 'merge' });

    const merged = String(await tip(site, 'main'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'MERGED',
      merge_commit: { hash: merged.slice(0, 12) },
      closed_by: { display_name: 'demo' },
    });
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    expect(await git(site.workingCopy, 'rev-parse', `${merged}^1`, `${merged}^2`)).toBe(`${main}\n${head}`);
    expect(await git(site.workingCopy, 'log', '-1', '--format=%B', merged)).toBe(
      `Merged in ${branch} (pull request #${id})\n\n${title}`,
    );
    expect(await tip(site, branch)).toBe(head);
  });

  it.each([
    ['when the request asks for it', {}, { close_source_branch: true }],
    ['when the pull request asks for it', { close_source_branch: true }, {}],
  ])('deletes the source branch %s', async (_, fields, merge) => {
    const { path, branch } = await aPullRequest(site, fields);

    await site.api('POST', `${path}/merge`, merge);

    expect(await tip(site, branch)).toBe('');
  });

  it('squashes into one commit with the given message', async () => {
    const main = await tip(site, 'main');
    const { path, branch } = await aPullRequest(site);
    await push(site.workingCopy, { branch });
    await site.playground.settled();

    await site.api('POST', `${path}/merge`, { merge_strategy: 'squash', message: 'All in one' });

    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    const log = await git(site.workingCopy, 'log', '--format=%P %s', `${main}..origin/main`);
    expect(log).toBe(`${main} All in one`);
  });

  it('fast-forwards the destination where that is possible', async () => {
    const { path, head } = await aPullRequest(site);

    await site.api('POST', `${path}/merge`, { merge_strategy: 'fast_forward' });

    expect(await tip(site, 'main')).toBe(head);
  });

  it('is refused for an impossible fast-forward', async () => {
    const { path } = await aPullRequest(site);
    const main = await pushMain(site, 'meanwhile.html');

    const { status, body } = await site.api('POST', `${path}/merge`, { merge_strategy: 'fast_forward' });

    expect({ status, main: await tip(site, 'main') }).toEqual({ status: 400, main });
    expect(at(body, 'error.detail')).toMatch(/fast-forward/);
  });

  it('is refused for conflicts, names the files and changes nothing', async () => {
    const { path, file } = await aPullRequest(site);
    const main = await pushMain(site, file, 'mine');

    const { status, body } = await site.api('POST', `${path}/merge`);

    expect(status).toBe(400);
    expect(body).toMatchObject({ type: 'error', error: { message: 'Conflicts during merge.' } });
    expect(at(body, 'error.detail')).toContain(file);
    expect(await tip(site, 'main')).toBe(main);
    expect(await get(path)).toMatchObject({ state: 'OPEN', merge_commit: null });
  });

  it('is refused for an unknown strategy', async () => {
    const { path } = await aPullRequest(site);

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
