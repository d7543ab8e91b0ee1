import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restore } from '../../../functions/builder/restore.ts';
import { dynamoTable } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { bundlesFor } from '../../../shared/domain/mirror/mirror-chain.ts';
import { gitSource } from '../../../shared/git/source.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { mirrorRefs } from '../../../shared/workflow/mirror/steps/mirror-refs.ts';
import { renewMirror } from '../../../shared/workflow/mirror/steps/renew-mirror.ts';
import { type AwsStandIns, contentOf, keysOf, startAwsStandIns } from '../../support/aws-stand-ins.ts';
import {
  aDeployment,
  aForkLink,
  anActiveEnvironment,
  anIntegration,
  aPullRequestEnvironment,
} from '../../support/builders.ts';
import { aClock, aGitHost, aRepository } from '../../support/doubles.ts';
import {
  createRepository,
  type GitRepository,
  openRepository,
  takeBundles,
} from '../../support/git-repository.ts';
import { type Fault, type GitServer, startGitServer } from '../../support/git-server.ts';
import { loopback } from '../../support/loopback.ts';

const root = mkdtempSync(join(tmpdir(), 'compact-'));
let local: AwsStandIns;
let server: GitServer;
let fault: Fault | undefined;
let names = 0;
beforeAll(async () => {
  local = await startAwsStandIns();
  server = await startGitServer({ root, intercept: () => fault });
});
afterAll(async () => {
  await server.stop();
  await local.stop();
  rmSync(root, { recursive: true });
});

/** A repository behind git's HTTP server, and its mirror in S3. */
function setting(environments: Environment[] = [], forks: Record<string, GitRepository> = {}) {
  const name = `source-${names++}.git`;
  const source = createRepository(root, name);
  const project = newId();
  const mirrors = s3Mirrors(dynamoTable(local.dynamodb, local.tableName), local.s3, local.bucket);
  const clock = { ...aClock(), activityId: newId };
  const remote = (repository: string) =>
    gitSource({ url: server.url(repository), headers: {}, network: loopback });
  const host = {
    ...aGitHost(aRepository()).host,
    source: async (fork: string | null = null) =>
      remote(fork === null ? name : (forks[fork]?.directory.split('/').at(-1) ?? 'absent.git')),
  };
  const ports = {
    mirrors,
    clock,
    connect: async () => host,
    environments: { listOf: async () => environments },
  };
  const integration = anIntegration({ project });
  const read = () => mirrors.read(project, 'all');
  const update = async (from: GitRepository = source, set = from.refs()) => {
    const { heads } = await read();
    const drop = from === source ? [...heads.keys()].filter((ref) => !set.has(ref)) : [];
    const at = remote(from.directory.split('/').at(-1) ?? '');
    return mirrorRefs(ports, project, at, { set, drop }, () => undefined);
  };
  const renew = async () => renewMirror(ports, integration, await read());
  return { source, project, mirrors, update, renew, read };
}

async function downloaded(keys: readonly string[]): Promise<string[]> {
  const directory = join(root, `bundles-${names++}`);
  mkdirSync(directory);
  return Promise.all(
    keys.map(async (key, index) => {
      const path = join(directory, `${index}.bundle`);
      writeFileSync(path, await contentOf(local, key));
      return path;
    }),
  );
}

/** Expects that git can restore the chain, and that each commit has its whole history. */
async function expectRestorable(keys: readonly string[], source: GitRepository, commits: Iterable<string>) {
  const clone = await takeBundles(join(root, `clone-${names++}`), await downloaded(keys));
  clone.git('fsck', '--full', '--strict', '--no-dangling');
  const objectsOf = (repository: GitRepository, id: string) =>
    repository.git('rev-list', '--objects', '--no-object-names', id).split('\n').sort();
  for (const id of new Set(commits)) expect(objectsOf(clone, id)).toEqual(objectsOf(source, id));
}

const text = (line: number, content: string) =>
  Array.from({ length: 400 }, (_, index) => (index === line ? content : `line ${index * 7919}`)).join('\n');

