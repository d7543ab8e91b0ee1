import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contentOf } from '../../support/aws-stand-ins.ts';
import { startHttpServer } from '../../support/http-server.ts';
import {
  expiringLinks,
  type MirrorStage,
  mirrorTwice,
  startMirrorStage,
} from '../../support/mirrored-repository.ts';

let stage: MirrorStage;
beforeAll(async () => {
  stage = await startMirrorStage();
});
afterAll(() => stage.stop());
beforeEach(() => stage.useTemporaryDirectory());

describe('bough mirror:clone leaves nothing behind', () => {
  /** Expects neither a clone nor temporary files. */
  const expectNothing = (directory: string) => {
    expect(existsSync(directory)).toBe(false);
    expect(stage.temporaryFiles()).toEqual([]);
  };

  it('for an empty mirror', async () => {
    await using world = await stage.aMirroredRepository();

    const { code, stdout, stderr } = await world.clone(world.project, world.directory);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The mirror is still empty\. /);
    expectNothing(world.directory);
  });

  it.each([
    [
      'a directory with something in it',
      (path: string) => mkdirSync(join(path, 'kept'), { recursive: true }),
      /not empty/,
    ],
    ['a file', (path: string) => writeFileSync(path, 'kept'), /cannot become a directory/],
  ])('in %s, which is refused', async (_, make, message) => {
    await using world = await stage.aMirroredRepository();
    make(world.directory);

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(existsSync(world.directory)).toBe(true);
    expect(stage.temporaryFiles()).toEqual([]);
  });

  it('without git, which it requires', async () => {
    await using world = await stage.aMirroredRepository();

    const { code, stderr } = await world.cloneWith({ PATH: stage.root }, world.project, world.directory);

    expect([code, stderr]).toEqual([1, expect.stringMatching(/needs git.* Install it/)]);
    expectNothing(world.directory);
  });

  it.each<[string, (content: Buffer) => Buffer | null, RegExp]>([
    ['was removed', () => null, /has changed during the download\. Run the command again/],
    ['is another one', (content) => content.subarray(0, -1), /sent a file of another size/],
    ['has flipped bytes', (content) => flipped(content, content.length - 30), /git failed: .*fatal/s],
    ['has no header', (content) => flipped(content, 0), /The mirror is damaged: .*header/],
  ])('of a mirror of which a bundle %s', async (_, change, message) => {
    await using world = await stage.aMirroredRepository();
    await mirrorTwice(world);
    const { bundles } = await world.mirrors.read(world.project, 'all');
    const object = { Bucket: stage.local.bucket, Key: bundles[1]!.key };
    const content = change(await contentOf(stage.local, object.Key));
    await stage.local.s3.send(
      content ? new PutObjectCommand({ ...object, Body: content }) : new DeleteObjectCommand(object),
    );

    const { code, stdout, stderr } = await world.clone(world.project, world.directory);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expectNothing(world.directory);
  });

  it('of a chain that lacks a bundle', async () => {
    await using world = await stage.aMirroredRepository();
    await mirrorTwice(world);
    const state = await world.mirrors.read(world.project, 'all');
    const bundles = state.bundles.slice(1);
    const chain = { ...state, bundles };
    await world.mirrors.commit(world.project, state, { set: new Map(), drop: [], chain, swept_at: null });

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/The mirror is damaged: .*builds on [0-9a-f]{40}, which no bundle before it has/),
    ]);
    expectNothing(world.directory);
  });

  it('when the links have expired and the chain has changed', async () => {
    await using world = await stage.aMirroredRepository();
    await mirrorTwice(world);
    await using links = await expiringLinks(world, (mirror) => ({ ...mirror, bundles: [] }));

    const { code, stderr } = await world.clone(world.project, world.directory);

    expect([code, stderr]).toEqual([1, expect.stringContaining('Run the command again')]);
    expect(links.calls()).toBeGreaterThan(1);
    expectNothing(world.directory);
  });

  it.each([
    [
      'is not answered',
      'hang-up' as const,
      /references cannot be read: .+ could not be reached: .+ Try again/,
    ],
    ['is no manifest', { status: 200, body: '<html>' }, /references cannot be read: status 200/],
  ])('when the list of references %s', async (_, answer, message) => {
    await using world = await stage.aMirroredRepository();
    const server = await startHttpServer(() => answer);
    world.ports.mirrorLinks.of = async () => ({
      shards: [],
      manifest: server.url,
      changes: { heads: {}, dropped: [] },
      bundles: [],
    });

    const { code, stderr } = await world.clone(world.project, world.directory);

    await server.stop();
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expectNothing(world.directory);
  });

  it('when it is interrupted', async () => {
    await using world = await stage.aMirroredRepository();
    await mirrorTwice(world);
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
