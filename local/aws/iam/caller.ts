import type { IncomingHttpHeaders } from 'node:http';

interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly url?: string | undefined;
}

/**
 * The access key of a request's signature, in its header or, presigned, in its URL. The signature itself is not
 * verified: this finds grants that are missing, it keeps nobody out.
 */
export function readAccessKey({ headers, url = '' }: SignedRequest): string | undefined {
  const [, signer] = /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\//.exec(headers.authorization ?? '') ?? [];
  if (signer !== undefined) return signer;
  const [, search = ''] = url.split(/\?(.*)/s);
  return new URLSearchParams(search).get('X-Amz-Credential')?.split('/')[0];
}

/** The header of a request that is signed with an access key, as far as emulators look at it. */
export const signedWith = (accessKey: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20000101/us-east-1/local/aws4_request, SignedHeaders=host, Signature=0`,
});
