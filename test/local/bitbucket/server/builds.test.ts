import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, push } from '../support/bitbucket.ts';
import { READER, REPO, type ServerSite, startServerSite } from '../support/server.ts';

let site: ServerSite;
beforeAll(async () => {
  site = await startServerSite();
});
afterAll(() => site.end());

const OLD = '/rest/build-status/latest/commits';
const aBuild = (changes: Record<string, unknown> = {}) => ({
  key: 'bough',
  state: 'SUCCESSFUL',
  url: 'http://pr-1.localhost/',
  name: 'Bough: pr-1',
  description: 'Deployed',
  ref: 'refs/heads/main',
  parent: 'bough',
  buildNumber: '7',
  ...changes,
});
const post = (changes: Record<string, unknown> = {}, commit = site.head) =>
  site.rest('POST', `${REPO}/commits/${commit}/builds`, aBuild(changes), READER);
const read = (key: string, commit = site.head) =>
  site.rest('GET', `${REPO}/commits/${commit}/builds?key=${key}`);

describe('a build of Server', () => {
  it('is stored with read permission, and read again', async () => {
    const { status } = await post();

    expect(status).toBe(204);
    expect((await read('bough')).body).toMatchObject({
      ...aBuild(),
      projectKey: 'acme',
      repositorySlug: 'website',
      createdDate: expect.any(Number),
    });
  });

  it('is replaced by one with the same key', async () => {
    await post({ key: 'again', state: 'INPROGRESS' });
    await post({ key: 'again', state: 'FAILED' });

    expect(at((await read('again')).body, 'state')).toBe('FAILED');
  });

  it.each([
    ['CANCELLED', 'STOPPED'],
    ['UNKNOWN', 'STOPPED'],
    ['INPROGRESS', 'INPROGRESS'],
  ])('in state %s is %s on Cloud', async (state, onCloud) => {
    await post({ key: state, state });

    const { body } = await site.api(
      'GET',
      `/repositories/acme/website/commit/${site.head}/statuses/build/${state}`,
    );

    expect(at((await read(state)).body, 'state')).toBe(state);
    expect(body).toMatchObject({ state: onCloud, refname: 'main', name: 'Bough: pr-1' });
  });

  it.each([
    ['a blank key', { key: ' ' }],
    ['a key of 256 characters', { key: 'k'.repeat(256) }],
    ['a url of 451 characters', { url: `http://x/${'u'.repeat(442)}` }],
    ['a blank url', { url: '' }],
    ['a name of 256 characters', { name: 'n'.repeat(256) }],
    ['a ref without refs/', { ref: 'main' }],
    ['a parent of 1025 characters', { parent: 'p'.repeat(1025) }],
    ['a build number of 256 characters', { buildNumber: '1'.repeat(256) }],
    ["a state of Cloud's", { state: 'STOPPED' }],
  ])('is refused with %s', async (_, changes) => {
    const { status, body } = await post(changes);

    expect(status).toBe(400);
    expect(at(body, 'errors.0.context')).toBe(Object.keys(changes)[0]);
  });

  it.each([
    ['a key of 255 characters', { key: 'k'.repeat(255) }],
    ['a url of 450 characters', { url: `http://x/${'u'.repeat(441)}` }],
  ])('is accepted with %s', async (_, changes) => {
    expect((await post(changes)).status).toBe(204);
  });

  it('is refused for a commit that was not pushed', async () => {
    const { status, body } = await post({}, '0123456789012345678901234567890123456789');

    expect(status).toBe(404);
    expect(at(body, 'errors.0.exceptionName')).toBe('com.atlassian.bitbucket.commit.NoSuchCommitException');
  });

  it('is read by its key, and not found under another', async () => {
    expect((await site.rest('GET', `${REPO}/commits/${site.head}/builds`)).status).toBe(400);
    expect((await read('nothing')).status).toBe(404);
  });
});

describe('a build of the older API', () => {
  it('belongs to a commit in any repository', async () => {
    const head = await push(site.workingCopy, { branch: 'old' });
    const { key, state, url } = aBuild({ key: 'older' });

    const { status } = await site.rest('POST', `${OLD}/${head}`, { key, state, url }, READER);

    expect(status).toBe(204);
    expect((await site.rest('GET', `${OLD}/${head}`)).body).toMatchObject({ values: [{ key, state, url }] });
    expect((await read('older', head)).body).toMatchObject({ key, state, url });
  });

  it.each([
    ['an abbreviated hash', (head: string) => head.slice(0, 12), {}],
    ['a state of the newer API', (head: string) => head, { state: 'CANCELLED' }],
  ])('is refused with %s', async (_, commit, changes) => {
    const { status } = await site.rest('POST', `${OLD}/${commit(site.head)}`, aBuild(changes));

    expect(status).toBe(400);
  });
});
