import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePushReport } from '../../../../local/bitbucket/http/smart-http.ts';
import { basic, commit, DEMO, git, push, startWebsite, type Website } from '../support/bitbucket.ts';

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
});
afterAll(() => site.end());

const lsRefs = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/info/refs?service=git-upload-pack`, { headers });

describe('a repository over smart HTTP', () => {
  it("accepts a user's clone and push", async () => {
    const hash = await push(site.workingCopy, { branch: 'feature/clone', text: '<h1>Feature</h1>' });

    const clone = await site.clone();

    expect(await git(clone, 'rev-parse', 'origin/feature/clone')).toBe(hash);
    expect(await git(clone, 'fsck', '--strict')).toBe('');
  });

  it.each([
    ['with .git', 'acme/website.git'],
    ['without .git', 'acme/website'],
  ])('is found %s', async (_, path) => {
    const response = await lsRefs(`${site.playground.gitUrl}/${path}`, { Authorization: DEMO });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement');
  });

  it('is read with an access token as the password of x-token-auth', async () => {
    const url = site.playground.gitUrl.replace('http://', `http://x-token-auth:${await site.token()}@`);

    const refs = await git(site.folder(), 'ls-remote', `${url}/acme/website.git`, 'refs/heads/main');

    expect(refs).toBe(`${site.head}\trefs/heads/main`);
  });

  it('is read with a Bearer token', async () => {
    const header = `http.extraHeader=Authorization: ${await site.bearer()}`;
    const url = `${site.playground.gitUrl}/acme/website.git`;

    const refs = await git(site.folder(), '-c', header, 'ls-remote', url, 'refs/heads/main');

    expect(refs).toBe(`${site.head}\trefs/heads/main`);
  });

  it('refuses a push with a token that can only read', async () => {
    const url = site.playground.gitUrl.replace('http://', `http://x-token-auth:${await site.token()}@`);

    await expect(
      git(site.workingCopy, 'push', `${url}/acme/website.git`, 'HEAD:refs/heads/sneaky'),
    ).rejects.toThrow(/403/);
  });

  it.each([
    ['no credentials', undefined],
    ['a wrong password', basic('demo', 'wrong')],
    ['an unknown user', basic('eve', 'demo')],
    ['a made-up token', 'Bearer abc.def'],
    ['a made-up token as password', basic('x-token-auth', 'abc')],
  ])('asks for credentials: %s', async (_, authorization) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };

    const response = await lsRefs(`${site.playground.gitUrl}/acme/website.git`, headers);

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
  });

  it('answers 404 for another name only with valid credentials', async () => {
    const url = `${site.playground.gitUrl}/acme/nothing.git`;

    expect((await lsRefs(url)).status).toBe(401);
    expect((await lsRefs(url, { Authorization: DEMO })).status).toBe(404);
  });

  it('supports protocol version 2, also in compressed requests', async () => {
    const url = `${site.playground.gitUrl}/acme/website.git/git-upload-pack`;
    const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
    const request = `${line('command=ls-refs\n')}0001${line('ref-prefix refs/heads/main\n')}0000`;

    const response = await fetch(url, {
      method: 'POST',
      headers: {
        Authorization: DEMO,
        'Content-Type': 'application/x-git-upload-pack-request',
        'Content-Encoding': 'gzip',
        'Git-Protocol': 'version=2',
      },
      body: gzipSync(request),
    });

    expect(await response.text()).toBe(`${line(`${site.head} refs/heads/main\n`)}0000`);
  });

  it('does not offer partial clones, like Bitbucket Cloud', async () => {
    const headers = { Authorization: DEMO, 'Git-Protocol': 'version=2' };

    const text = await (await lsRefs(`${site.playground.gitUrl}/acme/website.git`, headers)).text();

    expect(text).toContain('version 2');
    expect(text).toContain('fetch=');
    expect(text).not.toContain('filter');
  });

  it('accepts a push that is too large for one buffer', async () => {
    const bytes = randomBytes(3_000_000);
    writeFileSync(join(site.workingCopy, 'large.bin'), bytes);
    await commit(site.workingCopy, { branch: 'large' });
    await git(site.workingCopy, '-c', 'http.postBuffer=65536', 'push', '--quiet', 'origin', 'large');

    const clone = await site.clone();
    await git(clone, 'checkout', '--quiet', 'large');

    expect(readFileSync(join(clone, 'large.bin')).equals(bytes)).toBe(true);
  });

  it('refuses to delete its main branch', async () => {
    await expect(git(site.workingCopy, 'push', '--quiet', 'origin', ':main')).rejects.toThrow(
      /deletion of the current branch|refusing to delete/,
    );
  });

  it('does not serve single files', async () => {
    const response = await fetch(`${site.playground.gitUrl}/acme/website.git/HEAD`, {
      headers: { Authorization: DEMO },
    });

    expect(response.status).toBe(404);
  });
});

describe('a new repository', () => {
  it('has no main branch until the first push, whose branch becomes it', async () => {
    await site.playground.createRepository('acme/fresh');
    expect((await site.api('GET', '/repositories/acme/fresh')).body).toMatchObject({ mainbranch: null });
    const clone = await site.clone('acme/fresh');

    await push(clone, { branch: 'trunk' });
    await site.playground.settled();

    expect((await site.api('GET', '/repositories/acme/fresh')).body).toMatchObject({
      mainbranch: { type: 'branch', name: 'trunk' },
    });
  });
});

describe("the report of git's post-receive hook", () => {
  it('contains created, moved and deleted refs', () => {
    const [none, one, two] = ['0'.repeat(40), '1'.repeat(40), '2'.repeat(40)];
    const report = `${none} ${one} refs/heads/new\n${one} ${two} refs/heads/moved\n${two} ${none} refs/tags/gone\n`;

    expect(parsePushReport(report)).toEqual([
      { ref: 'refs/heads/new', old: null, new: one },
      { ref: 'refs/heads/moved', old: one, new: two },
      { ref: 'refs/tags/gone', old: two, new: null },
    ]);
  });

  it('can be empty', () => {
    expect(parsePushReport('')).toEqual([]);
  });
});
