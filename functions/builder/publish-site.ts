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
import type { HeaderRules } from './header-rules.ts';
import { sitePrefix } from './locations.ts';
import { listSiteFiles, type SiteFile } from './site-files.ts';
import { type StoredHeaders, storedHeaders } from './stored-headers.ts';

/** Larger files are streamed. The SDK cannot retry a streamed upload. */
const largestInMemory = 8 * 2 ** 20;

/**
 * The object with the fingerprint of the rules by which all published files have their headers. S3 lists no headers of
 * objects. The object is missing when there are no rules. No file has its name, because `.bough` is never published.
 */
const fingerprintName = '.bough/headers';

/**
 * Publishes the files below `root`. Files that the site no longer has are deleted last,
 * so that no page refers to a deleted file.
 * @returns the number of files of the site
 * @throws BoughError invalid, when a file has too many headers
 */
export async function publishSite(context: BuildContext, root: string, rules: HeaderRules): Promise<number> {
  const { job, config, s3, log, workspace, signal } = context;
  const leftOut: string[] = [];
  const found = await listSiteFiles(root, [workspace.site, workspace.checkout], (name) => leftOut.push(name));
  const files = found.map((file) => ({ ...file, headers: storedHeaders(file.name, rules) }));
  const published = await listPublished(context);
  const headers = await compareHeaders(context, published, files.length > 0 ? rules : []);
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
    if (await upload(context, file, headers.areSame ? published.get(file.name) : undefined)) uploads += 1;
  });
  const names = new Set(files.map(({ name }) => name));
  const gone = [...published].filter(([name]) => !names.has(name)).map(([, { key }]) => key);
  signal.throwIfAborted();
  await deleteObjects(s3, config.SITES_BUCKET, gone);
  await headers.note();
  if (published.size > 0) {
    log.line(
      `  ${uploads} new or changed, ${files.length - uploads} unchanged, ${gone.length} removed from ${sitePrefix(job)}`,
    );
  }
  return files.length;
}

/**
 * Compares the rules with those of the published files, and removes the fingerprint from `published`. The old fingerprint
 * is deleted first, so that an interrupted publication leaves none that is wrong. `note` stores the new one.
 */
async function compareHeaders(
  { job, config, s3 }: BuildContext,
  published: Map<string, StoredObject>,
  rules: HeaderRules,
): Promise<{ areSame: boolean; note: () => Promise<void> }> {
  const Bucket = config.SITES_BUCKET;
  const before = published.get(fingerprintName);
  published.delete(fingerprintName);
  const Body = createHash('sha256').update(JSON.stringify(rules)).digest('hex');
  const etag = rules.length === 0 ? undefined : createHash('md5').update(Body).digest('hex');
  if (before?.etag === etag) return { areSame: true, note: async () => undefined };
  if (before) await deleteObjects(s3, Bucket, [before.key]);
  const note = async () => {
    const Key = sitePrefix(job) + fingerprintName;
    if (etag !== undefined) await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  };
  return { areSame: false, note };
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
  file: SiteFile & { headers: StoredHeaders },
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
      ...file.headers,
    }),
  );
  return true;
}
