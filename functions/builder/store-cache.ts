import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describeBytes } from '../../shared/domain/values/bytes.ts';
import { shown } from '../../shared/domain/values/text.ts';
import { explain } from '../../shared/errors.ts';
import type { BuildContext } from './build-context.ts';
import { type CacheContent, readCacheContent } from './cache-content.ts';
import { cacheLimits, tooSlow } from './cache-limits.ts';
import { cacheKey } from './locations.ts';
import { packCache } from './pack-cache.ts';
import type { RestoredCache } from './restore-cache.ts';
import { withTimeLimit } from './time-limit.ts';

/** The age from which an unchanged cache is stored again, because S3 deletes it 30 days after it was stored. */
const refreshedAfterMs = 24 * 60 * 60_000;

/**
 * Stores `$BOUGH_CACHE_DIR` for the next build of this environment and of its children. A cache that cannot be stored
 * does not fail the build: the log has the reason.
 */
export async function storeCache(
  context: BuildContext,
  restored: RestoredCache | null,
  limits = cacheLimits,
): Promise<void> {
  const { log, workspace, signal } = context;
  const start = performance.now();
  try {
    const bytes = await withTimeLimit(signal, limits.minutes * 60_000, tooSlow(limits), async (limited) => {
      const content = readCacheContent(workspace.cache, limits);
      if (content.files.length === 0 && restored === null) return null;
      if (restored !== null && isCurrent(restored, content)) {
        log.line('The cache is unchanged');
        return null;
      }
      sayWhatIsLeftOut(context, content);
      await packCache(content, workspace.packedCache, limits, limited);
      return upload(context, limited);
    });
    if (bytes === null) return;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    log.line(`Stored the cache: ${describeBytes(bytes)} in ${seconds} s`);
  } catch (error) {
    signal.throwIfAborted();
    log.line(`The cache is not stored: ${explain(error)}`);
  }
}

function isCurrent({ isOwn, storedAt, fingerprint }: RestoredCache, content: CacheContent): boolean {
  const age = Date.now() - storedAt.getTime();
  return isOwn && age < refreshedAfterMs && fingerprint === content.fingerprint;
}

function sayWhatIsLeftOut({ log }: BuildContext, { leftOut }: CacheContent): void {
  if (leftOut.length === 0) return;
  const names = leftOut.slice(0, 5).map(shown).join(', ');
  log.line(`The cache leaves out ${leftOut.length}, special files and links that lead out of it: ${names}`);
}

async function upload(
  { job, config, s3, workspace }: BuildContext,
  abortSignal: AbortSignal,
): Promise<number> {
  const { size } = await stat(workspace.packedCache);
  await s3.send(
    new PutObjectCommand({
      Bucket: config.ACTIVITIES_BUCKET,
      Key: cacheKey(job.BOUGH_PROJECT, job.BOUGH_MACHINE_NAME),
      Body: createReadStream(workspace.packedCache),
      ContentLength: size,
      ContentType: 'application/gzip',
    }),
    { abortSignal },
  );
  return size;
}
