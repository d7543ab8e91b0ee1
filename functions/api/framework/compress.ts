import { gzipSync } from 'node:zlib';
import type { ApiResponse } from './http.ts';

/**
 * Bytes of a list before compression. A function's response may have 6 MB. Base64 makes a compressed body longer by a
 * third, so this fits even if nothing can be compressed.
 */
export const longestList = 4_000_000;
/** Compressing shorter bodies is not worth the time. */
const shortest = 10_000;

/** Compresses a response if the client accepts gzip. API Gateway's HTTP APIs do not compress responses. */
export function pack(response: ApiResponse, acceptEncoding: string | undefined): ApiResponse {
  const { body = '', headers, isBase64Encoded } = response;
  if (isBase64Encoded || body.length < shortest || !takesGzip(acceptEncoding)) return response;
  return {
    ...response,
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: gzipSync(body).toString('base64'),
    isBase64Encoded: true,
  };
}

function takesGzip(acceptEncoding = ''): boolean {
  return acceptEncoding
    .split(',')
    .some((one) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(one));
}
