import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, commit, git, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const names = (body: unknown) => (at(body, 'values') as unknown[]).map((each) => at(each, 'name'));

describe('the branches of a repository', () => {
  const odd = ['feature/a', 'feature/a.b', 'fix-#1', 'ä/ö', 'a+b', 'c&d', 'e%41'];
  const numbered = Array.from({ length: 12 }, (_, index) => `n/${String(index).padStart(2, '0')}`);

  beforeAll(async () => {
    for (const name of [...odd, ...numbered]) await git(site.workingCopy, 'branch', name, 'main');
    await git(site.workingCopy, 'push', '--quiet', '--all', 'origin');
  });

  it.each(odd)('are read by name: %s', async (name) => {
    const { status, body } = await site.api('GET', `${WEBSITE}/refs/branches/${encodeURIComponent(name)}`);

    expect(status).toBe(200);
    expect(body).toMatchObject({ type: 'branch', name, target: { hash: site.head, type: 'commit' } });
  });

  it('are read with unencoded slashes', async () => {
    const { body } = await site.api('GET', `${WEBSITE}/refs/branches/feature/a`);

    expect(at(body, 'name')).toBe('feature/a');
  });

  it.each(['nothing', 'feature', 'main~0', 'feature/*', '--help'])('are not found as %s', async (name) => {
    const { status } = await site.api('GET', `${WEBSITE}/refs/branches/${encodeURIComponent(name)}`);

    expect(status).toBe(404);
  });

  it('are listed on pages with links to the next and previous page', async () => {
    const found: unknown[] = [];
    let next: unknown = `${WEBSITE}/refs/branches?pagelen=5`;
    let pages = 0;
    while (typeof next === 'string') {
      const { body } = await site.api('GET', next);
      expect(body).toMatchObject({ pagelen: 5, page: pages + 1, size: odd.length + numbered.length + 1 });
      found.push(...names(body));
      pages += 1;
      next = at(body, 'next');
    }

    expect(pages).toBe(4);
    expect([...found].sort()).toEqual([...odd, ...numbered, 'main'].sort());
  });

  it('contain the link to the next page only if fields names it', async () => {
    const path = `${WEBSITE}/refs/branches?pagelen=2&fields=values.name,values.target.hash`;

    const without = await site.api('GET', path);
    const withNext = await site.api('GET', `${path},next`);

    expect(without.body).toEqual({
      values: [
        { name: expect.any(String), target: { hash: site.head } },
        { name: expect.any(String), target: { hash: site.head } },
      ],
    });
    expect(at(withNext.body, 'next')).toContain('page=2');
  });

  it.each([
    ['q=name ~ "FEATURE"', ['feature/a', 'feature/a.b']],
    ['q=name = "main"', ['main']],
    ['q=name ~ "n/0" AND name != "n/00"&sort=-name&pagelen=3', ['n/09', 'n/08', 'n/07']],
  ])('are filtered and sorted with %s', async (query, expected) => {
    const { body } = await site.api('GET', `${WEBSITE}/refs/branches?${query}`);

    expect(names(body)).toEqual(expected);
  });

  it.each(['pagelen=0', 'pagelen=101', 'pagelen=x', 'page=0', 'q=name in ("a")'])(
    'refuse %s instead of ignoring it',
    async (query) => {
      expect((await site.api('GET', `${WEBSITE}/refs/branches?${query}`)).status).toBe(400);
    },
  );

  it('are deleted, except for the main branch', async () => {
    const path = `${WEBSITE}/refs/branches/n/00`;

    expect((await site.api('DELETE', path)).status).toBe(204);
    expect((await site.api('DELETE', path)).status).toBe(404);
    expect((await site.api('DELETE', `${WEBSITE}/refs/branches/main`)).status).toBe(400);
    expect(await git(site.workingCopy, 'ls-remote', 'origin', 'refs/heads/n/00')).toBe('');
  });
});

describe('a commit', () => {
  it('is found by its full and by an abbreviated hash', async () => {
    const short = site.head.slice(0, 12);

    const responses = await Promise.all(
      [site.head, short].map((hash) => site.api('GET', `${WEBSITE}/commit/${hash}`)),
    );

    for (const { status, body } of responses) {
      expect(status).toBe(200);
      expect(body).toMatchObject({
        type: 'commit',
        hash: site.head,
        message: 'Start the site\n',
        author: { type: 'author', raw: 'Ada <ada@example.com>' },
        parents: [],
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      });
    }
  });

  it.each([
    ['an unknown hash', '0123456789012345678901234567890123456789'],
    ['an unknown abbreviated hash', '0123456'],
    ['a branch', 'main'],
    ['an option', '--all'],
  ])('is not found by %s', async (_, hash) => {
    const { status, body } = await site.api('GET', `${WEBSITE}/commit/${hash}`);

    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { message: 'Commit not found', data: { shas: [hash] } } });
  });

  it('is not found before its push', async () => {
    const hash = await commit(site.workingCopy, { branch: 'unpushed' });

    expect((await site.api('GET', `${WEBSITE}/commit/${hash}`)).status).toBe(404);
  });
});
