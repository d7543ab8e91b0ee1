import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleStream, decodeBundleHeader, encodeBundleHeader } from '../../shared/git/bundle.ts';
import { type BundleChain, createBundleChain } from '../support/bundle-chain.ts';
import { chunksOf, collect } from '../support/chunks.ts';
import { createRepository, type GitRepository, takeBundles } from '../support/git-repository.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { loopback } from '../support/loopback.ts';

const oid = 'a'.repeat(40);
const anyOid = fc.stringMatching(/^[0-9a-f]{40}$/);
const anyRefName = fc.stringMatching(/^refs\/(heads|tags)\/[-a-z0-9./é機🚀]{1,80}$/u);

describe('the header of a bundle', () => {
  it('equals the header that git writes', () => {
    const header = { refs: new Map([['refs/heads/main', oid]]), prerequisites: ['b'.repeat(40)] };

    expect(Buffer.from(encodeBundleHeader(header)).toString()).toBe(
      `# v2 git bundle\n-${'b'.repeat(40)} \n${oid} refs/heads/main\n\n`,
    );
  });

  it('round-trips, and ends where the pack starts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyRefName, anyOid)),
        fc.array(anyOid),
        fc.uint8Array({ maxLength: 50 }),
        (refs, prerequisites, pack) => {
          const header = { refs: new Map(refs), prerequisites };
          const encoded = encodeBundleHeader(header);

          expect(decodeBundleHeader(Buffer.concat([encoded, pack]))).toEqual({
            header,
            length: encoded.length,
          });
        },
      ),
    );
  });

  it('is rejected when it is truncated', () => {
    const encoded = encodeBundleHeader({ refs: new Map([['refs/heads/main', oid]]), prerequisites: [oid] });

    for (let end = 0; end < encoded.length; end++) {
      expect(() => decodeBundleHeader(encoded.subarray(0, end))).toThrow(
        expect.objectContaining({ code: 'git_bundle_invalid' }),
      );
    }
  });

  it.each([
    ['another version', `# v3 git bundle\n${oid} refs/heads/main\n\n`],
    ['a short id', `# v2 git bundle\n${oid.slice(1)} refs/heads/main\n\n`],
    ['a ref without a name', `# v2 git bundle\n${oid} \n\n`],
  ])('is rejected with %s', (_, text) => {
    expect(() => decodeBundleHeader(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'git_bundle_invalid' }),
    );
  });

  it.each([
    ['a line feed in a name', 'refs/heads/a\nb', oid],
    ['a space in a name', 'refs/heads/a b', oid],
    ['no name', '', oid],
    ['an invalid object id', 'refs/heads/main', 'HEAD'],
  ])('is not written with %s', (_, name, id) => {
    expect(() => encodeBundleHeader({ refs: new Map([[name, id]]), prerequisites: [] })).toThrow(
      expect.objectContaining({ code: 'git_bundle_invalid' }),
    );
  });
});

describe('the stream of a bundle', () => {
  const header = { refs: new Map([['refs/heads/main', oid]]), prerequisites: [] };

  it('consists of the header and the pack', async () => {
    const pack = [Buffer.from('PA'), Buffer.from('CK')];

    const bundle = Buffer.concat(await collect(bundleStream(header, chunksOf(pack))));

    expect(bundle).toEqual(Buffer.concat([encodeBundleHeader(header), ...pack]));
  });

  it('closes the pack when the reader stops after the header', async () => {
    const end = vi.fn(async () => ({ done: true as const, value: undefined }));
    const next = async () => ({ done: false as const, value: Buffer.from('PACK') });
    const pack = { [Symbol.asyncIterator]: () => ({ next, return: end }) };

    for await (const _ of bundleStream(header, pack)) break;

    expect(end).toHaveBeenCalledOnce();
  });
});

