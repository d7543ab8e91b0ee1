import * as z from 'zod';
import { type HttpResponse, jsonIn } from '../../shared/runtime/http/http-client.ts';
import { type FindCredentials, isCredentialsError } from '../api/aws-settings.ts';
import { ConsoleError } from './console-error.ts';
import { signInRemedy } from './sign-in.ts';

/** An error of API Gateway itself, whose errors have no detail. */
const GatewayError = z.object({ message: z.string(), detail: z.undefined().optional() });

/** The message with which AWS refuses a request before it reaches the API; null for every other response. */
export function refusalIn(response: HttpResponse): string | null {
  if (response.status !== 401 && response.status !== 403) return null;
  return GatewayError.safeParse(jsonIn(response)).data?.message ?? null;
}

/**
 * The error for a refusal: API Gateway responds to expired credentials as to an identity without permission, so STS
 * decides which of them it is.
 */
export async function explainRefusal(
  message: string,
  { region, credentials }: { region: string; credentials: FindCredentials },
): Promise<ConsoleError> {
  const failure = await credentialsError(region, credentials);
  if (failure === null) return new ConsoleError('access_denied', `AWS refuses the request: ${message}.`);
  return new ConsoleError('credentials_expired', `AWS refuses your credentials (${failure}).`, {
    remedy: await signInRemedy(),
  });
}

/** The name of STS's error about the credentials; null when they are valid, or STS cannot say. */
async function credentialsError(region: string, credentials: FindCredentials): Promise<string | null> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({
    region,
    credentials,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  try {
    await client.send(new GetCallerIdentityCommand({}));
    return null;
  } catch (error) {
    return error instanceof Error && isCredentialsError(error.name) ? error.name : null;
  } finally {
    client.destroy();
  }
}
