import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqsEffects } from '../../../shared/adapters/aws/queues/queues.ts';
import { listObjects } from '../../../shared/adapters/aws/s3/objects.ts';
import { s3ProjectFiles } from '../../../shared/adapters/aws/s3/project-files.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { type AwsStandIns, startAwsStandIns } from '../../support/aws-stand-ins.ts';

let local: AwsStandIns;
beforeAll(async () => {
  local = await startAwsStandIns();
});
afterAll(() => local.stop());

/** One bucket for all four kinds of files, which differ by their keys. */
function files() {
  const { bucket } = local;
  return s3ProjectFiles(local.s3, { mirror: bucket, activities: bucket, data: bucket, sites: bucket });
}

const namesOf = (project: string) => [
  `${project}/manifests/1.json`,
  `${project}/bundles/a.bundle`,
  `${project}/activity.log`,
  `${project}/cache/main-bvxea6i.tgz`,
  `${project}/main-bvxea6i/uploads/ünï çødé+&.txt`,
  `main-bvxea6i-${project}/index.html`,
  `feature-x-abc-${project}/a/b.html`,
];

describe("a project's files", () => {
  it("are removed from every bucket, and no other project's files", async () => {
    const [mine, other] = [newId(), newId()];
    const kept = [...namesOf(other), `main-${mine}-${other}/index.html`, `${mine}x/a`, `x${mine}/a`];
    for (const Key of [...namesOf(mine), ...kept]) {
      await local.s3.send(new PutObjectCommand({ Bucket: local.bucket, Key, Body: Key }));
    }

    expect(await files().purge(mine)).toBe(namesOf(mine).length);
    expect(await files().purge(mine)).toBe(0);

    const left: string[] = [];
    for await (const { key } of listObjects(local.s3, local.bucket, '')) left.push(key);
    expect(left.sort()).toEqual(kept.sort());
  });
});

describe('a delayed message', () => {
  it('is invisible until its time', async () => {
    await sqsEffects(local.sqs, local.queueUrl).send([{ type: 'project.purge', project: newId() }], 900);

    const { Attributes } = await local.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: local.queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed'],
      }),
    );
    expect(Attributes).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '1',
    });
  });
});