describe('a renewed mirror', () => {
  it('is one bundle, which stock git clones, after a change and its revert', async () => {
    const { source, update, renew, read } = setting();
    for (const content of ['first', 'changed', 'first', 'changed', 'first']) {
      source.commit({ branch: 'main', files: { file: text(7, content) } });
      source.collectGarbage();
      await update();
    }
    expect((await read()).bundles).toHaveLength(5);

    expect(await renew()).toBe(true);

    const { bundles, heads } = await read();
    expect(bundles).toHaveLength(1);
    expect(heads).toEqual(source.refs());
    const [bundle = ''] = await downloaded(bundles.map(({ key }) => key));
    const directory = join(root, `clone-${names++}`);
    source.git('-c', 'transfer.fsckObjects=true', 'clone', '--quiet', '--mirror', bundle, directory);
    const clone = openRepository(directory);
    clone.git('fsck', '--full', '--strict', '--no-dangling');
    expect(clone.refs()).toEqual(source.refs());
    expect(clone.objects()).toEqual(source.objects());
  });

  it('is complete for any history, any division into bundles and any time of renewal', async () => {
    const branch = fc.constantFrom('main', 'topic', 'feature/🚀');
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.tuple(fc.constant('commit'), branch, fc.nat(3)) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom('force', 'delete', 'tag', 'merge', 'rename'), branch, fc.nat(3)),
      },
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom('update', 'update', 'renew'), branch, fc.nat(3)) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14 }), async (steps) => {
        const { source, update, renew, read } = setting();
        const first = source.commit({ branch: 'main', files: { file: text(0, 'first'), moved: 'x' } });
        const tip = (name: string) => source.refs().get(`refs/heads/${name}`);
        const change = async ([what, name, number]: [string, string, number]) => {
          const files = { file: text(number, what), [`only/${name}`]: `${number}` };
          const at = tip(name);
          if (what === 'update') await update();
          else if (what === 'renew') await renew();
          else if (what === 'tag') source.annotatedTag(`v${number}-${source.refs().size}`, at ?? first);
          else if (what === 'force') source.commit({ branch: name, from: first, files });
          else if (what === 'delete' && at && name !== 'main') source.deleteRef(`refs/heads/${name}`);
          else if (what === 'merge' && at && at !== tip('main'))
            source.commit({ branch: 'main', merge: [at] });
          else if (what === 'rename')
            source.commit({ branch: `renamed-${name}`, from: first, renames: { moved: name } });
          else if (what === 'commit') source.commit({ branch: name, files, ...(at ? {} : { from: first }) });
        };
        await update();
        for (const each of steps) await change(each);
        source.collectGarbage();
        await update();

        const state = await read();
        expect(state.heads).toEqual(source.refs());
        const heads = [...new Set(state.heads.values())];
        const needs = (head: string) => bundlesFor(state, head).length;
        const keys = state.bundles.map(({ key }) => key);
        await expectRestorable(keys, source, heads);
        // Each build restores a prefix of the chain.
        for (const count of new Set(heads.map(needs))) {
          const those = heads.filter((head) => needs(head) === count);
          await expectRestorable(keys.slice(0, count), source, those);
        }
      }),
      { numRuns: 2 },
    );
  });

  it('accepts later pushes, and a build restores only the bundles that it needs', async () => {
    const { source, update, renew, read } = setting();
    const before = source.commit({ branch: 'main', files: { file: text(1, 'one') } });
    await update();
    await renew();
    const after = source.commit({ branch: 'topic', from: before, files: { file: text(1, 'two') } });
    await update();
    source.commit({ branch: 'main', files: { other: 'x' } });
    await update();

    const state = await read();
    expect(state.bundles).toHaveLength(3);
    expect(bundlesFor(state, before)).toHaveLength(1);
    expect(bundlesFor(state, after)).toHaveLength(2);
    const directory = join(root, `tree-${names++}`);
    const environment = { PATH: process.env['PATH'] ?? '' };
    const bundles = await downloaded(bundlesFor(state, after));
    await restore({ bundles, directory, commit: after, environment });
    expect(openRepository(directory).git('rev-parse', 'HEAD')).toBe(after);
  });

  it('contains the deployed commit that no branch contains', async () => {
    const deployment = aDeployment({ commit: '' });
    const { source, update, renew, read } = setting([anActiveEnvironment({ deployment })]);
    const base = source.commit({ branch: 'main', files: { file: 'base' } });
    deployment.commit = source.commit({ branch: 'main', files: { '.bough/teardown': 'deployed' } });
    await update();
    source.commit({ branch: 'main', from: base, files: { file: 'forced' } });
    await update();

    expect(await renew()).toBe(true);

    const state = await read();
    expect(state.heads).toEqual(source.refs());
    await expectRestorable(bundlesFor(state, deployment.commit), source, [deployment.commit]);
  });

  it('contains commits of a fork, fetched from the fork', async () => {
    const environment = aPullRequestEnvironment({ pull_request: aForkLink(), deployment: null });
    const fork = createRepository(root, `fork-${names++}.git`);
    const name = environment.pull_request?.fork?.repository ?? '';
    const { source, update, renew, read } = setting([environment], { [name]: fork });
    const base = source.commit({ branch: 'main', files: { file: text(1, 'one') } });
    await update();
    fork.git('fetch', '--quiet', source.directory, 'refs/heads/*:refs/heads/*');
    const theirs = fork.commit({ branch: 'main', files: { file: text(1, 'theirs') } });
    const ref = `refs/pull-requests/${environment.pull_request?.number}/from`;
    await update(fork, new Map([[ref, theirs]]));

    expect(await renew()).toBe(true);

    const { bundles, heads } = await read();
    expect(bundles.map(({ tips }) => tips)).toEqual([[base], [theirs]]);
    expect(heads.get(ref)).toBe(theirs);
    await expectRestorable(
      bundles.map(({ key }) => key),
      fork,
      heads.values(),
    );
  });
});

