import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restore } from '../../../functions/builder/restore.ts';
import { type BundleChain, createBundleChain } from '../../support/bundle-chain.ts';
import { createRepository, type GitRepository, openRepository } from '../../support/git-repository.ts';
import { type GitServer, startGitServer } from '../../support/git-server.ts';
import { loopback } from '../../support/loopback.ts';

describe('restoring a commit from the mirror', () => {
  const root = mkdtempSync(join(tmpdir(), 'restore-'));
  const environment = { PATH: process.env['PATH'] ?? '' };
  let server: GitServer;
  let source: GitRepository;
  let chain: BundleChain;
  let base: string;
  let dropped: string;
  let forced: string;
  let latest: string;
  let directories = 0;

  const aDirectory = () => join(root, `tree-${directories++}`);
  const read = (directory: string, file: string) => readFileSync(join(directory, file), 'utf8');

  /** Five bundles, with a forced push of main between the first and the third. */
  beforeAll(async () => {
    server = await startGitServer({ root });
    source = createRepository(root, 'source.git');
    mkdirSync(join(root, 'chain'));
    chain = createBundleChain(join(root, 'chain'), {
      url: server.url('source.git'),
      headers: {},
      network: loopback,
    });
    base = source.commit({ branch: 'main', files: { page: 'base', 'dir/other': 'other' } });
    dropped = source.commit({ branch: 'main', files: { page: 'dropped' } });
    await chain.update();
    source.commit({ branch: 'topic', from: dropped, files: { topic: 'built on what is dropped' } });
    await chain.update();
    forced = source.commit({ branch: 'main', from: base, files: { page: 'forced' } });
    source.deleteRef('refs/heads/topic');
    source.collectGarbage();
    await chain.update();
    source.annotatedTag('v1', forced);
    await chain.update();
    latest = source.commit({ branch: 'main', files: { page: 'latest', 'dir/other': null } });
    await chain.update();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  });

  it.each([
    ['the newest one', () => latest, 'latest'],
    ['one before that', () => forced, 'forced'],
    ['one that a force push took away', () => dropped, 'dropped'],
    ['one that was never the tip of a branch', () => base, 'base'],
  ])('checks out %s', async (_, commit, page) => {
    const directory = aDirectory();

    await restore({ bundles: chain.bundles, directory, commit: commit(), environment });

    expect(read(directory, 'page')).toBe(page);
    expect(existsSync(join(directory, 'dir/other'))).toBe(page !== 'latest');
    const tree = openRepository(directory);
    expect(tree.git('rev-parse', 'HEAD')).toBe(commit());
    expect(tree.git('status', '--porcelain')).toBe('');
    expect(tree.git('rev-parse', '--symbolic-full-name', 'HEAD')).toBe('HEAD');
    tree.git('fsck', '--full', '--strict', '--no-dangling');
  });

  it('accepts a part of the chain', async () => {
    const directory = aDirectory();

    await restore({ bundles: chain.bundles.slice(0, 1), directory, commit: dropped, environment });

    expect(read(directory, 'page')).toBe('dropped');
  });

  it('can be repeated in the same directory, over the files of a deployment', async () => {
    const directory = aDirectory();
    await restore({ bundles: chain.bundles.slice(0, 1), directory, commit: dropped, environment });
    writeFileSync(join(directory, 'page'), 'changed by a deployment');

    await restore({ bundles: chain.bundles, directory, commit: latest, environment });

    expect(read(directory, 'page')).toBe('latest');
  });

  it('leaves submodules and Git LFS pointers as they are', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n';
    source.commit({
      branch: 'main',
      files: { '.gitattributes': '*.bin filter=lfs diff=lfs\n', 'a.bin': pointer },
    });
    const commit = source.fastImport(
      `commit refs/heads/main\nmark :1\ncommitter A <a@example.org> 1700009999 +0000\ndata 1\nx\nfrom refs/heads/main^0\n` +
        `M 160000 ${'1'.repeat(40)} module\n` +
        `M 100644 inline .gitmodules\ndata <<END\n[submodule "module"]\n\tpath = module\n\turl = https://example.org/m.git\nEND\n\n` +
        'get-mark :1\n',
    );
    await chain.update();
    const directory = aDirectory();

    await restore({ bundles: chain.bundles, directory, commit, environment });

    expect(read(directory, 'a.bin')).toBe(pointer);
    expect(openRepository(directory).git('status', '--porcelain')).toBe('');
    expect(openRepository(directory).git('submodule', 'status')).toBe(`-${'1'.repeat(40)} module`);
  });

  it("ignores the machine's git configuration and hooks", async () => {
    const directory = aDirectory();
    const home = aDirectory();
    const hooks = join(home, 'hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(join(hooks, 'post-checkout'), `#!/bin/sh\ntouch ${home}/ran\n`, { mode: 0o755 });
    writeFileSync(
      join(home, '.gitconfig'),
      `[core]\n\thooksPath = ${hooks}\n[init]\n\ttemplateDir = ${home}\n`,
    );

    const steering = { HOME: home, GIT_DIR: home, GIT_TEMPLATE_DIR: home, GIT_OBJECT_DIRECTORY: home };
    await restore({
      bundles: chain.bundles,
      directory,
      commit: latest,
      environment: { ...environment, ...steering },
    });

    expect(read(directory, 'page')).toBe('latest');
    expect(existsSync(join(home, 'ran'))).toBe(false);
  });

  describe('when the restore fails', () => {
    it.each([
      ['1'.repeat(40), `the mirror has no commit ${'1'.repeat(40)}`],
      ['main', '"main" is not the id of a commit'],
      ['--upload-pack=touch', '"--upload-pack=touch" is not the id of a commit'],
    ])('reports that the commit %s is missing', async (commit, message) => {
      await expect(
        restore({ bundles: chain.bundles, directory: aDirectory(), commit, environment }),
      ).rejects.toMatchObject({ code: 'git_commit_missing', message, remedy: expect.any(String) });
    });

    it('reports that an object is not a commit', async () => {
      const commit = source.git('rev-parse', `${latest}^{tree}`);

      await expect(
        restore({ bundles: chain.bundles, directory: aDirectory(), commit, environment }),
      ).rejects.toMatchObject({ code: 'git_commit_missing' });
    });

    it('names the commit of a missing bundle', async () => {
      const bundles = chain.bundles.filter((_, index) => index !== 0);

      await expect(
        restore({ bundles, directory: aDirectory(), commit: latest, environment }),
      ).rejects.toMatchObject({
        code: 'git_restore_failed',
        message: expect.stringMatching(
          new RegExp(`1\\.bundle builds on ${dropped}, which no bundle before it has`),
        ),
      });
    });

    it('reports that a bundle is missing', async () => {
      await expect(
        restore({ bundles: [join(root, 'absent')], directory: aDirectory(), commit: latest, environment }),
      ).rejects.toMatchObject({ code: 'git_restore_failed', message: expect.stringContaining('absent') });
    });

    it.each([
      ['no bundle', () => Buffer.from('hello\n\nworld'), 'git_bundle_invalid'],
      ['empty', () => Buffer.alloc(0), 'git_bundle_invalid'],
      ['cut short', () => readFileSync(chain.bundles[0]!).subarray(0, -30), 'git_restore_failed'],
      ['damaged', () => damaged(readFileSync(chain.bundles[0]!)), 'git_restore_failed'],
    ])('reports that a bundle is %s', async (_, content, code) => {
      const bundle = join(root, `bundle-${directories++}`);
      writeFileSync(bundle, content());

      await expect(
        restore({ bundles: [bundle], directory: aDirectory(), commit: base, environment }),
      ).rejects.toMatchObject({ code });
    });

    it('reports that git is not installed', async () => {
      await expect(
        restore({
          bundles: chain.bundles,
          directory: aDirectory(),
          commit: base,
          environment: { PATH: '/nowhere' },
        }),
      ).rejects.toMatchObject({ code: 'git_restore_failed', message: expect.stringContaining('ENOENT') });
    });
  });
});

/** The same bundle with changed bytes in its last object. */
function damaged(bundle: Buffer): Buffer {
  return bundle.fill(0, bundle.length - 60, bundle.length - 50);
}
