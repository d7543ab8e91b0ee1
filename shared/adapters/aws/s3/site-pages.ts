import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { reachesOthers } from '../../../domain/environments/sites.ts';
import type { SitePages } from '../../../ports/site-pages.ts';
import { jsonOrUndefined } from '../../../runtime/json.ts';

/** The largest `404.html` or `200.html`, in bytes: as JSON in a function's response of 6 MB some characters become two. */
export const longestPage = 2_000_000;

/** Reads the pages of sites from the sites bucket, where the builder has stored them with their headers. */
export function s3SitePages(s3: S3Client, bucket: string): SitePages {
  return {
    async read(site, name) {
      const page = await ifPresent(s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${site}/${name}` })));
      if (page === null) return null;
      if ((page.ContentLength ?? 0) <= longestPage) {
        return { content: (await page.Body?.transformToString()) ?? '', headers: headersOf(page) };
      }
      if (page.Body instanceof Readable) page.Body.destroy();
      return null;
    },
    async hasIndex(site, directory) {
      const Key = [site, directory, 'index.html'].filter((part) => part !== '').join('/');
      return (await ifPresent(s3.send(new HeadObjectCommand({ Bucket: bucket, Key })))) !== null;
    },
  };
}

/** Without the permission to list, S3 responds with "access denied" for missing objects. */
async function ifPresent<T>(request: Promise<T>): Promise<T | null> {
  return request.catch((error: unknown) => {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 403 || status === 404) return null;
    throw error;
  });
}

const Headers = z.record(
  z.string().check(z.regex(/^[a-z0-9-]+$/)),
  z.string().check(z.regex(/^[\x20-\x7e]*$/)),
);

/** Scripts may write any metadata to their own site: what cannot be headers, and what reaches other sites, is left out. */
function headersOf({ Metadata }: GetObjectCommandOutput): Record<string, string> {
  const stored = Metadata?.['headers'];
  const headers = (stored && Headers.safeParse(jsonOrUndefined(stored)).data) || {};
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !reachesOthers.test(name)));
}
