import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../../support/ask.ts';
import { at, git, push, startWebsite, tip, type Website } from '../support/bitbucket.ts';
import { aPullRequest, pushMain } from '../support/cloud-pull-requests.ts';
import { LINK, look, submit } from '../support/pages.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const HOME = '/acme/website';
const pageOf = (id: number) => `${HOME}/pull-requests/${id}`;

async function stateOf(path: string): Promise<unknown> {
  return at((await site.api('GET', path)).body, 'state');
}

describe('the buttons of a pull request', () => {
  it('merge it, delete its source branch when asked to, and lead back to its page', async () => {
    const { id, head, path, branch, file } = await aPullRequest(site);

    const answer = await submit(site, `${pageOf(id)}/merge`, { commit: head, close: 'on' });

    expect(answer).toMatchObject({ status: 303, location: pageOf(id) });
    expect(await stateOf(path)).toBe('MERGED');
    await site.playground.settled();
    expect(await tip(site, branch)).toBe('');
    await git(site.workingCopy, 'fetch', '--quiet', 'origin');
    expect(await git(site.workingCopy, 'ls-tree', '--name-only', 'origin/main', file)).toBe(file);
    expect((await look(site, pageOf(id))).text).not.toContain('<button');
  });

  it('decline it; then Server’s way reopens it', async () => {
    const { id, head, path } = await aPullRequest(site);

    expect((await submit(site, `${pageOf(id)}/decline`, { commit: head })).status).toBe(303);
    expect(await stateOf(path)).toBe('DECLINED');
    expect((await look(site, pageOf(id))).text).toContain('Bitbucket Cloud cannot reopen this one');

    expect((await submit(site, `${pageOf(id)}/reopen`, {})).location).toBe(pageOf(id));
    expect(await stateOf(path)).toBe('OPEN');
  });

  it('open a declined one again as a new one with the same branches, title and description', async () => {
    const { id, head, branch, title } = await aPullRequest(site, { description: 'Why' });
    await submit(site, `${pageOf(id)}/decline`, { commit: head });

    const { location } = await submit(site, `${pageOf(id)}/open-again`, {});

    const number = Number(location?.split('/').at(-1));
    expect(number).toBeGreaterThan(id);
    const { body } = await site.api('GET', `/repositories${HOME}/pullrequests/${number}`);
    expect(body).toMatchObject({
      title,
      description: 'Why',
      state: 'OPEN',
      source: { branch: { name: branch } },
    });
    expect((await submit(site, `${pageOf(id)}/open-again`, {})).location).toBe(location);
  });

  it('open one from the page of a branch, named after its newest commit', async () => {
    const branch = '50%-\u202eoff';
    await git(site.workingCopy, 'checkout', '--quiet', '-B', branch, 'origin/main');
    await push(site.workingCopy, {
      file: 'half.html',
      text: 'half',
      message: 'Half the price\n\nFor a week.',
    });
    const page = await look(site, `${HOME}/branch/${encodeURIComponent(branch)}`);
    const source = /name="source" value="([^"]+)"/.exec(page.text)?.[1] ?? '';

    const { location } = await submit(site, `${HOME}/pull-requests`, { source });

    const { body } = await site.api(
      'GET',
      `/repositories${HOME}/pullrequests/${location?.split('/').at(-1)}`,
    );
    expect(body).toMatchObject({ title: 'Half the price', source: { branch: { name: branch } } });
  });

  it.each(['merge', 'decline'])('%s only the commit that the page has shown', async (action) => {
    const { id, head, path, branch } = await aPullRequest(site);
    await git(site.workingCopy, 'checkout', '--quiet', branch);
    await push(site.workingCopy, { file: 'later.html' });
    await site.playground.settled();

    const answer = await submit(site, `${pageOf(id)}/${action}`, { commit: head });

    expect(answer.status).toBe(409);
    expect(answer.text).toContain('has other commits than the page showed');
    expect(await stateOf(path)).toBe('OPEN');
  });

  it('say why a merge is not possible', async () => {
    const { id, head, file } = await aPullRequest(site, {}, 'mine');
    await pushMain(site, file, 'theirs');

    const { status, text } = await submit(site, `${pageOf(id)}/merge`, { commit: head });

    expect(status).toBe(409);
    expect(text).toContain(`Resolve the conflicts in ${file}`);
    expect(text).toContain(`href="${pageOf(id)}"`);
  });

  it('cannot change a pull request that is merged', async () => {
    const { id, head } = await aPullRequest(site);
    await submit(site, `${pageOf(id)}/merge`, { commit: head });
    for (const action of ['merge', 'decline', 'reopen', 'open-again']) {
      expect([action, (await submit(site, `${pageOf(id)}/${action}`, { commit: head })).status]).toEqual([
        action,
        409,
      ]);
    }
  });
});

const FORM = 'application/x-www-form-urlencoded';

describe('a form of another page is refused', () => {
  const attacks: [string, Record<string, string | undefined>, number][] = [
    [
      "of a pull request's site on another port",
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      403,
    ],
    ['of another site', { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    [
      "of a pull request's site, in a browser without fetch metadata",
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': undefined },
      403,
    ],
    ['of a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }, 403],
    ['without an origin', { origin: undefined, 'sec-fetch-site': undefined }, 403],
    ['without an origin, which claims to be typed', { origin: undefined, 'sec-fetch-site': 'none' }, 403],
    ['that is followed like a link', { ...LINK, origin: undefined }, 403],
    ['with our origin and a foreign site', { 'sec-fetch-site': 'same-site' }, 403],
    ['with another scheme', { origin: 'https://127.0.0.1' }, 403],
    ['of a type that needs no form', { 'content-type': 'text/plain' }, 415],
    ['of a type that only begins like a form’s', { 'content-type': `${FORM}x` }, 415],
  ];

  it.each(attacks)('%s', async (_, headers, status) => {
    const { id, head, path } = await aPullRequest(site);
    for (const action of ['merge', 'decline']) {
      const answer = await submit(site, `${pageOf(id)}/${action}`, { commit: head, close: 'on' }, headers);
      expect([action, answer.status]).toEqual([action, status]);
    }
    expect(await stateOf(path)).toBe('OPEN');
  });

  it('and no link does what a form does', async () => {
    const { id, path } = await aPullRequest(site);
    for (const action of ['merge', 'decline']) {
      expect((await ask(site.playground.url, `${pageOf(id)}/${action}`, LINK)).status).toBe(405);
    }
    expect(await stateOf(path)).toBe('OPEN');
  });

  it('when it is larger than 1 MiB', async () => {
    const { id, head } = await aPullRequest(site);
    const answer = await submit(site, `${pageOf(id)}/merge`, { commit: head, more: 'x'.repeat(1024 * 1024) });
    expect(answer.status).toBe(413);
  });
});
