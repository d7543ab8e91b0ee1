import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, git, push } from '../support/bitbucket.ts';
import { ADMIN, exceptionOf, READER, REPO, type ServerSite, startServerSite } from '../support/server.ts';

let site: ServerSite;
beforeAll(async () => {
  site = await startServerSite();
});
afterAll(() => site.end());

const PROJECTS = '/rest/api/latest/projects';
const names = (body: unknown) => (at(body, 'values') as unknown[]).map((each) => at(each, 'displayId'));
const repo = (name: string, key = 'acme') => `${PROJECTS}/${key}/repos/${name}`;
const create = (name: string, key = 'acme') => site.rest('POST', `${PROJECTS}/${key}/repos`, { name });

/** Clones a repository by Server's URL. */
async function clone(path: string): Promise<string> {
  const folder = site.folder();
  const url = site.playground.serverUrl.replace('http://', 'http://demo:demo@');
  await git(folder, 'clone', '--quiet', `${url}/scm/${path}.git`, '.');
  return folder;
}

describe('a repository of Server', () => {
  it('is the same as on Cloud, with numeric identifiers', async () => {
    const { status, body } = await site.rest('GET', REPO, undefined, READER);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      slug: 'website',
      id: expect.any(Number),
      name: 'website',
      scmId: 'git',
      project: { key: 'acme', id: expect.any(Number), type: 'NORMAL' },
    });
    expect(at(body, 'links.clone')).toEqual(
      expect.arrayContaining([{ name: 'http', href: `${site.playground.serverUrl}/scm/acme/website.git` }]),
    );
  });

  it.each(['ACME/repos/website', 'Acme/repos/WebSite'])('is found as %s', async (path) => {
    const { body } = await site.rest('GET', `${PROJECTS}/${path}`);

    expect(at(body, 'project.key')).toBe('acme');
    expect(at(body, 'slug')).toBe('website');
  });

  it.each([
    ['an unknown repository', repo('nothing'), 'NoSuchRepositoryException'],
    ['an unknown project', repo('website', 'nobody'), 'NoSuchProjectException'],
  ])('is not found: %s', async (_, path, expected) => {
    const { status, body } = await site.rest('GET', path);

    expect({ status, exception: exceptionOf(body) }).toEqual({ status: 404, exception: expected });
  });

  it('is created once, and is on Cloud too', async () => {
    const first = await create('Second Site');
    const again = await create('Second Site');

    expect([first.status, again.status]).toEqual([201, 409]);
    expect(first.body).toMatchObject({ slug: 'second-site', name: 'Second Site' });
    expect((await site.api('GET', '/repositories/acme/second-site')).status).toBe(200);
  });

  it('keeps its number when the playground is started again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bitbucket-state-'));
    const before = await startServerSite({ directory });
    const { body } = await before.rest('GET', REPO);
    await before.playground.stop();
    const after = await startServerSite({ directory });
    const again = await after.rest('GET', REPO);
    await after.end();
    await before.end();
    rmSync(directory, { recursive: true, force: true });

    expect(at(again.body, 'id')).toBe(at(body, 'id'));
  });

  it('has a unique number', async () => {
    const ids = [await create('a'), await create('b')].map(({ body }) => at(body, 'id'));

    expect(new Set([...ids, at((await site.rest('GET', REPO)).body, 'id')]).size).toBe(3);
  });

  it('is deleted with its content', async () => {
    await create('gone');

    expect((await site.rest('DELETE', repo('gone'))).status).toBe(202);
    expect((await site.rest('GET', repo('gone'))).status).toBe(404);
    expect((await site.api('GET', '/repositories/acme/gone')).status).toBe(404);
    expect((await site.rest('DELETE', repo('gone'))).status).toBe(204);
  });

  it('is available under its old name after renaming', async () => {
    const { body } = await create('old-name');

    const { status } = await site.rest('PUT', repo('old-name'), { name: 'New Name' });
    const found = await site.rest('GET', repo('old-name'));

    expect(status).toBe(201);
    expect(found.body).toMatchObject({ id: at(body, 'id'), slug: 'new-name', name: 'New Name' });
    expect(await clone('acme/old-name')).not.toBe('');
  });

  it('is not available under its old name once a new repository has it', async () => {
    await create('first');
    await site.rest('PUT', repo('first'), { name: 'moved-on' });

    const { body } = await create('first');
    await site.rest('PUT', repo('first'), { name: 'moved-on-too' });

    expect(at((await site.rest('GET', repo('first'))).body, 'id')).toBe(at(body, 'id'));
  });

  it('is listed with the other repositories of its project', async () => {
    const { body } = await site.rest('GET', `${PROJECTS}/acme/repos?limit=1000`);

    expect((at(body, 'values') as unknown[]).map((each) => at(each, 'slug'))).toContain('website');
  });
});

