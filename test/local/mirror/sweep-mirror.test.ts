import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTable } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { s3Mirrors } from '../../../shared/adapters/aws/mirror/mirrors.ts';
import { fingerprintOfTags } from '../../../shared/domain/mirror/tags.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { type AwsStandIns, keysOf, startAwsStandIns } from '../../support/aws-stand-ins.ts';

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

describe('sweeping a mirror', () => {
  const mirrors = () => s3Mirrors(dynamoTable(local.dynamodb, local.tableName), local.s3, local.bucket);
  const always = '2026-11-22T10:00:00.000Z';
  /** A time after every object in the bucket. */
  const later = '2999-01-01T00:00:00.000Z';

  async function aMirrorOf(project: string, bundles: string[], superseded: [name: string, at: string][]) {
    const key = (name: string) => `${project}/bundles/${name}.bundle`;
    const stored = async (name: string) => ({
      ...(await mirrors().writeBundle(project, name, chunksOf(name))),
      created_at: always,
    });
    const chain = {
      bundles: await Promise.all(bundles.map(stored)),
      renewed: { version: 0, bundles: 1 },
      superseded: superseded.map(([name, at]) => ({ key: key(name), at })),
    };
    for (const [name] of superseded) await stored(name);
    let state = await mirrors().read(project, []);
    state = await mirrors().commit(project, state, { set: headsAt('a'), drop: [], chain, swept_at: always });
    // The changes are too many for the record, so each makes a manifest.
    for (const letter of 'bcde')
      state = await mirrors().commit(project, state, { set: headsAt(letter), drop: [], swept_at: always });
  }
  const headsAt = (letter: string) =>
    new Map(Array.from({ length: 300 }, (_, index) => [`refs/tags/${index}`, letter.repeat(40)]));
  async function* chunksOf(text: string) {
    yield Buffer.from(text);
  }
  const left = async (project: string, folder: string) =>
    (await keysOf(local, project))
      .filter((key) => key.startsWith(folder))
      .map((key) => key.slice(folder.length));

  it('removes bundles that were superseded long ago or never committed', async () => {
    const project = newId();
    await aMirrorOf(
      project,
      ['full', 'next'],
      [
        ['old', '2998-12-31T23:59:59.999Z'],
        ['recent', later],
      ],
    );
    await mirrors().writeBundle(project, 'orphan', chunksOf('orphan'));

    await mirrors().sweep(project, { now: later, before: later });

    expect(await left(project, 'bundles/')).toEqual(['full.bundle', 'next.bundle', 'recent.bundle']);
  });

  it('removes stored changes, and manifests except the last two, because a reader may use the previous one', async () => {
    const project = newId();
    await aMirrorOf(project, ['full'], []);

    expect(await mirrors().sweep(project, { now: later, before: later })).toBe(3 + 5);

    const versions = (await left(project, 'manifests/')).map((key) => key.split('-')[0]);
    expect(versions).toEqual(['7', '9']);
    expect((await mirrors().read(project, 'all')).bundles).toHaveLength(1);
  });

  it('removes no recent object, because its commit may follow', async () => {
    const project = newId();
    await aMirrorOf(project, ['full'], []);
    await mirrors().writeBundle(project, 'uploaded', chunksOf('uploaded'));
    const before = await keysOf(local, project);

    expect(await mirrors().sweep(project, { now: later, before: always })).toBe(0);

    expect(await keysOf(local, project)).toEqual(before);
  });

  it('removes nothing of a project whose id has the same prefix', async () => {
    const [project, other] = [newId(), newId()];
    await aMirrorOf(project, ['full'], []);
    await aMirrorOf(`${project}0`, ['full'], []);
    await aMirrorOf(other, ['full'], []);

    await mirrors().sweep(project, { now: later, before: later });

    expect(await keysOf(local, other)).toHaveLength(11);
    expect(await keysOf(local, `${project}0`)).toHaveLength(11);
  });

  it('stores the time of the sweep, and changes nothing else', async () => {
    const project = newId();
    await aMirrorOf(project, ['full', 'next'], []);
    const before = await mirrors().read(project, 'all');

    await mirrors().sweep(project, { now: later, before: always });

    expect(await mirrors().read(project, 'all')).toEqual({
      ...before,
      swept_at: later,
      version: before.version + 1,
    });
    expect(await mirrors().size(project)).toMatchObject({ swept_at: later, added_bundles: 1 });
    expect((await mirrors().size(project))?.tags).toBe(fingerprintOfTags(before.heads));
  });

  it('removes more objects than one S3 request does', async () => {
    const project = newId();
    await aMirrorOf(project, ['full'], []);
    const names = Array.from({ length: 1001 }, (_, index) => `orphan-${index}`);
    const put = (name: string) =>
      local.s3.send(
        new PutObjectCommand({ Bucket: local.bucket, Key: `${project}/bundles/${name}.bundle`, Body: 'x' }),
      );
    for (let at = 0; at < names.length; at += 50) await Promise.all(names.slice(at, at + 50).map(put));

    expect(await mirrors().sweep(project, { now: later, before: later })).toBe(1001 + 3 + 5);

    expect(await left(project, 'bundles/')).toEqual(['full.bundle']);
  });
});
