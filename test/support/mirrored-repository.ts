import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { dynamoTable } from '../../shared/adapters/aws/dynamodb/table.ts';
import { s3Mirrors } from '../../shared/adapters/aws/mirror/mirrors.ts';
import { s3MirrorLinks } from '../../shared/adapters/aws/s3/mirror-links.ts';
import { gitSource } from '../../shared/git/source.ts';
import type { LinkedMirror } from '../../shared/ports/mirror-links.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { mirrorRefs } from '../../shared/workflow/mirror/steps/mirror-refs.ts';
import { type AwsStandIns, startAwsStandIns } from './aws-stand-ins.ts';
import { anIntegration, aProject } from './builders.ts';
import { cliWorld } from './cli.ts';
import { createRepository, type GitRepository } from './git-repository.ts';
import { type GitServer, startGitServer } from './git-server.ts';
import { startHttpServer } from './http-server.ts';
import { loopback } from './loopback.ts';

interface Parts {
  root: string;
  local: AwsStandIns;
  server: GitServer;
  /** Returns an unused path below the root. */
  aPath: () => string;
}

/** Starts AWS stand-ins and a git server for mirrored repositories. */
export async function startMirrorStage() {
  const root = mkdtempSync(join(tmpdir(), 'bough-mirrors-'));
  const [local, server] = await Promise.all([startAwsStandIns(), startGitServer({ root })]);
  let paths = 0;
  let temporary = '';
  const parts: Parts = { root, local, server, aPath: () => join(root, `${paths++}`) };
  return {
    ...parts,
    /** Sets TMPDIR to a new directory that `temporaryFiles` lists. Returns a function that restores it. */
    useTemporaryDirectory() {
      temporary = parts.aPath();
      mkdirSync(temporary);
      vi.stubEnv('TMPDIR', temporary);
      return () => vi.unstubAllEnvs();
    },
    temporaryFiles: () => readdirSync(temporary),
    aMirroredRepository: () => aMirroredRepository(parts),
    async stop() {
      await server.stop();
      await local.stop();
      rmSync(root, { recursive: true });
    },
  };
}

/** The servers that `startMirrorStage` starts. */
export type MirrorStage = Awaited<ReturnType<typeof startMirrorStage>>;

/** A repository, its mirror in S3, and the command with an API that has the project. */
async function aMirroredRepository({ root, local, server, aPath }: Parts) {
  const directory = aPath();
  const name = `repository-${directory.slice(root.length + 1)}`;
  const project = name;
  const repository = createRepository(root, `${name}.git`);
  const table = dynamoTable(local.dynamodb, local.tableName);
  const mirrors = s3Mirrors(table, local.s3, local.bucket);
  const repositoryUrl = server.url(`${name}.git`);
  const source = gitSource({ url: repositoryUrl, headers: {}, network: loopback });
  const world = await cliWorld();
  Object.assign(world.ports, {
    mirrorLinks: s3MirrorLinks(table, local.s3, local.bucket),
    repositoryUrl: () => repositoryUrl,
  });
  await world.projects.save(aProject({ id: project }));
  await world.integrations.save(anIntegration({ project }));
  const cloneWith = (env: Record<string, string>, ...args: string[]) =>
    world.bough(['mirror:clone', ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        ...env,
      },
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
    /** Updates the mirror from the repository, as a fetch does. */
    async mirror() {
      const known = await mirrors.read(project, 'all');
      const set = repository.refs();
      const drop = [...known.heads.keys()].filter((ref) => !set.has(ref));
      return mirrorRefs({ mirrors, clock: systemClock }, project, source, { set, drop }, () => undefined);
    },
    cloneWith,
    clone: (...args: string[]) => cloneWith({}, ...args),
    /** An unused path for a clone. */
    directory,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** The repository that `aMirroredRepository` creates. */
export type MirroredRepository = Awaited<ReturnType<typeof aMirroredRepository>>;

/** The source's references under the names that a clone gives them. */
export function asRemote(refs: Map<string, string>): Map<string, string> {
  return new Map([...refs].map(([ref, id]) => [ref.replace(/^refs\/heads\//, 'refs/remotes/origin/'), id]));
}

/** A clone's references without its local branches and the symbolic `origin/HEAD`. */
export function refsOf(clone: GitRepository): Map<string, string> {
  const own = /^refs\/(heads\/|remotes\/origin\/HEAD$)/;
  return new Map([...clone.refs()].filter(([ref]) => !own.test(ref)));
}

/** Mirrors a history with difficult cases in several bundles: tags, forced pushes, long and Unicode names, merges. */
export async function mirrorDifficultHistory(world: MirroredRepository): Promise<void> {
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
  // A branch at the default branch's commit that sorts before it.
  repository.setRef('refs/heads/aaa', merged);
  await mirror();
}

/** Mirrors a history in two bundles. */
export async function mirrorTwice({ repository, mirror }: MirroredRepository): Promise<void> {
  for (const page of ['one', 'two']) {
    repository.commit({ branch: 'main', files: { page } });
    await mirror();
  }
}

/** Makes the first links to bundles expired, so that S3 refuses them. `later` makes the links of all later calls. */
export async function expiringLinks(
  { ports }: MirroredRepository,
  later: (mirror: LinkedMirror) => LinkedMirror,
) {
  const server = await startHttpServer(() => ({ status: 403, body: '<Error/>' }));
  const { of } = ports.mirrorLinks;
  let calls = 0;
  ports.mirrorLinks.of = async (project) => {
    const mirror = await of(project);
    calls += 1;
    if (!mirror || calls > 1) return mirror && later(mirror);
    return { ...mirror, bundles: mirror.bundles.map((each) => ({ ...each, href: server.url })) };
  };
  return { calls: () => calls, [Symbol.asyncDispose]: server.stop };
}
