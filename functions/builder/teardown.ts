import { deleteObjects, emptyPrefix, exists } from '../../shared/adapters/aws/s3/objects.ts';
import type { BuildContext } from './build-context.ts';
import { cacheKey, dataPrefix, sitePrefix } from './locations.ts';
import { restoreCommit } from './restore-commit.ts';
import { runScript } from './run-script.ts';
import type { Stopwatch } from './stopwatch.ts';

/**
 * Deletes the environment's deployment, site, data and cache. The repository's `.bough/teardown` runs first. When the script
 * fails, all are kept, so that another attempt has the same input.
 */
export async function teardown(context: BuildContext, timed: Stopwatch): Promise<void> {
  const { job, config, s3, log, signal } = context;
  if (await timed('restore', () => restoreCommit(context))) {
    signal.throwIfAborted();
    await timed('deploy', () => runScript(context, 'teardown'));
  } else {
    log.line('There is no commit to take .bough/teardown from: it is not run');
  }
  signal.throwIfAborted();
  const files = await timed('publish', () => emptyPrefix(s3, config.SITES_BUCKET, sitePrefix(job)));
  log.line(`Removed the site: ${files} ${files === 1 ? 'file' : 'files'}`);
  const prefix = dataPrefix(job.BOUGH_PROJECT, job.BOUGH_MACHINE_NAME);
  const objects = await timed('data', () => emptyPrefix(s3, config.DATA_BUCKET, prefix));
  log.line(`Removed the data: ${objects} ${objects === 1 ? 'object' : 'objects'}`);
  await timed('cache', () => removeCache(context));
}

async function removeCache({ job, config, s3, log }: BuildContext): Promise<void> {
  const key = cacheKey(job.BOUGH_PROJECT, job.BOUGH_MACHINE_NAME);
  if (!(await exists(s3, config.ACTIVITIES_BUCKET, key))) return;
  await deleteObjects(s3, config.ACTIVITIES_BUCKET, [key]);
  log.line('Removed the cache');
}
