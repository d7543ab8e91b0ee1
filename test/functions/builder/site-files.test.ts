import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listSiteFiles } from '../../../functions/builder/site-files.ts';
import { temporaryDirectory, writeFiles } from './builder-fixture.ts';

let directory: string;
let remove: () => void;
beforeEach(() => {
  ({ directory, remove } = temporaryDirectory());
  mkdirSync(join(directory, 'site'));
});
afterEach(() => remove());

async function list(root = 'site', within = ['site', 'checkout']) {
  const leftOut: string[] = [];
  const bounds = within.map((name) => join(directory, name));
  const files = await listSiteFiles(join(directory, root), bounds, (name) => leftOut.push(name));
  return { names: files.map(({ name }) => name), leftOut };
}

function link(target: string, name: string) {
  symlinkSync(target, join(directory, name));
}

describe('the files of a site', () => {
  it('are all files below its directory, including hidden files', async () => {
    writeFiles(directory, {
      'site/index.html': 'x',
      'site/a/b/c.css': 'x',
      'site/.well-known/security.txt': '',
    });

    expect(await list()).toEqual({
      names: ['.well-known/security.txt', 'a/b/c.css', 'index.html'],
      leftOut: [],
    });
  });

  it('are none when the directory does not exist', async () => {
    expect(await list('no-site')).toEqual({ names: [], leftOut: [] });
  });

  it('exclude `.git` and `.bough` at any depth', async () => {
    writeFiles(directory, {
      'site/.git/config': 'x',
      'site/.bough/deploy': 'x',
      'site/vendor/.git': 'gitdir: x',
      'site/.gitignore': 'x',
    });

    expect(await list()).toEqual({ names: ['.gitignore'], leftOut: [] });
  });

  it('include the targets of links within the site and the checkout', async () => {
    writeFiles(directory, { 'site/v2/index.html': 'x', 'checkout/dist/app.js': 'x' });
    link('v2', 'site/latest');
    link('../checkout/dist', 'site/assets');
    link('v2/index.html', 'site/index.html');

    expect(await list()).toEqual({
      names: ['assets/app.js', 'index.html', 'latest/index.html', 'v2/index.html'],
      leftOut: [],
    });
  });

  it('can be in a directory that the site itself links to', async () => {
    writeFiles(directory, { 'checkout/dist/index.html': 'x' });
    link('checkout/dist', 'built');

    expect(await list('built')).toEqual({ names: ['index.html'], leftOut: [] });
  });

  it('exclude links to outside, to unpublished files, to nothing, and in a cycle', async () => {
    writeFiles(directory, { 'secrets/key': 'x', 'checkout/.git/config': 'x', 'site/a/index.html': 'x' });
    link('../secrets/key', 'site/file');
    link('../secrets', 'site/directory');
    link('../checkout/.git/config', 'site/history');
    link('nowhere', 'site/nothing');
    link('..', 'site/a/loop');
    link('itself', 'site/itself');

    const { names, leftOut } = await list();

    expect(names).toEqual(['a/index.html']);
    expect(leftOut.sort()).toEqual(['a/loop', 'directory', 'file', 'history', 'itself', 'nothing']);
  });
});
