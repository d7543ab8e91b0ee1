import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRepository } from '../../support/git-repository.ts';
import {
  expiringLinks,
  type MirrorStage,
  mirrorTwice,
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
  it('finds the only project, and names the directory after the repository', async () => {
    await using world = await stage.aMirroredRepository();
    world.repository.commit({ branch: 'main', files: { page: 'one' } });
    await world.mirror();
    const parent = world.directory;
    mkdirSync(parent);
    vi.spyOn(process, 'cwd').mockReturnValue(parent);
    try {
      expect(await world.clone()).toMatchObject({ code: 0, stdout: `${join(parent, world.name)}\n` });
      expect(await world.clone('--project', world.project, 'there')).toMatchObject({ code: 0 });
      expect(await world.clone('--bare', '-p', world.project)).toMatchObject({ code: 0 });
    } finally {
      vi.restoreAllMocks();
    }
    expect(readdirSync(parent).sort()).toEqual([world.name, `${world.name}.git`, 'there']);
  });

  it('clones into an empty directory, whatever git’s environment and configuration say', async () => {
    await using world = await stage.aMirroredRepository();
    const commit = world.repository.commit({ branch: 'develop', files: { page: 'one' } });
    world.repository.setRef('refs/heads/main', commit);
    await world.mirror();
    await world.setDefaultBranch('develop');
    mkdirSync(world.directory);
    const config = stage.aPath();
    writeFileSync(
      config,
      '[clone]\n defaultRemoteName = upstream\n[init]\n defaultBranch = trunk\n[protocol "file"]\n allow = never\n',
    );
    const elsewhere = {
      GIT_CONFIG_GLOBAL: config,
      GIT_DIR: world.repository.directory,
      GIT_WORK_TREE: stage.root,
    };

    const { code, stderr } = await world.cloneWith(elsewhere, world.project, world.directory);

    expect({ code, stderr }).toMatchObject({ code: 0 });
    const clone = openRepository(world.directory);
    expect(clone.git('symbolic-ref', 'HEAD')).toBe('refs/heads/develop');
    expect(clone.git('symbolic-ref', 'refs/remotes/origin/HEAD')).toBe('refs/remotes/origin/develop');
  });

  it('omits references that conflict in git, and reports them', async () => {
    await using world = await stage.aMirroredRepository();
    const { repository, directory, project, mirrors } = world;
    const commit = repository.commit({ branch: 'main', files: { page: 'one' } });
    const state = await world.mirror();
    const set = new Map(['refs/heads/feature', 'refs/heads/feature/x'].map((ref) => [ref, commit]));
    await mirrors.commit(project, state, { set, drop: [], swept_at: null });

    const { code, stderr } = await world.clone(project, directory);

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(
        'Warning: refs/heads/feature is omitted, because other references are below it.\n',
      ),
    });
    expect([...refsOf(openRepository(directory)).keys()]).toEqual([
      'refs/remotes/origin/feature/x',
      'refs/remotes/origin/main',
    ]);
  });

  it.each([
    ['that is not mirrored', 'trunk'],
    ['that is not known yet', null],
  ])('checks out nothing with a default branch %s', async (_, branch) => {
    await using world = await stage.aMirroredRepository();
    world.repository.commit({ branch: 'develop', files: { page: 'one' } });
    await world.mirror();
    await world.setDefaultBranch(branch);

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('nothing is checked out') });
    expect(readdirSync(world.directory)).toEqual(['.git']);
    expect([...refsOf(openRepository(world.directory)).keys()]).toEqual(['refs/remotes/origin/develop']);
  });

  it('requests new links when the first ones have expired', async () => {
    await using world = await stage.aMirroredRepository();
    await mirrorTwice(world);
    await using links = await expiringLinks(world, (mirror) => mirror);

    expect(await world.clone(world.project, world.directory)).toMatchObject({ code: 0 });

    expect(links.calls()).toBeGreaterThan(1);
    expect(readFileSync(join(world.directory, 'page'), 'utf8')).toBe('two');
  });

  it('has no URL of origin for a project without an integration', async () => {
    await using world = await stage.aMirroredRepository();
    world.repository.commit({ branch: 'main', files: { page: 'one' } });
    await world.mirror();
    const [integration] = await world.integrations.listOf(world.project);
    await world.integrations.remove(integration!);

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('origin is not set') });
    const config = openRepository(world.directory).git('config', '--get-regexp', '^remote');
    expect(config).toBe('remote.origin.fetch +refs/heads/*:refs/remotes/origin/*');
  });

  it('reports Git LFS files and submodules, which it does not fetch', async () => {
    await using world = await stage.aMirroredRepository();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
    world.repository.commit({
      branch: 'main',
      files: {
        'assets/.gitattributes': '*.bin filter=lfs diff=lfs\n',
        'assets/a.bin': pointer,
        '.gitmodules': '[submodule "m"]\n\tpath = m\n\turl = https://example.org/m.git\n',
      },
    });
    await world.mirror();

    // The configuration of Git LFS, and a filter that fails without the files.
    const config = stage.aPath();
    const smudge = 'test -n \\"$GIT_LFS_SKIP_SMUDGE\\" && cat';
    writeFileSync(config, `[filter "lfs"]\n required = true\n clean = cat\n smudge = "${smudge}"\n`);
    const { code, stderr } = await world.cloneWith(
      { GIT_CONFIG_GLOBAL: config },
      world.project,
      world.directory,
    );

    expect(code).toBe(0);
    expect(stderr).toContain('run in the clone: git lfs pull\n');
    expect(stderr).toContain('run in the clone: git submodule update --init\n');
    expect(readFileSync(join(world.directory, 'assets/a.bin'), 'utf8')).toBe(pointer);
  });
});