describe('a personal project', () => {
  beforeAll(() => create('notes', '~demo'));

  it('has a tilde in its key, and names its owner', async () => {
    const { body } = await site.rest('GET', repo('notes', '~demo'));

    expect(body).toMatchObject({
      slug: 'notes',
      project: { key: '~demo', type: 'PERSONAL', owner: { name: 'demo', slug: 'demo' } },
      links: {
        clone: expect.arrayContaining([
          { name: 'http', href: `${site.playground.serverUrl}/scm/~demo/notes.git` },
        ]),
        self: [{ href: `${site.playground.serverUrl}/users/demo/repos/notes/browse` }],
      },
    });
  });

  it.each(['~demo', '%7Edemo', '~DEMO'])('is found as %s', async (key) => {
    expect((await site.rest('GET', repo('notes', key))).status).toBe(200);
  });

  it.each(['~demo/notes', '%7Edemo/notes'])('is cloned and pushed to as %s', async (path) => {
    const folder = await clone(path);
    const hash = await push(folder, { branch: 'main' });

    const { body } = await site.rest('GET', `${repo('notes', '~demo')}/default-branch`);

    expect(at(body, 'latestCommit')).toBe(hash);
  });

  it('is a workspace on Cloud', async () => {
    const { body } = await site.api('GET', '/repositories/~demo/notes');

    expect(at(body, 'full_name')).toBe('~demo/notes');
  });

  it('can be created by the playground', async () => {
    expect(await site.playground.createRepository('~ada/diary')).toMatchObject({
      fullName: '~ada/diary',
      created: true,
    });
  });
});

describe('the default branch of Server', () => {
  it('is returned with its newest commit', async () => {
    const { body } = await site.rest('GET', `${REPO}/default-branch`);

    expect(body).toMatchObject({ id: 'refs/heads/main', displayId: 'main', latestCommit: site.head });
  });

  it('is missing in an empty repository', async () => {
    await create('empty');

    const { status, body } = await site.rest('GET', `${repo('empty')}/default-branch`);
    const old = await site.rest('GET', `${repo('empty')}/branches/default`);

    expect({ status, exception: exceptionOf(body) }).toEqual({
      status: 404,
      exception: 'NoDefaultBranchException',
    });
    expect(old.status).toBe(204);
  });

  it('is changed to an existing branch', async () => {
    await create('switched');
    const folder = await clone('acme/switched');
    await push(folder, { branch: 'main' });
    await push(folder, { branch: 'trunk' });

    const changed = await site.rest('PUT', `${repo('switched')}/default-branch`, { id: 'refs/heads/trunk' });
    const refused = await site.rest('PUT', `${repo('switched')}/default-branch`, { id: 'refs/heads/none' });

    expect([changed.status, refused.status]).toEqual([204, 404]);
    expect(at((await site.rest('GET', `${repo('switched')}/default-branch`)).body, 'displayId')).toBe(
      'trunk',
    );
    expect(at((await site.api('GET', '/repositories/acme/switched')).body, 'mainbranch.name')).toBe('trunk');
  });
});

