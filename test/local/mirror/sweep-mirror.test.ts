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
    const state = {
      heads: new Map([['refs/heads/main', 'a'.repeat(40)]]),
      bundles: await Promise.all(bundles.map(stored)),
      renewed: { version: 0, bundles: 1 },
      superseded: superseded.map(([name, at]) => ({ key: key(name), at })),
      swept_at: always,
    };
    for (const [name] of superseded) await stored(name);
    for (const version of [1, 2, 3, 4]) await mirrors().commit(project, { ...state, version });
  }
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

  it('removes manifests except the last two, because a reader may use the previous one', async () => {
    const project = newId();
    await aMirrorOf(project, ['full'], []);

    expect(await mirrors().sweep(project, { now: later, before: later })).toBe(2);

    const versions = (await left(project, 'manifests/')).map((key) => key.split('-')[0]);
    expect(versions).toEqual(['3', '4']);
    expect((await mirrors().read(project)).bundles).toHaveLength(1);
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

    expect(await keysOf(local, other)).toHaveLength(5);
    expect(await keysOf(local, `${project}0`)).toHaveLength(5);
  });

  it('stores the time of the sweep, and changes nothing else', async () => {
    const project = newId();
    await aMirrorOf(project, ['full', 'next'], []);
    const before = await mirrors().read(project);

    await mirrors().sweep(project, { now: later, before: always });

    expect(await mirrors().read(project)).toEqual({
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

    expect(await mirrors().sweep(project, { now: later, before: later })).toBe(1003);

    expect(await left(project, 'bundles/')).toEqual(['full.bundle']);
  });
});
