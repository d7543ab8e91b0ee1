import { mkdir, rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { failedBecauseMissing } from '../../shared/adapters/aws/s3/objects.ts';
import { describeBytes } from '../../shared/domain/values/bytes.ts';
import { explain } from '../../shared/errors.ts';
import type { BuildContext } from './build-context.ts';
import { readCacheContent } from './cache-content.ts';
import { cacheLimits, tooSlow } from './cache-limits.ts';
import { cacheKey } from './locations.ts';
import { withTimeLimit } from './time-limit.ts';
import { unpackCache } from './unpack-cache.ts';

/** The cache with which a build began. */
export interface RestoredCache {
  /** False for the cache of the parent. */
  isOwn: boolean;
  storedAt: Date;
  fingerprint: string;
}

/**
 * Fills `$BOUGH_CACHE_DIR` from the environment's own last successful build, or else from its parent's. A cache that
 * cannot be used never fails a build: the log has the reason, and the directory stays empty.
 * @returns null when nothing was restored
 */
export async function restoreCache(
  context: BuildContext,
  limits = cacheLimits,
): Promise<RestoredCache | null> {
  const { job, log, workspace, signal } = context;
  const { BOUGH_ENVIRONMENT: own, BOUGH_DATA_FROM: parent } = job;
  const sources = [
    { environment: own, machineName: job.BOUGH_MACHINE_NAME },
    { environment: parent, machineName: job.BOUGH_DATA_FROM_MACHINE_NAME },
  ];
  const start = performance.now();
  for (const { environment, machineName } of sources.filter((source) => source.machineName !== '')) {
    try {
      const restored = await withTimeLimit(
        signal,
        limits.minutes * 60_000,
        tooSlow(limits),
        async (limited) => {
          const stored = await openStored(context, machineName, limited);
          if (!stored) return null;
          await rm(workspace.cache, { recursive: true });
          await unpackCache(stored.body, workspace.cache, limits, limited);
          return { ...stored, ...readCacheContent(workspace.cache, limits) };
        },
      );
      if (!restored) continue;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      log.line(`Restored the cache of ${environment}: ${describeBytes(restored.bytes)} in ${seconds} s`);
      return { ...restored, isOwn: environment === own };
    } catch (error) {
      await rm(workspace.cache, { recursive: true, force: true });
      await mkdir(workspace.cache);
      signal.throwIfAborted();
      log.line(`The cache of ${environment} is not used: ${explain(error)}`);
      return null;
    }
  }
  return null;
}

async function openStored({ s3, config, job }: BuildContext, machineName: string, abortSignal: AbortSignal) {
  const Bucket = config.ACTIVITIES_BUCKET;
  const Key = cacheKey(job.BOUGH_PROJECT, machineName);
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
    const { Body: body, ContentLength: bytes = 0, LastModified: storedAt = new Date(0) } = object;
    return body instanceof Readable ? { body, bytes, storedAt } : null;
  } catch (error) {
    if (await failedBecauseMissing(s3, Bucket, Key, error)) return null;
    throw error;
  }
}