/** Changes bytes within the pack. */
function damaged(body: Buffer): Buffer {
  const start = body.indexOf('PACK') + 40;
  return body.fill(0xff, start, start + 10);
}

describe('a mirror whose renewal fails', () => {
  async function aLongMirror() {
    const set = setting();
    const base = set.source.commit({ branch: 'main', files: { file: text(1, 'one') } });
    await set.update();
    set.source.commit({ branch: 'main', files: { file: text(1, 'two') } });
    await set.update();
    return { ...set, base, before: await set.read(), keys: await keysOf(local, set.project) };
  }

  it('because Bitbucket lost a head is unchanged', async () => {
    const { source, base, before, keys, project, read, renew } = await aLongMirror();
    source.commit({ branch: 'main', from: base, files: { file: 'forced' } });
    source.collectGarbage();

    await expect(renew()).rejects.toThrow(/not our ref/);

    expect(await read()).toEqual(before);
    expect(await keysOf(local, project)).toEqual(keys);
  });

  it.each<[string, Fault]>([
    ['the connection breaks within the pack', { kind: 'truncate', after: 700, cut: true }],
    ['the pack ends too early', { kind: 'truncate', after: 700 }],
    ['the pack is damaged', { kind: 'rewrite', rewrite: damaged }],
    ['Bitbucket is away', { kind: 'answer', status: 503 }],
  ])('because %s is unchanged, without leftovers', async (_, broken) => {
    const { before, keys, project, read, renew } = await aLongMirror();
    fault = broken;
    try {
      await expect(renew()).rejects.toThrow();
    } finally {
      fault = undefined;
    }

    expect(await read()).toEqual(before);
    expect(await keysOf(local, project)).toEqual(keys);
  });

  it('because the function ended before the commit works as before, and the sweep removes the leftovers', async () => {
    const { source, before, project, mirrors, read } = await aLongMirror();
    const { bundles, heads } = before;
    await mirrors.writeBundle(
      project,
      'leftover',
      (async function* () {
        yield Buffer.from('a full bundle that nobody committed');
      })(),
    );

    await mirrors.sweep(project, { now: '2999-01-01T00:00:00Z', before: '2999-01-01T00:00:00Z' });

    expect((await read()).bundles).toEqual(bundles);
    expect(await keysOf(local, project)).not.toContain('bundles/leftover.bundle');
    await expectRestorable(
      bundles.map(({ key }) => key),
      source,
      heads.values(),
    );
  });
});
