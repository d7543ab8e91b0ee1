import type { IncomingHttpHeaders } from 'node:http';

interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly url?: string | undefined;
}

/**
 * Reads the access key from a signature in the Authorization header or in a presigned URL. The signature is not
 * verified: the check finds missing grants and is no protection.
 */
export function readAccessKey({ headers, url = '' }: SignedRequest): string | undefined {
  const [, signer] =
    /^AWS4-(?:HMAC|ECDSA-P256)-SHA256 +Credential=([^/,\s]+)\//.exec(headers.authorization ?? '') ?? [];
  if (signer !== undefined) return signer;
  const [, search = ''] = url.split(/\?(.*)/s);
  return new URLSearchParams(search).get('X-Amz-Credential')?.split('/')[0];
}

/** Returns an Authorization header for an access key that the emulators accept. */
export const signedWith = (accessKey: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20000101/us-east-1/local/aws4_request, SignedHeaders=host, Signature=0`,
});
