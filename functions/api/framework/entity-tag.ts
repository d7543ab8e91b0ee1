import { createHash } from 'node:crypto';
import type { ApiResponse } from './http.ts';

/** The version of a response: the time before its records were read, and a hash of its content. */
export interface EntityTag {
  time: string;
  hash: string;
}

/** The weak entity tag as a header's value. */
export function formatTag({ time, hash }: EntityTag): string {
  return `W/"${Date.parse(time).toString(36)}-${hash}"`;
}

/** The tag in a request's `If-None-Match`; null when the header has no tag of this API. */
export function parseTag(header: string | undefined): EntityTag | null {
  const [, time = '', hash = ''] = /^(?:W\/)?"([0-9a-z]{8,9})-([\w-]*)"$/.exec(header ?? '') ?? [];
  return time === '' ? null : { time: new Date(Number.parseInt(time, 36)).toISOString(), hash };
}

/** A hash of a response's body and of its link to the next page. */
export function hashOf({ body = '', headers }: ApiResponse): string {
  const hash = createHash('sha256')
    .update(body)
    .update(String(headers?.['link'] ?? ''));
  return hash.digest('base64url').slice(0, 16);
}

/** The response to a request whose `If-None-Match` is still right. Clients keep the response that they have. */
export function notModified(tag: EntityTag): ApiResponse {
  return { statusCode: 304, headers: { etag: formatTag(tag) } };
}
