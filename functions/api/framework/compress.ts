import { gzipSync } from 'node:zlib';
import type { ApiResponse } from './http.ts';

/** Bytes of a body without compression: a function's response may have 6 MB. */
export const longestPlain = 5_000_000;
/** Bytes of a body before compression; longer ones need more time and memory than the function has. */
export const longestPacked = 12_000_000;
/** Compressing shorter bodies is not worth the time. */
const shortest = 10_000;

/** The largest body in bytes, before compression, that a response to this client can have. */
export function longestBody(acceptEncoding: string | undefined): number {
  return takesGzip(acceptEncoding) ? longestPacked : longestPlain;
}

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
