import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPointers } from '../../shared/git/pointers.ts';
import { createRepository, openRepository } from '../support/git-repository.ts';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
const attributes = '*.bin filter=lfs diff=lfs merge=lfs -text\n';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bough-pointers-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** The external contents of a checkout with these files. */
async function pointersOf(files: Record<string, string>, prepare: (checkout: string) => void = () => {}) {
  const bare = createRepository(root, 'r.git');
  bare.git('init', '--quiet', 'checkout');
  const { directory, git } = openRepository(join(bare.directory, 'checkout'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  prepare(directory);
  git('add', '--all');
  return findPointers(directory, async (args) => git(...args));
}

describe('a checkout', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['nothing', {}, false],
    ['a pointer', { '.gitattributes': attributes, 'a.bin': pointer }, true],
    [
      'a pointer among other files',
      { '.gitattributes': attributes, 'a.bin': 'old', 'b.bin': '', 'ü/c.bin': pointer },
      true,
    ],
    ['a pointer with rules in its directory', { 'd/.gitattributes': attributes, 'd/a.bin': pointer }, true],
    ['fetched files', { '.gitattributes': attributes, 'a.bin': `\0${'x'.repeat(5000)}` }, false],
    ['rules without files', { '.gitattributes': attributes, 'a.txt': pointer }, false],
    ['a pointer without rules, which is a plain text file', { 'a.bin': pointer }, false],
    [
      'a file that is longer than a pointer can be',
      { '.gitattributes': attributes, 'a.bin': pointer + 'x'.repeat(1024) },
      false,
    ],
  ])('with %s', async (_, files, lfs) => {
    expect(await pointersOf(files)).toEqual({ lfs, submodules: false });
  });

  it('with symbolic links is not followed', async () => {
    const files = { '.gitattributes': '* filter=lfs\n' };

    expect(
      await pointersOf(files, (checkout) => {
        writeFileSync(join(root, 'outside'), pointer);
        symlinkSync(join(root, 'outside'), join(checkout, 'link'));
        symlinkSync('nowhere', join(checkout, 'broken'));
      }),
    ).toEqual({ lfs: false, submodules: false });
  });

  it('with submodules', async () => {
    const files = {
      '.gitattributes': '* filter=lfs\n',
      '.gitmodules': '[submodule "m"]\n\tpath = m\n\turl = https://example.org/m.git\n',
    };
    const empty = (checkout: string) => {
      const { git } = openRepository(checkout);
      git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},m`);
      mkdirSync(join(checkout, 'm'));
    };

    expect(await pointersOf(files, empty)).toEqual({ lfs: false, submodules: true });
  });
});