describe.each(['v2', 'v0'] as const)('a chain of bundles from a %s server, read by stock git', (protocol) => {
  const root = mkdtempSync(join(tmpdir(), 'bundle-'));
  let server: GitServer;
  let repositories = 0;

  beforeAll(async () => {
    server = await startGitServer({ root, protocol });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  });

  function aSourceWithChain(): {
    source: GitRepository;
    chain: BundleChain;
    clone: () => Promise<GitRepository>;
  } {
    const name = `source-${repositories++}.git`;
    const source = createRepository(root, name);
    const directory = join(root, `chain-of-${name}`);
    mkdirSync(directory);
    const chain = createBundleChain(directory, { url: server.url(name), headers: {}, network: loopback });
    const clone = () => takeBundles(join(root, `clone-${repositories++}`), chain.bundles);
    return { source, chain, clone };
  }

  /** The mirror is right if it is sound, and each ref of the source and all that it reaches are in it. */
  function expectMirrored(clone: GitRepository, source: GitRepository, chain: BundleChain): void {
    clone.git('fsck', '--full', '--strict', '--no-dangling');
    const last = `refs/bundles/${chain.bundles.length - 1}/`;
    const refs = [...clone.refs()].filter(([name]) => name.startsWith(last));
    expect(new Map(refs.map(([name, id]) => [`refs/${name.slice(last.length)}`, id]))).toEqual(source.refs());
    const mirrored = clone.objects();
    expect([...source.objects()].filter((id) => !mirrored.has(id))).toEqual([]);
  }

  it('contains all commits after five updates with merges, renames, tags and deltas', async () => {
    const { source, chain, clone } = aSourceWithChain();
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}\n`);
    const first = source.commit({ branch: 'main', files: { text: text.join(''), a: 'a' } });
    source.annotatedTag('v1', first);
    await chain.update();
    const topic = source.commit({
      branch: 'topic',
      from: first,
      files: { text: text.with(7, 'seven\n').join('') },
    });
    await chain.update();
    source.commit({ branch: 'main', files: { b: 'b' }, renames: { a: 'dir/機能' } });
    source.commit({ branch: 'main', merge: [topic], message: 'merge topic' });
    await chain.update();
    source.annotatedTag('v2', topic);
    source.commit({ branch: 'feature/🚀', from: first, files: { text: null } });
    source.deleteRef('refs/heads/topic');
    await chain.update();
    source.commit({ branch: 'main', files: { text: text.with(300, 'another\n').join('') } });
    await chain.update();

    expect(chain.bundles).toHaveLength(5);
    expectMirrored(await clone(), source, chain);
  });

  it('contains the commits before and after a force push', async () => {
    const { source, chain, clone } = aSourceWithChain();
    const base = source.commit({ branch: 'main', files: { a: 'a' } });
    const dropped = source.commit({ branch: 'main', files: { a: 'dropped' } });
    await chain.update();
    source.commit({ branch: 'main', from: base, files: { a: 'pushed by force' } });
    source.collectGarbage();
    await chain.update();
    source.commit({ branch: 'main', files: { b: 'b' } });
    await chain.update();

    const copy = await clone();

    expectMirrored(copy, source, chain);
    expect(copy.git('show', `${dropped}:a`)).toBe('dropped');
  });

  it('accepts a new history without a common commit', async () => {
    const { source, chain, clone } = aSourceWithChain();
    source.commit({ branch: 'main', files: { a: 'a' } });
    await chain.update();
    source.commit({ branch: 'main', from: null, files: { z: 'z' } });
    await chain.update();

    expectMirrored(await clone(), source, chain);
  });

  it('accepts a new ref to an existing commit, whose pack is empty', async () => {
    const { source, chain, clone } = aSourceWithChain();
    const commit = source.commit({ branch: 'main', files: { a: 'a' } });
    await chain.update();
    source.setRef('refs/heads/same', commit);
    await chain.update();

    expectMirrored(await clone(), source, chain);
  });
});
