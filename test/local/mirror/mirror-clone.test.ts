import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { mirrorRefs } from '../../../shared/workflow/mirror/steps/mirror-refs.ts';
import { openRepository } from '../../support/git-repository.ts';
import {
  asRemote,
  type MirrorStage,
  mirrorDifficultHistory,
  refsOf,
  startMirrorStage,
} from '../../support/mirrored-repository.ts';

let stage: MirrorStage;
beforeAll(async () => {
  stage = await startMirrorStage();
});
afterAll(() => stage.stop());
beforeEach(() => stage.useTemporaryDirectory());

describe('bough mirror:clone', () => {
  it('creates a clone with every reference, and checks out the default branch', async () => {
    await using world = await stage.aMirroredRepository();
    await mirrorDifficultHistory(world);
    const { repository, directory, project, repositoryUrl } = world;

    const { code, stdout, stderr } = await world.clone(project, directory);

    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${directory}\n`,
      stderr: expect.stringMatching(/^Downloading 4 bundles, 0\.\d{3} MB\n/),
    });
    const clone = openRepository(directory);
    clone.git('fsck', '--full', '--strict', '--no-dangling');
    expect(refsOf(clone)).toEqual(asRemote(repository.refs()));
    expect(clone.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(clone.git('symbolic-ref', 'refs/remotes/origin/HEAD')).toBe('refs/remotes/origin/main');
    expect(clone.git('status', '--porcelain', '--branch')).toBe('## main...origin/main');
    expect(readFileSync(join(directory, 'side'), 'utf8')).toBe('forced');
    expect(clone.objects()).toEqual(repository.objects());
    expect(clone.git('remote', '-v').split('\n')).toEqual([
      `origin\t${repositoryUrl} (fetch)`,
      `origin\t${repositoryUrl} (push)`,
    ]);
    expect(stage.temporaryFiles()).toEqual([]);
  });

  it.each(['--mirror', '--bare'])(
    'with %s makes a bare repository with the references as they are',
    async (option) => {
      await using world = await stage.aMirroredRepository();
      await mirrorDifficultHistory(world);
      const { repository, directory, project, repositoryUrl } = world;

      expect(await world.clone(project, directory, option)).toMatchObject({ code: 0 });

      const clone = openRepository(directory);
      clone.git('fsck', '--full', '--strict', '--no-dangling');
      expect(clone.refs()).toEqual(repository.refs());
      expect(clone.objects()).toEqual(repository.objects());
      expect(clone.git('rev-parse', '--is-bare-repository')).toBe('true');
      expect(clone.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
      expect(clone.git('config', 'remote.origin.url')).toBe(repositoryUrl);
      // A push must not delete newer references on Bitbucket.
      expect(() => clone.git('config', 'remote.origin.mirror')).toThrow();
    },
  );

  it('creates a clone that pulls from Bitbucket', async () => {
    await using world = await stage.aMirroredRepository();
    await mirrorDifficultHistory(world);
    const { repository, directory, project } = world;
    await world.clone(project, directory);
    const clone = openRepository(directory);
    const pushed = repository.commit({ branch: 'main', files: { page: 'after the clone' } });

    // Asynchronous, because the server is in this process.
    await promisify(execFile)('git', ['-C', directory, 'pull', '--quiet', '--ff-only']);

    expect(clone.git('rev-parse', 'HEAD')).toBe(pushed);
    expect(clone.git('config', '--get-all', 'remote.origin.fetch')).toBe(
      '+refs/heads/*:refs/remotes/origin/*',
    );
    // git can repack packs with duplicate objects.
    clone.git('gc', '--quiet');
    clone.git('fsck', '--full', '--strict', '--no-dangling');
  });

  it('accepts bundles with the same objects, as concurrent pushes create them', async () => {
    await using world = await stage.aMirroredRepository();
    const { repository, directory, project, mirrors, source } = world;
    const base = repository.commit({ branch: 'main', files: { page: 'base' } });
    await world.mirror();
    const shared = repository.commit({ branch: 'a', from: base, files: { page: 'shared' } });
    repository.setRef('refs/heads/b', shared);
    const mirrorBranch = (branch: string) => {
      const set = new Map([[`refs/heads/${branch}`, shared]]);
      return mirrorRefs({ mirrors, clock: systemClock }, project, source, { set }, () => undefined);
    };
    await Promise.all(['a', 'b'].map(mirrorBranch));
    expect((await mirrors.read(project, 'all')).bundles).toHaveLength(3);

    expect(await world.clone(project, directory)).toMatchObject({ code: 0 });

    const clone = openRepository(directory);
    clone.git('fsck', '--full', '--strict');
    expect(refsOf(clone)).toEqual(asRemote(repository.refs()));
    clone.git('repack', '-adq');
    clone.git('multi-pack-index', 'write');
    clone.git('fsck', '--full', '--strict');
  });

  it('accepts objects that are deltas of each other, as changes and reverts create them', async () => {
    await using world = await stage.aMirroredRepository();
    const { repository, directory, project } = world;
    const versions = (end: string) =>
      Object.fromEntries(
        Array.from({ length: 20 }, (_, file) => [
          `file-${file}`,
          `${Array.from({ length: 300 }, (_, line) => `file ${file}, line ${line}`).join('\n')}\n${end}`,
        ]),
      );
    for (const end of ['one', 'two', 'one', 'two', 'one']) {
      repository.commit({ branch: 'main', files: versions(end) });
      await world.mirror();
    }

    expect(await world.clone(project, directory)).toMatchObject({ code: 0 });

    const clone = openRepository(directory);
    clone.git('fsck', '--full', '--strict');
    expect(clone.objects()).toEqual(repository.objects());
  });

  it('accepts thousands of references, whose list is in S3', async () => {
    await using world = await stage.aMirroredRepository();
    const { repository, directory, project, mirrors } = world;
    const commit = repository.commit({ branch: 'main', files: { page: 'one' } });
    const state = await world.mirror();
    const set = new Map<string, string>();
    for (let index = 0; index < 10_000; index++) {
      set.set(`refs/heads/team/${'n'.repeat(100)}/${index}`, commit);
    }
    const many = await mirrors.commit(project, state, { set, drop: [], swept_at: null });
    const [dropped, kept] = ['1', '2'].map((index) => `refs/heads/team/${'n'.repeat(100)}/${index}`);
    const later = { set: new Map([[`${kept}-later`, commit]]), drop: [`${dropped}`], swept_at: null };
    const { heads } = await mirrors.commit(project, many, later);

    expect(await world.clone(project, directory)).toMatchObject({ code: 0 });

    expect(refsOf(openRepository(directory))).toEqual(asRemote(new Map(heads)));
  });
});
