import * as z from 'zod/mini';
import { reachesOthers } from '../../shared/domain/environments/sites.ts';
import { known } from './known-keys.ts';

/** The most rules for headers. */
export const mostHeaderRules = 100;

/** The longest value of a header, in characters. */
export const longestHeader = 2000;

/**
 * The most that a file's headers may take together, in bytes. S3 stores 2 KB of metadata with an object:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export const longestHeaders = 2000;

/**
 * Headers that CloudFront does not let functions set, or that follow from the request or the stored file:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
const fixedHeaders =
  /^(connection|expect|keep-alive|proxy-.*|trailer|upgrade|x-accel-.*|x-amz-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-.*|x-real-ip|content-encoding|content-length|content-range|transfer-encoding|accept-ranges|warning|via|date|age|etag|last-modified|location|set-cookie)$/;

const HeaderName = z.string().check(
  z.regex(/^[A-Za-z0-9-]{1,100}$/, 'is not the name of a header'),
  z.refine((name) => !fixedHeaders.test(name.toLowerCase()), 'is a header that cannot be set'),
  z.refine(
    (name) => !reachesOthers.test(name),
    'is a header with effects on other sites, so it cannot be set',
  ),
);

const textExpected = ({ input }: z.core.$ZodRawIssue) =>
  input === undefined ? 'is missing' : 'must be text: put it in quotes';

const HeaderValue = z
  .string({ error: textExpected })
  .check(
    z.regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be one line of printable ASCII characters'),
    z.maxLength(longestHeader, `must have at most ${longestHeader} characters`),
  );

const Pattern = z.string({ error: textExpected }).check(
  z.regex(/^\//, 'must begin with /'),
  z.maxLength(1000, 'must have at most 1000 characters'),
  z.refine(
    (pattern) => pattern.split('/').every((part, index, parts) => isPart(part, index === parts.length - 1)),
    'may have * as a whole part of the path, and at its end',
  ),
);

function isPart(part: string, isLast: boolean): boolean {
  return part === '*' || !(isLast ? part.slice(0, -1) : part).includes('*');
}

/** Rules for the headers of a site's files, in the order in which they apply. */
export const HeaderRules = z
  .array(
    known({
      for: Pattern,
      set: z.record(HeaderName, HeaderValue, 'must be a mapping of headers to values'),
    }),
    'must be a list',
  )
  .check(z.maxLength(mostHeaderRules, `must have at most ${mostHeaderRules} rules`));
/** Parsed rules. */
export type HeaderRules = z.infer<typeof HeaderRules>;

/**
 * The headers of a file, by their names in lower case. A later rule replaces a header of an earlier one.
 * @param file the path below the site's root, without a slash at the start
 */
export function headersOf(file: string, rules: HeaderRules): Record<string, string> {
  const matching = rules.filter((rule) => matches(rule.for, `/${file}`));
  return Object.fromEntries(
    matching.flatMap(({ set }) => Object.entries(set).map(([name, value]) => [name.toLowerCase(), value])),
  );
}

/** `*` is one part of the path; at the end of the pattern, it is any rest. */
function matches(pattern: string, path: string): boolean {
  const isOpen = pattern.endsWith('*');
  const wanted = (isOpen ? pattern.slice(0, -1) : pattern).split('/');
  const parts = path.split('/');
  if (isOpen ? parts.length < wanted.length : parts.length !== wanted.length) return false;
  return wanted.every((part, index) => {
    const actual = parts[index] ?? '';
    if (isOpen && index === wanted.length - 1) return actual.startsWith(part);
    return part === '*' ? actual !== '' : actual === part;
  });
}
