import { BoughError } from '../../shared/errors.ts';
import { contentType } from './content-type.ts';
import { type HeaderRules, headersOf, longestHeaders } from './header-rules.ts';

/** Caches may store a file but must revalidate it, so that a new deployment is visible at once. */
const cacheControl = 'public, max-age=0, must-revalidate';

/** The headers that S3 stores with an object. */
export interface StoredHeaders {
  ContentType: string;
  CacheControl: string;
  ContentDisposition?: string | undefined;
  ContentLanguage?: string | undefined;
  /** The distribution's function for responses converts `headers` to headers. */
  Metadata?: { headers: string };
}

/**
 * The headers of a site's file. S3 has fields for some; others are stored as JSON in the object's metadata.
 * @throws BoughError invalid, when S3 cannot store as many
 */
export function storedHeaders(file: string, rules: HeaderRules): StoredHeaders {
  const {
    'content-type': ContentType = contentType(file),
    'cache-control': CacheControl = cacheControl,
    'content-disposition': ContentDisposition,
    'content-language': ContentLanguage,
    ...others
  } = headersOf(file, rules);
  const fields = { ContentType, CacheControl, ContentDisposition, ContentLanguage };
  if (Object.keys(others).length === 0) return fields;
  const headers = JSON.stringify(others);
  if (headers.length <= longestHeaders) return { ...fields, Metadata: { headers } };
  throw new BoughError(
    'invalid',
    `The headers of ${file} take ${headers.length} bytes of at most ${longestHeaders}.`,
    { remedy: 'Set fewer or shorter headers in .bough/config.yaml.' },
  );
}