describe('the branches of Server', () => {
  const numbered = Array.from({ length: 30 }, (_, index) => `n/${String(index).padStart(2, '0')}`);
  const odd = ['feature/a', 'feature/a.b', 'fix-#1', 'ä/ö', 'a+b', 'c&d', 'e%41'];

  beforeAll(async () => {
    for (const name of [...odd, ...numbered]) await git(site.workingCopy, 'branch', name, 'main');
    await git(site.workingCopy, 'push', '--quiet', '--all', 'origin');
    await site.playground.settled();
  });

  it('are listed on pages of 25 with the start of the next page', async () => {
    const first = await site.rest('GET', `${REPO}/branches`);
    const second = await site.rest('GET', `${REPO}/branches?start=${at(first.body, 'nextPageStart')}`);

    expect(first.body).toMatchObject({ size: 25, limit: 25, start: 0, isLastPage: false, nextPageStart: 25 });
    expect(second.body).toMatchObject({ size: 13, start: 25, isLastPage: true, nextPageStart: null });
    expect([...names(first.body), ...names(second.body)].sort()).toEqual(
      [...odd, ...numbered, 'main'].sort(),
    );
  });

  it('are listed on pages of at most 1,000 without an error', async () => {
    const { body } = await site.rest('GET', `${REPO}/branches?limit=5000`);

    expect(body).toMatchObject({ limit: 1000, isLastPage: true, size: 38 });
  });

  it('are filtered by a part of their name', async () => {
    const { body } = await site.rest('GET', `${REPO}/branches?filterText=FEATURE/A`);

    expect(names(body)).toEqual(['feature/a', 'feature/a.b']);
  });

  it('have a mark on the default branch', async () => {
    const { body } = await site.rest('GET', `${REPO}/branches?filterText=main`);

    expect(body).toMatchObject({
      values: [{ id: 'refs/heads/main', type: 'BRANCH', latestCommit: site.head, isDefault: true }],
    });
  });

  it.each(['start=-1', 'start=x', 'limit=x'])('refuse %s', async (query) => {
    expect((await site.rest('GET', `${REPO}/branches?${query}`)).status).toBe(400);
  });

  it('are created at a commit and deleted, except for the default branch', async () => {
    const branches = REPO.replace('/api/', '/branch-utils/').concat('/branches');
    const created = await site.rest('POST', `${REPO}/branches`, { name: 'x/y', startPoint: site.head });
    const again = await site.rest('POST', `${REPO}/branches`, { name: 'x/y', startPoint: 'main' });
    const nowhere = await site.rest('POST', `${REPO}/branches`, { name: 'z', startPoint: 'nothing' });
    const elsewhere = await site.rest('DELETE', branches, { name: 'x/y', endPoint: '0'.repeat(40) });
    const deleted = await site.rest('DELETE', branches, { name: 'refs/heads/x/y' });
    const main = await site.rest('DELETE', branches, { name: 'main' });

    const statuses = [created, again, nowhere, elsewhere, deleted, main].map(({ status }) => status);
    expect(statuses).toEqual([200, 409, 404, 400, 204, 400]);
    expect(await git(site.workingCopy, 'ls-remote', 'origin', 'refs/heads/x/y')).toBe('');
  });
});

describe('a fork on Server', () => {
  it("is created in the caller's personal project, and names its origin", async () => {
    const { status, body } = await site.rest('POST', REPO, {}, READER);

    expect(status).toBe(201);
    expect(body).toMatchObject({
      slug: 'website',
      project: { key: '~bough', type: 'PERSONAL' },
      origin: { slug: 'website', project: { key: 'acme' } },
    });
    expect(at(body, 'hierarchyId')).toBe(at(body, 'origin.hierarchyId'));
    expect(at((await site.rest('GET', `${REPO}/forks`, undefined, ADMIN)).body, 'size')).toBe(1);
  });

  it('can have another project and name', async () => {
    const { body } = await site.rest('POST', REPO, { name: 'Copy', project: { key: 'ADA' } });

    expect(body).toMatchObject({ slug: 'copy', project: { key: 'ada' } });
    expect((await site.api('GET', '/repositories/ada/copy')).body).toMatchObject({
      parent: { full_name: 'acme/website' },
    });
  });
});
