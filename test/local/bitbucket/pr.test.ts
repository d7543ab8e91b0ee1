import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPrCommand } from '../../../local/bitbucket/pr/command.ts';
import { git, push, startWebsite, WEBSITE, type Website } from './support/bitbucket.ts';

const ROOT = join(import.meta.dirname, '../../..');

let site: Website;
beforeAll(async () => {
  site = await startWebsite();
  await push(site.workingCopy, { branch: 'feature/a', message: 'Add a page\n\nwith text' });
  await git(site.workingCopy, 'push', '--quiet', 'origin', 'main:base');
});
afterAll(() => site.end());

async function pr(...args: string[]) {
  let out = '';
  let err = '';
  const code = await runPrCommand(args, {
    env: { BOUGH_BITBUCKET_URL: site.playground.url },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

const linkTo = (id: number) => `${site.playground.url}/acme/website/pull-requests/${id}`;

describe('npm run pr', () => {
  it('opens, lists, updates and merges a pull request, with one line of output each', async () => {
    expect(await pr('open', 'feature/a')).toEqual({
      code: 0,
      out: `#1 Add a page  open, feature/a → main  ${linkTo(1)}\n`,
      err: '',
    });
    expect((await pr('list')).out).toBe(`#1 Add a page  open, feature/a → main  ${linkTo(1)}\n`);
    expect((await pr('update', '1', '--title', 'A page')).out).toContain('#1 A page  open, feature/a → main');
    expect((await pr('update', '1', '--into', 'base')).out).toContain('#1 A page  open, feature/a → base');
    expect((await pr('merge', '#1')).out).toContain('#1 A page  merged, feature/a → base');
    expect((await pr('list')).out).toBe('No pull requests.\n');
    expect((await pr('list', '--all')).out).toContain('#1 A page  merged');
  });

  it('opens a pull request with a title and a destination, and declines it', async () => {
    await push(site.workingCopy, { branch: 'feature/b' });

    expect((await pr('open', 'feature/b', '--title', 'B', '--into', 'main')).out).toMatch(/^#2 B {2}open/);
    expect((await pr('decline', '2')).out).toMatch(/^#2 B {2}declined/);
    expect((await site.api('GET', `${WEBSITE}/pullrequests/2`)).body).toMatchObject({ state: 'DECLINED' });
  });

  it('deletes the source branch of a merge on request', async () => {
    await push(site.workingCopy, { branch: 'feature/c' });
    await pr('open', 'feature/c');

    await pr('merge', '3', '--close-source-branch');

    expect((await site.api('GET', `${WEBSITE}/refs/branches/feature/c`)).status).toBe(404);
  });

  it.each([
    [
      'an unknown branch',
      ['open', 'nothing'],
      'Branch nothing not found in acme/website. Push it first (git push origin nothing), or name its repository with --repository\n',
    ],
    ['a branch without changes', ['open', 'main'], 'There are no changes to be pulled\n'],
    ['an unknown number', ['merge', '99'], 'Pull request 99 not found\n'],
    ['nothing to change', ['update', '1'], 'Nothing to change. Add --title <title> or --into <branch>.\n'],
    [
      'another repository',
      ['--repository', 'acme/nothing', 'list'],
      'Repository acme/nothing not found You may not have access to this repository or it no longer exists in this workspace.\n',
    ],
    ['wrong credentials', ['--user', 'demo:wrong', 'list'], 'Invalid username or password.\n'],
    ['a wrong repository', ['--repository', 'acme', 'list'], 'Write the repository as workspace/name.\n'],
  ])('reports %s', async (_, args, err) => {
    expect(await pr(...args)).toEqual({ code: 1, out: '', err });
  });

  it.each([
    ['an unknown command', ['close', '1'], "error: unknown command 'close'"],
    ['a missing branch', ['open'], "error: missing required argument 'branch'"],
    ['an invalid number', ['merge', 'one'], 'Write the number of a pull request, such as 1.'],
  ])('mentions --help for %s', async (_, args, err) => {
    const result = await pr(...args);

    expect(result.code).toBe(1);
    expect(result.err).toContain(err);
    expect(result.err).toContain('--help');
  });

  it('escapes hidden characters in a title', async () => {
    await push(site.workingCopy, { branch: 'feature/hidden' });

    const opened = await pr('open', 'feature/hidden', '--title', 'a\u202eb\u001b[8mc');

    expect(opened.out).toContain('a\\u202eb\\u001b[8mc  open');
    expect((await pr('list')).out).toContain('a\\u202eb\\u001b[8mc  open');
    await pr('decline', /^#(\d+)/.exec(opened.out)?.[1] ?? '');
  });

  it('has a help text', async () => {
    const { code, out } = await pr('--help');

    expect(code).toBe(0);
    for (const word of [
      'open',
      'list',
      'update',
      'merge',
      'decline',
      'BOUGH_BITBUCKET_URL',
      'acme/website',
    ]) {
      expect(out).toContain(word);
    }
  });

  it('explains how to start the playground when nothing answers', async () => {
    const env = { ...process.env, BOUGH_BITBUCKET_URL: 'http://127.0.0.1:1' };
    const script = join(ROOT, 'local/bitbucket/pr/main.ts');

    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', script, 'list'], {
      env,
      cwd: ROOT,
    });

    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'Nothing answers at http://127.0.0.1:1. Start the local stack with `npm start`, or set BOUGH_BITBUCKET_URL.\n',
    });
  });
});
