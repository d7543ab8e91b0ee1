import { S3Client } from '@aws-sdk/client-s3';
import type { Credentials } from '../../domain/builds/build.ts';

/**
 * Path style works for every bucket name and every endpoint.
 * @param credentials by default those of the program
 */
export function s3Client(credentials?: Credentials): S3Client {
  return new S3Client({
    forcePathStyle: true,
    ...(credentials && { credentials: identityOf(credentials) }),
    // Parts of an upload are large, so only silence ends them early.
    requestHandler: { connectionTimeout: 3_000, socketTimeout: 60_000 },
  });
}

function identityOf({ access_key_id, secret_access_key, session_token }: Credentials) {
  return { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token };
}
