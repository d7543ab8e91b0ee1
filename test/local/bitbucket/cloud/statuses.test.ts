import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, push, startWebsite, WEBSITE, type Website } from '../support/bitbucket.ts';

let site: Website;
let head: string;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());
let serial = 0;

const statusesPath = (hash = head) => `${WEBSITE}/commit/${hash}/statuses`;
const aStatus = (changes: Record<string, unknown> = {}) => ({
  key: 'bough',
  state: 'SUCCESSFUL',
  name: 'Environment pr-1',
  url: 'https://pr-1.example.com/',
  description: 'Deployed',
  refname: 'feature/a',
  ...changes,
});
const post = (body: unknown, authorization?: string) =>
  site.api('POST', `${statusesPath()}/build`, body, authorization);

describe('a build status', () => {
  beforeAll(async () => {
    serial += 1;
    head = await push(site.workingCopy, { branch: `status-${serial}` });
  });

  it('is created with a token that can only read repositories', async () => {
    const { status, body } = await post(aStatus(), await site.bearer());

    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...aStatus(),
      type: 'build',
      commit: { type: 'commit', hash: head },
      repository: { full_name: 'acme/website' },
      links: { self: { href: `${site.playground.apiUrl}${statusesPath()}/build/bough` } },
    });
  });

  it('is replaced by one with the same key, not by one with another key', async () => {
    await post(aStatus({ state: 'INPROGRESS' }));
    await post(aStatus({ state: 'FAILED', refname: undefined }));
    await post(aStatus({ key: 'other' }));

    const { body } = await site.api('GET', `${statusesPath()}?sort=key`);

    expect(body).toMatchObject({
      size: 2,
      values: [
        { key: 'bough', state: 'FAILED', refname: null },
        { key: 'other', state: 'SUCCESSFUL', refname: 'feature/a' },
      ],
    });
  });

  it('is listed for its branch, or for every branch without one', async () => {
    const keys = async (refname: string) => {
      const { body } = await site.api('GET', `${statusesPath()}?sort=key&refname=${refname}`);
      return (at(body, 'values') as unknown[]).map((each) => at(each, 'key'));
    };

    expect(await keys('feature%2Fa')).toEqual(['bough', 'other']);
    expect(await keys('feature%2Fb')).toEqual(['bough']);
  });

  it('is read and changed by its key, which cannot be changed', async () => {
    const path = `${statusesPath()}/build/other`;

    const changed = await site.api('PUT', path, { key: 'renamed', state: 'STOPPED', description: 'Gone' });
    const read = await site.api('GET', path);

    expect(changed.status).toBe(200);
    expect(read.body).toEqual(changed.body);
    expect(read.body).toMatchObject({
      key: 'other',
      state: 'STOPPED',
      description: 'Gone',
      name: 'Environment pr-1',
    });
  });

  it('can have any character in its key, which the path encodes', async () => {
    await post(aStatus({ key: 'a/b c' }));

    expect((await site.api('GET', `${statusesPath()}/build/a%2Fb%20c`)).status).toBe(200);
  });

  it('is found by an abbreviated hash', async () => {
    expect((await site.api('GET', `${statusesPath(head.slice(0, 12))}/build/bough`)).status).toBe(200);
  });

  it.each([
    [
      'a key of 41 characters',
      { key: 'k'.repeat(41) },
      'key: Ensure this value has at most 40 characters (it has 41).',
    ],
    ['no key', { key: undefined }, 'key: This field is required.'],
    ['no state', { state: undefined }, 'state: This field is required.'],
    ['no url', { url: undefined }, 'url: This field is required.'],
    [
      'a name of 256 characters',
      { name: 'n'.repeat(256) },
      'name: Ensure this value has at most 255 characters (it has 256).',
    ],
    ['a host without a dot', { url: 'http://jenkins:8080/' }, 'url: Enter a valid URL.'],
    ['localhost', { url: 'http://localhost:4000/' }, 'url: Enter a valid URL.'],
    ['a path', { url: '/somewhere' }, 'url: Enter a valid URL.'],
    ['another scheme', { url: 'ftp://example.com/' }, 'url: Enter a valid URL.'],
  ])('is refused with %s', async (_, changes, message) => {
    const { status, body } = await post(aStatus(changes));

    expect({ status, message: at(body, 'error.message') }).toEqual({ status: 400, message });
  });

  it('is refused with an unknown state', async () => {
    const { status, body } = await post(aStatus({ state: 'DONE' }));

    expect(status).toBe(400);
    expect(at(body, 'error.message')).toMatch(/^state: /);
  });

  it.each([
    ['an IPv4 address', 'http://127.0.0.1:4001/pr-1/'],
    ['an IPv6 address', 'http://[::1]:4001/'],
    ['a template', 'https://ci.example.com/{repository.full_name}'],
    ['a key of 40 characters', 'https://example.com/', 'k'.repeat(40)],
  ])('is accepted with %s', async (_, url, key = 'taken') => {
    expect((await post(aStatus({ url, key }))).status).toBe(201);
  });

  it.each([
    ['an unknown commit', () => `${statusesPath('0'.repeat(39).concat('1'))}/build`, 'POST'],
    ['an unknown key', () => `${statusesPath()}/build/nothing`, 'GET'],
    ['a key that does not exist yet', () => `${statusesPath()}/build/nothing`, 'PUT'],
    ['the list of an unknown commit', () => statusesPath('abcdef1'), 'GET'],
  ])('answers 404 for %s', async (_, path, method) => {
    const body = method === 'GET' ? undefined : aStatus();

    expect((await site.api(method, path(), body)).status).toBe(404);
  });
});
