import { mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../support/cli.ts';
import { filesOfExample } from '../../../support/examples.ts';

/** A git repository with these files. */
async function aRepository(files: Record<string, string> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'bough-init-'));
  await mkdir(join(root, '.git'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

describe('bough init', () => {
  it('writes the scripts of the example that fits, executable, and says what comes next', async () => {
    const root = await aRepository({ 'package.json': '{"devDependencies": {"vite": "^8.0.0"}}' });

    const { code, stdout, stderr } = await runCli(['init', root]);

    expect(code).toBe(0);
    expect(stdout).toBe('.bough/config.yaml\n.bough/deploy\n');
    expect(stderr).toContain('The repository has Vite in package.json: the example vite-spa fits.');
    expect(stderr).toContain('  git add --chmod=+x .bough/deploy\n  git commit');
    expect(stderr).not.toContain('git init');
    const script = join(root, '.bough/deploy');
    expect(await readFile(script, 'utf8')).toBe(filesOfExample('vite-spa')['.bough/deploy']);
    expect((await stat(script)).mode & 0o777).toBe(0o755);
    expect((await stat(join(root, '.bough/config.yaml'))).mode & 0o111).toBe(0);
  });

  it('asks at a terminal, with the proposal as the default', async () => {
    const proposed = await aRepository({ 'index.html': 'hello' });
    const other = await aRepository({ 'index.html': 'hello' });

    const accepted = await runCli(['init', proposed], { answers: [''] });
    const chosen = await runCli(['init', other], { answers: ['A monorepo with several sites (monorepo)'] });

    expect(accepted.stderr).toContain('the example static-site fits');
    expect(await readFile(join(proposed, '.bough/deploy'), 'utf8')).toContain('directory public');
    expect(chosen.stderr).toContain('Note: Set `primary` in .bough/deploy');
    expect(await readFile(join(other, '.bough/deploy'), 'utf8')).toContain('primary=shop');
  });

  it('lists the examples when none fits and nobody can be asked', async () => {
    const root = await aRepository({ 'package.json': 'not JSON' });

    const { code, stderr } = await runCli(['init', root]);

    expect(code).toBe(1);
    expect(stderr).toContain('Choose one with --example:\n  static-site  A static site without a build\n');
    expect(await readdir(root)).not.toContain('.bough');
  });

  it('writes into the root of the repository of a directory', async () => {
    const root = await aRepository({ 'src/index.html': 'hello' });

    await runCli(['init', join(root, 'src'), '--example', 'static-site']);

    expect(await readdir(join(root, '.bough'))).toEqual(['deploy']);
  });

  it('begins with git init where there is no repository yet', async () => {
    const root = await mkdtemp(join(tmpdir(), 'bough-init-'));

    const { stderr } = await runCli(['init', root, '--example', 'static-site']);

    expect(stderr).toContain('Next:\n  git init\n  git add .bough\n');
  });

  it('replaces existing files only with --force', async () => {
    const root = await aRepository({ '.bough/deploy': 'mine' });
    const init = (...options: string[]) => runCli(['init', root, '--example', 'static-site', ...options]);

    const refused = await init('--yes');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('files exist: .bough/deploy.'),
    });
    expect(await readFile(join(root, '.bough/deploy'), 'utf8')).toBe('mine');

    expect((await init('--force')).code).toBe(0);
    expect(await readFile(join(root, '.bough/deploy'), 'utf8')).toContain('#!/bin/sh');
    expect((await stat(join(root, '.bough/deploy'))).mode & 0o111).toBe(0o111);
  });

  it('writes nothing outside of the repository', async () => {
    const elsewhere = await aRepository({ deploy: 'theirs' });
    const linkedDirectory = await aRepository();
    await symlink(elsewhere, join(linkedDirectory, '.bough'));
    const linkedFile = await aRepository({ '.bough/other': '' });
    await symlink(join(elsewhere, 'deploy'), join(linkedFile, '.bough/deploy'));
    const init = (root: string) => runCli(['init', root, '--example', 'static-site', '--force']);

    expect(await init(linkedDirectory)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('.bough is not a directory.'),
    });
    expect((await init(linkedFile)).code).toBe(0);
    expect(await readFile(join(elsewhere, 'deploy'), 'utf8')).toBe('theirs');
  });

  it('names a missing directory and an unknown example', async () => {
    expect((await runCli(['init', '/no/such'])).stderr).toContain('Directory not found: /no/such');
    expect((await runCli(['init', '--example', 'cobol'])).stderr).toContain(
      'Allowed choices are static-site',
    );
  });
});
