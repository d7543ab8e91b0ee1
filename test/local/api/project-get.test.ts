import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anEnvironment, aProject, aPullRequestEnvironment } from '../../support/builders.ts';
import { openRepository } from '../../support/git-repository.ts';
import { type MirrorStage, startMirrorStage } from '../../support/mirrored-repository.ts';

let stage: MirrorStage;
beforeAll(async () => {
  stage = await startMirrorStage();
});
afterAll(() => stage.stop());
beforeEach(() => stage.useTemporaryDirectory());

/** Creates a mirror with a main branch of three commits, a branch and a pull request, and a working directory. */
async function aWorld() {
  const world = await stage.aMirroredRepository();
  const { repository, project, directory } = world;
  repository.commit({ branch: 'main', files: { page: 'one' } });
  repository.commit({ branch: 'main', files: { page: 'two' } });
  const main = repository.commit({ branch: 'main', files: { page: 'three' } });
  const topic = repository.commit({ branch: 'feature/x', files: { page: 'topic' }, from: main });
  const proposed = repository.commit({ branch: 'proposed', files: { page: 'proposed' }, from: topic });
  repository.setRef('refs/pull-requests/1/from', proposed);
  repository.deleteRef('refs/heads/proposed');
  await world.mirror();
  const own = { project, integration: 'integration23' };
  await world.environments.save(anEnvironment({ ...own, id: 'feature/x', head_commit: topic }));
  await world.environments.save(aPullRequestEnvironment({ ...own, head_commit: proposed }));
  await world.environments.save(
    anEnvironment({ ...own, id: 'experiment', has_remote: false, head_commit: main }),
  );
  await world.environments.save(anEnvironment({ ...own, id: 'empty', head_commit: null }));
  mkdirSync(directory);
  const env = {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return {
    ...world,
    main,
    topic,
    proposed,
    target: join(directory, 'target'),
    get: (argv: string[], options: { answers?: string[] } = {}) =>
      world.bough(['project:get', ...argv], { env, ...options }),
  };
}

describe('bough project:get', () => {
  it('clones the default branch, and prints the directory', async () => {
    await using world = await aWorld();
    const { project, target, repositoryUrl } = world;

    const { code, stdout, stderr } = await world.get([project, target]);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr.startsWith(`Downloading project Website (${project})\n`)).toBe(true);
    expect(
      stderr.endsWith(`\nThe project Website (${project}) was successfully downloaded to: ${target}\n`),
    ).toBe(true);
    const clone = openRepository(target);
    expect(clone.git('status', '--porcelain', '--branch')).toBe('## main...origin/main');
    expect(clone.git('remote', 'get-url', 'origin')).toBe(repositoryUrl);
    expect(stage.temporaryFiles()).toEqual([]);
  });

  it.each([
    ['a branch', 'feature/x', 'topic', '## feature/x...origin/feature/x'],
    ['a pull request', 'pr-1', 'proposed', '## HEAD (no branch)'],
    ['what was branched here', 'experiment', 'main', '## HEAD (no branch)'],
  ] as const)('checks out the environment of %s', async (_, id, commit, status) => {
    await using world = await aWorld();

    const { code } = await world.get([world.project, world.target, '-e', id]);

    expect(code).toBe(0);
    const clone = openRepository(world.target);
    expect(clone.git('rev-parse', 'HEAD')).toBe(world[commit]);
    expect(clone.git('status', '--porcelain', '--branch')).toBe(status);
    clone.git('fsck', '--full', '--strict');
  });

  it.each([
    ['the default branch', [], 'main'],
    ['a branch', ['-e', 'feature/x'], 'topic'],
    ['a pull request', ['-e', 'pr-1'], 'proposed'],
  ] as const)('clones as little of %s as is asked for', async (_, argv, commit) => {
    await using world = await aWorld();

    const { code, stderr } = await world.get([world.project, world.target, '--depth', '1', ...argv]);

    expect({ code, stderr }).toMatchObject({ code: 0 });
    const clone = openRepository(world.target);
    expect(clone.git('rev-list', '--all', 'HEAD')).toBe(world[commit]);
    expect(clone.git('rev-parse', '--is-shallow-repository')).toBe('true');
  });

  it("names the directory after the project's title, or as the user says", async () => {
    await using world = await aWorld();
    await world.projects.save(aProject({ id: world.project, title: 'Größe & Ruhm: Website', version: 2 }));
    vi.spyOn(process, 'cwd').mockReturnValue(world.directory);
    try {
      expect(await world.get([])).toMatchObject({ code: 0 });
      expect(await world.get(['-p', world.project], { answers: ['mine'] })).toMatchObject({ code: 0 });
    } finally {
      vi.restoreAllMocks();
    }
    expect(readdirSync(world.directory).sort()).toEqual(['gro-e-ruhm-website', 'mine']);
  });

  it('changes no existing file', async () => {
    await using world = await aWorld();
    writeFileSync(world.target, 'mine');

    const { code, stderr } = await world.get([world.project, world.target]);

    expect([code, stderr]).toEqual([1, `The destination path already exists: ${world.target}\n`]);
    expect(readFileSync(world.target, 'utf8')).toBe('mine');
  });

  it.each<[string[], string]>([
    [['--depth', 'all'], 'The --depth value must be an integer.\n'],
    [['--depth', '0'], 'The --depth value must be an integer.\n'],
    [['PROJECT', '-p', 'PROJECT'], 'You cannot use both the --project option and the <project> argument.\n'],
    [['nope'], 'Specified project not found: nope\n'],
    [['PROJECT', 'TARGET', '-e', 'nope'], 'Specified environment not found: nope\n'],
    [['PROJECT', 'TARGET/below'], 'Directory not found: TARGET\n'],
    [
      ['PROJECT', 'TARGET', '-e', 'empty'],
      'The environment empty has no code yet. Push to its branch first.\n',
    ],
  ])('refuses %j', async (argv, message) => {
    await using world = await aWorld();
    const fill = (text: string) => text.replace('PROJECT', world.project).replace('TARGET', world.target);

    const { code, stderr } = await world.get(argv.map(fill));

    expect(code).toBe(1);
    expect(stderr.endsWith(fill(message))).toBe(true);
    expect(readdirSync(world.directory).filter((name) => name === basename(world.target))).toEqual([]);
  });
});
