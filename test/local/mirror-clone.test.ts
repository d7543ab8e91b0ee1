import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { s3MirrorLinks } from '../../functions/api/s3-mirror-links.ts';
import { s3Mirrors } from '../../shared/adapters/aws/mirrors.ts';
import { dynamoTable } from '../../shared/adapters/aws/table.ts';
import { gitSource } from '../../shared/git/source.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { mirrorRefs } from '../../shared/workflow/mirror-refs.ts';
import { type AwsStandIns, contentOf, startAwsStandIns } from '../support/aws-stand-ins.ts';
import { anIntegration, aProject } from '../support/builders.ts';
import { cliWorld } from '../support/cli.ts';
import { createRepository, type GitRepository, openRepository } from '../support/git-repository.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { startHttpServer } from '../support/http-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let local: AwsStandIns;
let server: GitServer;
let root: string;
let temporary: string;
let names = 0;
const path = process.env['PATH'] ?? '';
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'bough-clone-'));
  local = await startAwsStandIns();
  server = await startGitServer({ root });
});
afterAll(async () => {
  await server.stop();
  await local.stop();
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  temporary = join(root, `tmp-${names++}`);
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  return () => vi.unstubAllEnvs();
});

/** A repository, its mirror in S3, and the command over an API that has the project. */
async function aMirroredRepository() {
  const name = `repository-${names++}`;
  const repository = createRepository(root, `${name}.git`);
  const table = dynamoTable(local.dynamodb, local.tableName);
  const mirrors = s3Mirrors(table, local.s3, local.bucket);
  const repositoryUrl = server.url(`${name}.git`);
  const source = gitSource({ url: repositoryUrl, headers: {} });
  const world = await cliWorld();
  Object.assign(world.ports, {
    mirrorLinks: s3MirrorLinks(table, local.s3, local.bucket),
    repositoryUrl: () => repositoryUrl,
  });
  const project = name;
  await world.projects.save(aProject({ id: project }));
  await world.integrations.save(anIntegration({ project }));
  const cloneWith = (env: Record<string, string>, ...args: string[]) =>
    world.bough(['mirror:clone', ...args], {
      env: { PATH: path, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...env },
    });
  return {
    ...world,
    name,
    repository,
    repositoryUrl,
    project,
    mirrors,
    source,
    async setDefaultBranch(default_branch: string | null) {
      await world.projects.save(aProject({ id: project, default_branch, version: 2 }));
    },
    /** Brings the mirror up to date with the repository, as a fetch does. */
    async mirror() {
      const known = await mirrors.read(project);
      const set = repository.refs();
      const drop = [...known.heads.keys()].filter((ref) => !set.has(ref));
      return mirrorRefs({ mirrors, clock: systemClock }, project, source, { set, drop }, () => undefined);
    },
    cloneWith,
    clone: (...args: string[]) => cloneWith({}, ...args),
    directory: join(root, `clone-${names++}`),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** The source's references where a clone has them. */
function asRemote(refs: Map<string, string>): Map<string, string> {
  return new Map([...refs].map(([ref, id]) => [ref.replace(/^refs\/heads\//, 'refs/remotes/origin/'), id]));
}

/** A clone's references, without its own branch and what names another. */
function refsOf(clone: GitRepository): Map<string, string> {
  const own = /^refs\/(heads\/|remotes\/origin\/HEAD$)/;
  return new Map([...clone.refs()].filter(([ref]) => !own.test(ref)));
}

/** A history with what is difficult in it, in several bundles. */
async function difficult(world: Awaited<ReturnType<typeof aMirroredRepository>>): Promise<void> {
  const { repository, mirror } = world;
  const long = (letter: string) => Array.from({ length: 4 }, () => letter.repeat(200)).join('/');
  const big = Array.from({ length: 2000 }, (_, line) => `line ${line}`).join('\n');
  const first = repository.commit({ branch: 'main', files: { page: 'one', big } });
  repository.commit({ branch: 'feature', files: { topic: 'a' }, from: first });
  await mirror();
  const dropped = repository.commit({ branch: 'main', files: { page: 'two', big: `${big}\nmore` } });
  repository.annotatedTag('v1', dropped);
  repository.setRef('refs/tags/light', first);
  await mirror();
  repository.deleteRef('refs/heads/feature');
  repository.commit({ branch: 'feature/x', files: { topic: 'b' }, from: first });
  const forced = repository.commit({ branch: 'main', files: { page: 'forced' }, from: first });
  await mirror();
  repository.commit({ branch: 'größe/日本語-🚀', files: { page: 'unicode' }, from: forced });
  repository.commit({ branch: long('x'), files: { big: `${big}\nend` }, from: forced });
  const merged = repository.commit({
    branch: 'main',
    merge: [repository.git('rev-parse', 'feature/x')],
    renames: { page: 'side' },
  });
  repository.annotatedTag('v2', merged);
  repository.setRef('refs/pull-requests/7/from', dropped);
  // One that has the default branch's commit, and comes before it.
  repository.setRef('refs/heads/aaa', merged);
  await mirror();
}

describe('bough mirror:clone', () => {
  it('makes a clone that has every reference, and the default branch checked out', async () => {
    await using world = await aMirroredRepository();
    await difficult(world);
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
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each(['--mirror', '--bare'])(
    'with %s makes a bare repository with the references as they are',
    async (option) => {
      await using world = await aMirroredRepository();
      await difficult(world);
      const { repository, directory, project, repositoryUrl } = world;

      expect(await world.clone(project, directory, option)).toMatchObject({ code: 0 });

      const clone = openRepository(directory);
      clone.git('fsck', '--full', '--strict', '--no-dangling');
      expect(clone.refs()).toEqual(repository.refs());
      expect(clone.objects()).toEqual(repository.objects());
      expect(clone.git('rev-parse', '--is-bare-repository')).toBe('true');
      expect(clone.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
      expect(clone.git('config', 'remote.origin.url')).toBe(repositoryUrl);
      // Nothing that has come to Bitbucket since may be deleted by a push.
      expect(() => clone.git('config', 'remote.origin.mirror')).toThrow();
    },
  );

  it('leaves a clone that goes on with Bitbucket, from where it pulls', async () => {
    await using world = await aMirroredRepository();
    await difficult(world);
    const { repository, directory, project } = world;
    await world.clone(project, directory);
    const clone = openRepository(directory);
    const pushed = repository.commit({ branch: 'main', files: { page: 'after the clone' } });

    // Not in the way of the server, which is in this process.
    await promisify(execFile)('git', ['-C', directory, 'pull', '--quiet', '--ff-only']);

    expect(clone.git('rev-parse', 'HEAD')).toBe(pushed);
    expect(clone.git('config', '--get-all', 'remote.origin.fetch')).toBe(
      '+refs/heads/*:refs/remotes/origin/*',
    );
    // Packs that have an object twice are tidied up like others.
    clone.git('gc', '--quiet');
    clone.git('fsck', '--full', '--strict', '--no-dangling');
  });

  it('takes a chain whose bundles have the same objects, as pushes at the same time leave it', async () => {
    await using world = await aMirroredRepository();
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
    expect((await mirrors.read(project)).bundles).toHaveLength(3);

    expect(await world.clone(project, directory)).toMatchObject({ code: 0 });

    const clone = openRepository(directory);
    clone.git('fsck', '--full', '--strict');
    expect(refsOf(clone)).toEqual(asRemote(repository.refs()));
    clone.git('repack', '-adq');
    clone.git('multi-pack-index', 'write');
    clone.git('fsck', '--full', '--strict');
  });

  it('takes a chain in which objects are deltas of each other, as changes that go back and forth leave it', async () => {
    await using world = await aMirroredRepository();
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

  it('takes thousands of references, whose list comes from S3', async () => {
    await using world = await aMirroredRepository();
    const { repository, directory, project, mirrors } = world;
    const commit = repository.commit({ branch: 'main', files: { page: 'one' } });
    const state = await world.mirror();
    for (let index = 0; index < 10_000; index++) {
      state.heads.set(`refs/heads/team/${'n'.repeat(100)}/${index}`, commit);
    }
    await mirrors.commit(project, { ...state, version: state.version + 1 });

    expect(await world.clone(project, directory)).toMatchObject({ code: 0 });

    expect(refsOf(openRepository(directory))).toEqual(asRemote(state.heads));
  });

  it('finds the project by itself, and is called like the repository', async () => {
    await using world = await aMirroredRepository();
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

  it('goes into a directory that is empty, whatever git is told elsewhere', async () => {
    await using world = await aMirroredRepository();
    const commit = world.repository.commit({ branch: 'develop', files: { page: 'one' } });
    world.repository.setRef('refs/heads/main', commit);
    await world.mirror();
    await world.setDefaultBranch('develop');
    mkdirSync(world.directory);
    const config = join(root, `config-${names++}`);
    writeFileSync(
      config,
      '[clone]\n defaultRemoteName = upstream\n[init]\n defaultBranch = trunk\n[protocol "file"]\n allow = never\n',
    );
    const elsewhere = { GIT_CONFIG_GLOBAL: config, GIT_DIR: world.repository.directory, GIT_WORK_TREE: root };

    const { code, stderr } = await world.cloneWith(elsewhere, world.project, world.directory);

    expect({ code, stderr }).toMatchObject({ code: 0 });
    const clone = openRepository(world.directory);
    expect(clone.git('symbolic-ref', 'HEAD')).toBe('refs/heads/develop');
    expect(clone.git('symbolic-ref', 'refs/remotes/origin/HEAD')).toBe('refs/remotes/origin/develop');
  });

  it('leaves out what git cannot have beside another, and says so', async () => {
    await using world = await aMirroredRepository();
    const { repository, directory, project, mirrors } = world;
    const commit = repository.commit({ branch: 'main', files: { page: 'one' } });
    const state = await world.mirror();
    const heads = new Map([...state.heads, ['refs/heads/feature', commit], ['refs/heads/feature/x', commit]]);
    await mirrors.commit(project, { ...state, heads, version: state.version + 1 });

    const { code, stderr } = await world.clone(project, directory);

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(
        'Warning: refs/heads/feature is left out, because others are below it.\n',
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
  ])('checks nothing out with a default branch %s', async (_, branch) => {
    await using world = await aMirroredRepository();
    world.repository.commit({ branch: 'develop', files: { page: 'one' } });
    await world.mirror();
    await world.setDefaultBranch(branch);

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('nothing is checked out') });
    expect(readdirSync(world.directory)).toEqual(['.git']);
    expect([...refsOf(openRepository(world.directory)).keys()]).toEqual(['refs/remotes/origin/develop']);
  });

  it('has no address for origin when the project has no integration', async () => {
    await using world = await aMirroredRepository();
    world.repository.commit({ branch: 'main', files: { page: 'one' } });
    await world.mirror();
    const [integration] = await world.integrations.listOf(world.project);
    await world.integrations.remove(integration!);

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('origin is nowhere') });
    const config = openRepository(world.directory).git('config', '--get-regexp', '^remote');
    expect(config).toBe('remote.origin.fetch +refs/heads/*:refs/remotes/origin/*');
  });

  it('says what it did not fetch: Git LFS files and submodules', async () => {
    await using world = await aMirroredRepository();
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

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect(code).toBe(0);
    expect(stderr).toContain('run there: git lfs pull\n');
    expect(stderr).toContain('run there: git submodule update --init\n');
    expect(readFileSync(join(world.directory, 'assets/a.bin'), 'utf8')).toBe(pointer);
  });
});

/** Two bundles. */
async function aChain({
  repository,
  mirror,
}: Awaited<ReturnType<typeof aMirroredRepository>>): Promise<void> {
  for (const page of ['one', 'two']) {
    repository.commit({ branch: 'main', files: { page } });
    await mirror();
  }
}

describe('bough mirror:clone leaves nothing behind', () => {
  /** Neither the clone nor anything temporary. */
  const expectNothing = (directory: string) => {
    expect(existsSync(directory)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  };

  it('when there is nothing to clone yet', async () => {
    await using world = await aMirroredRepository();

    const { code, stdout, stderr } = await world.clone(world.project, world.directory);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^There is nothing to clone yet\. /);
    expectNothing(world.directory);
  });

  it.each([
    [
      'a directory with something in it',
      (path: string) => mkdirSync(join(path, 'kept'), { recursive: true }),
      /not empty/,
    ],
    ['a file', (path: string) => writeFileSync(path, 'kept'), /cannot become a directory/],
  ])('in %s, which it refuses', async (_, make, message) => {
    await using world = await aMirroredRepository();
    make(world.directory);

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(existsSync(world.directory)).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('without git, which it asks for', async () => {
    await using world = await aMirroredRepository();

    const { code, stderr } = await world.cloneWith({ PATH: root }, world.project, world.directory);

    expect([code, stderr]).toEqual([1, expect.stringMatching(/needs git.* Install it/)]);
    expectNothing(world.directory);
  });

  it.each<[string, (content: Buffer) => Buffer | null, RegExp]>([
    ['was removed', () => null, /has changed in the meantime: run the command again/],
    ['is another one', (content) => content.subarray(0, -1), /sent another file/],
    ['has flipped bytes', (content) => flipped(content, content.length - 30), /git failed: .*fatal/s],
    ['has no header', (content) => flipped(content, 0), /The mirror is damaged: .*header/],
  ])('of a mirror of which a bundle %s', async (_, change, message) => {
    await using world = await aMirroredRepository();
    await aChain(world);
    const { bundles } = await world.mirrors.read(world.project);
    const object = { Bucket: local.bucket, Key: bundles[1]!.key };
    const content = change(await contentOf(local, object.Key));
    await local.s3.send(
      content ? new PutObjectCommand({ ...object, Body: content }) : new DeleteObjectCommand(object),
    );

    const { code, stdout, stderr } = await world.clone(world.project, world.directory);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expectNothing(world.directory);
  });

  it('of a chain that lacks a bundle', async () => {
    await using world = await aMirroredRepository();
    await aChain(world);
    const state = await world.mirrors.read(world.project);
    const bundles = state.bundles.slice(1);
    await world.mirrors.commit(world.project, { ...state, bundles, version: state.version + 1 });

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/The mirror is damaged: .*builds on [0-9a-f]{40}, which no bundle before it has/),
    ]);
    expectNothing(world.directory);
  });

  it('when it is interrupted', async () => {
    await using world = await aMirroredRepository();
    await aChain(world);
    const silent = await startHttpServer(() => {
      process.emit('SIGINT', 'SIGINT');
      return 'silence';
    });
    const { of } = world.ports.mirrorLinks;
    world.ports.mirrorLinks.of = async (project) => {
      const mirror = await of(project);
      return mirror && { ...mirror, bundles: mirror.bundles.map((each) => ({ ...each, href: silent.url })) };
    };

    const { code, stderr } = await world.clone(world.project, world.directory);

    await silent.stop();
    expect([code, stderr]).toEqual([130, expect.stringMatching(/Interrupted\.\n$/)]);
    expectNothing(world.directory);
  });
});

function flipped(content: Buffer, index: number): Buffer {
  const copy = Buffer.from(content);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}
