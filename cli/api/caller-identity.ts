import { type FindCredentials, isCredentialsError, oneLine } from './aws-settings.ts';

/** The owner of credentials, or the error with which AWS refuses them; null when STS cannot say. */
export type CallerIdentity = { arn: string; account: string } | { refusal: string } | null;

/** Asks STS whose credentials these are: other services answer to invalid ones as to a missing permission. */
export async function identifyCaller(region: string, credentials: FindCredentials): Promise<CallerIdentity> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({
    region,
    credentials,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  try {
    const { Arn: arn, Account: account } = await client.send(new GetCallerIdentityCommand({}));
    return arn && account ? { arn, account } : null;
  } catch (error) {
    if (!(error instanceof Error) || !isCredentialsError(error.name)) return null;
    return { refusal: `${error.name}: ${oneLine(error)}` };
  } finally {
    client.destroy();
  }
}
