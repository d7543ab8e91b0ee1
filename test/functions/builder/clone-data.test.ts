import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneData } from '../../../functions/builder/clone-data.ts';
import { deleteObjects } from '../../../shared/adapters/aws/s3/objects.ts';
import {
  aContext,
  aJob,
  type Buckets,
  startBuckets,
  temporaryDirectory,
  writeFiles,
} from './builder-fixture.ts';

let buckets: Buckets;
let directory: string;
let remove: () => void;
beforeAll(async () => {
  buckets = await startBuckets();
});
beforeEach(async () => {
  await buckets.clear();
  ({ directory, remove } = temporaryDirectory());
});
afterEach(() => remove());
afterAll(() => buckets.stop());

describe("cloning the parent's data", () => {
  it("makes the environment's data equal to the parent's, and changes no other data", async () => {
    const others = {
      'shop/main-bvxea6i/uploads/a b.png': 'a',
      'shop/main-bvxea6i/db.sql': 'dump',
      'shop/main-bvxea6i-2/x': 'other environment',
      'shop/pr-7-abcdefg2/x': 'other environment',
      'shop2/main-bvxea6i/x': 'other project',
    };
    await buckets.put('data', {
      ...others,
      'shop/pr-7-abcdefg/old': 'old',
      'shop/pr-7-abcdefg/db.sql': 'old',
    });
    const context = aContext(buckets.s3, directory);

    await cloneData(context);

    expect(await buckets.content('data')).toEqual({
      ...others,
      'shop/pr-7-abcdefg/uploads/a b.png': 'a',
      'shop/pr-7-abcdefg/db.sql': 'dump',
    });
    expect(context.log.lines).toEqual(['Copying data from main: 2 objects']);
  });

  it('keeps the metadata of an object', async () => {
    const object = { Bucket: 'data', Key: 'shop/main-bvxea6i/a', Body: 'a', ContentType: 'text/x-a' };
    await buckets.s3.send(new PutObjectCommand({ ...object, Metadata: { owner: 'ada' } }));

    await cloneData(aContext(buckets.s3, directory));

    const copy = await buckets.s3.send(new HeadObjectCommand({ Bucket: 'data', Key: 'shop/pr-7-abcdefg/a' }));
    expect(copy).toMatchObject({ ContentType: 'text/x-a', Metadata: { owner: 'ada' } });
  });

  it('continues without objects that the parent deletes meanwhile', async () => {
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a', 'shop/main-bvxea6i/b': 'b' });
    const s3 = buckets.watched(async (request) => {
      if (request === 'CopyObjectCommand shop/pr-7-abcdefg/a') {
        await deleteObjects(buckets.s3, 'data', ['shop/main-bvxea6i/a']);
      }
      return false;
    });

    await cloneData(aContext(s3, directory));

    expect(await buckets.content('data')).toEqual({ 'shop/main-bvxea6i/b': 'b', 'shop/pr-7-abcdefg/b': 'b' });
  });

  it('fails when an object cannot be copied', async () => {
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a' });
    const s3 = buckets.watched((request) => request === 'CopyObjectCommand shop/pr-7-abcdefg/a');

    await expect(cloneData(aContext(s3, directory))).rejects.toThrow('refused');
  });

  it('empties the environment when the parent has no data', async () => {
    await buckets.put('data', { 'shop/pr-7-abcdefg/old': 'old' });
    const context = aContext(buckets.s3, directory);

    await cloneData(context);

    expect(await buckets.content('data')).toEqual({});
    expect(context.log.lines).toEqual(['Copying data from main: 0 objects']);
  });

  it('copies from the nearest ancestor with data', async () => {
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a', 'shop/release-x7wzsxq/b': 'b' });
    const job = aJob({ BOUGH_PARENT: 'release', BOUGH_DATA_FROM: 'main' });
    const context = aContext(buckets.s3, directory, { job });

    await cloneData(context);

    expect(await buckets.text('data', 'shop/pr-7-abcdefg/a')).toBe('a');
    expect(await buckets.text('data', 'shop/pr-7-abcdefg/b')).toBeNull();
    expect(context.log.lines).toEqual(['Copying data from main: 1 object']);
  });

  it('keeps the data when no ancestor has data', async () => {
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a' });
    const job = aJob({
      BOUGH_ENVIRONMENT: 'main',
      BOUGH_MACHINE_NAME: 'main-bvxea6i',
      BOUGH_PARENT: '',
      BOUGH_DATA_FROM: '',
      BOUGH_DATA_FROM_MACHINE_NAME: '',
    });
    const context = aContext(buckets.s3, directory, { job });
    writeFiles(context.workspace.checkout, { '.bough/clone-data': '#!/bin/sh\nexit 1' });

    await cloneData(context);

    expect(await buckets.content('data')).toEqual({ 'shop/main-bvxea6i/a': 'a' });
    expect(context.log.lines).toEqual(['No data to copy: nothing above the environment has any']);
  });

  it('runs the script after the objects are copied', async () => {
    await buckets.put('data', { 'shop/main-bvxea6i/a': 'a' });
    const context = aContext(buckets.s3, directory);
    writeFiles(context.workspace.checkout, {
      '.bough/clone-data': '#!/bin/sh\necho "$BOUGH_PARENT_DATA_URI $BOUGH_DATA_URI" >ran',
    });

    await cloneData(context);

    expect(readFileSync(join(context.workspace.checkout, 'ran'), 'utf8')).toBe(
      's3://data/shop/main-bvxea6i s3://data/shop/pr-7-abcdefg\n',
    );
    expect(context.log.lines).toEqual(['Copying data from main: 1 object', 'Running .bough/clone-data']);
  });
});
