import {
  emptyPrefix,
  failedBecauseMissing,
  listObjects,
  type StoredObject,
  s3Concurrency,
} from '../../shared/adapters/aws/s3/objects.ts';
import { inParallel } from '../../shared/runtime/in-parallel.ts';
import type { BuildContext } from './build-context.ts';
import { copyObject } from './copy-object.ts';
import { dataPrefix } from './locations.ts';
import { runScript } from './run-script.ts';

/**
 * Replaces the environment's data with a copy of its parent's, made inside S3, and then runs `.bough/clone-data`,
 * which may mask the copy or clone data outside the data bucket.
 */
export async function cloneData(context: BuildContext): Promise<void> {
  const { job, log } = context;
  if (job.BOUGH_DATA_FROM_MACHINE_NAME === '') {
    log.line('No data to copy: nothing above the environment has any');
    return;
  }
  await replaceData(context);
  await runScript(context, 'clone-data');
}

async function replaceData({ job, config, s3, log, signal }: BuildContext): Promise<void> {
  const bucket = config.DATA_BUCKET;
  const from = dataPrefix(job.BOUGH_PROJECT, job.BOUGH_DATA_FROM_MACHINE_NAME);
  const to = dataPrefix(job.BOUGH_PROJECT, job.BOUGH_MACHINE_NAME);
  const objects: StoredObject[] = [];
  for await (const object of listObjects(s3, bucket, from)) objects.push(object);
  log.line(
    `Copying data from ${job.BOUGH_DATA_FROM}: ${objects.length} ${objects.length === 1 ? 'object' : 'objects'}`,
  );
  await emptyPrefix(s3, bucket, to);
  await inParallel(objects, s3Concurrency, async (object) => {
    signal.throwIfAborted();
    // The parent is running: objects that it deletes meanwhile are not copied.
    await copyObject(s3, bucket, object, to + object.key.slice(from.length)).catch(async (error: unknown) => {
      if (!(await failedBecauseMissing(s3, bucket, object.key, error))) throw error;
    });
  });
}
