import { S3Client } from '@aws-sdk/client-s3';
import type { Credentials } from '../../../domain/builds/build.ts';

/**
 * Creates an S3 client. Path-style addresses work for every bucket name and endpoint.
 * @param credentials default: the process's own
 */
export function s3Client(credentials?: Credentials): S3Client {
  return new S3Client({
    forcePathStyle: true,
    ...(credentials && { credentials: identityOf(credentials) }),
    // Parts of an upload are large, so a request has no total time limit, only an idle timeout.
    requestHandler: { connectionTimeout: 3_000, socketTimeout: 60_000 },
  });
}

function identityOf({ access_key_id, secret_access_key, session_token }: Credentials) {
  return { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token };
}
