import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Sha256 } from '@smithy/core/checksum';
import { buildQueryString, HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

/** A URL that reads one object for so many seconds, whoever has it: a signature in its query, and no more. */
export async function presignRead(
  s3: S3Client,
  object: { bucket: string; key: string },
  expiresIn: number,
): Promise<string> {
  const request = await requestFor(s3, object);
  const signer = new SignatureV4({
    service: 's3',
    region: s3.config.region,
    credentials: s3.config.credentials,
    sha256: Sha256,
    // S3 alone signs paths as they are sent.
    uriEscapePath: false,
    applyChecksum: false,
  });
  const signed = await signer.presign(request, { expiresIn });
  return `${addressOf(signed)}${signed.path}?${buildQueryString(signed.query ?? {})}`;
}

/** The request as the client would send it: where a bucket is, only the SDK knows. */
async function requestFor(
  s3: S3Client,
  { bucket, key }: { bucket: string; key: string },
): Promise<HttpRequest> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  let made: unknown;
  command.middlewareStack.add(
    () => async (args) => {
      made = 'request' in args ? args.request : undefined;
      return { response: undefined, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'high' },
  );
  await s3.send(command);
  if (!HttpRequest.isInstance(made)) throw new Error('The SDK made no request to sign.');
  const { method, protocol, hostname, port, path, query } = made;
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  // Whoever opens the link sends no other headers, and S3 shall not expect the hash of a content.
  const headers = { host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
  return new HttpRequest({ method, protocol, hostname, path, query, headers, ...(port && { port }) });
}

function addressOf({ protocol, hostname, port }: { protocol: string; hostname: string; port?: number }) {
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
}
