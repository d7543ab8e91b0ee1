import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  deleteObjects,
  listObjects,
  type StoredObject,
  s3Concurrency,
} from '../../shared/adapters/aws/s3/objects.ts';
import { inParallel } from '../../shared/runtime/in-parallel.ts';
import type { BuildContext } from './build-context.ts';
import { contentType } from './content-type.ts';
import { sitePrefix } from './locations.ts';
import { listSiteFiles, type SiteFile } from './site-files.ts';

/** Larger files are streamed. The SDK cannot retry a streamed upload. */
const largestInMemory = 8 * 2 ** 20;

/** Caches may store a file but must revalidate it, so that a new deployment is visible at once. */
const cacheControl = 'public, max-age=0, must-revalidate';

/**
 * Publishes the files below `root`. Files that the site no longer has are deleted last,
 * so that no page refers to a deleted file.
 * @returns the number of files of the site
 */
export async function publishSite(context: BuildContext, root: string): Promise<number> {
  const { job, config, s3, log, workspace, signal } = context;
  const leftOut: string[] = [];
  const files = await listSiteFiles(root, [workspace.site, workspace.checkout], (name) => leftOut.push(name));
  const published = await listPublished(context);
  if (files.length + published.size > 0) {
    log.line(`Publishing ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
  }
  if (leftOut.length > 0) {
    log.line(
      `  left out ${leftOut.length}, links that lead out of the site: ${leftOut.slice(0, 5).join(', ')}`,
    );
  }

  let uploads = 0;
  await inParallel(files, s3Concurrency, async (file) => {
    signal.throwIfAborted();
    if (await upload(context, file, published.get(file.name))) uploads += 1;
  });
  const names = new Set(files.map(({ name }) => name));
  const gone = [...published].filter(([name]) => !names.has(name)).map(([, { key }]) => key);
  signal.throwIfAborted();
  await deleteObjects(s3, config.SITES_BUCKET, gone);
  if (published.size > 0) {
    log.line(
      `  ${uploads} new or changed, ${files.length - uploads} unchanged, ${gone.length} removed from ${sitePrefix(job)}`,
    );
  }
  return files.length;
}

async function listPublished({ job, config, s3 }: BuildContext): Promise<Map<string, StoredObject>> {
  const prefix = sitePrefix(job);
  const published = new Map<string, StoredObject>();
  for await (const object of listObjects(s3, config.SITES_BUCKET, prefix)) {
    published.set(object.key.slice(prefix.length), object);
  }
  return published;
}

/** Uploads a file unless the published file is the same. Resolves to true when it uploaded. */
async function upload(
  { job, config, s3 }: BuildContext,
  file: SiteFile,
  published: StoredObject | undefined,
): Promise<boolean> {
  const md5 = createHash('md5');
  await pipeline(createReadStream(file.path), md5);
  if (published?.etag === md5.digest('hex')) return false;
  await s3.send(
    new PutObjectCommand({
      Bucket: config.SITES_BUCKET,
      Key: sitePrefix(job) + file.name,
      Body: file.bytes <= largestInMemory ? await readFile(file.path) : createReadStream(file.path),
      ContentLength: file.bytes,
      ContentType: contentType(file.name),
      CacheControl: cacheControl,
    }),
  );
  return true;
}
