import type { FindCredentials } from '../api/aws-settings.ts';
import { identifyCaller } from '../api/caller-identity.ts';
import { ConsoleError } from './console-error.ts';
import { signInRemedy } from './sign-in.ts';

/**
 * The error for a refusal: API Gateway responds to expired credentials as to an identity without permission, so STS
 * decides which of them it is.
 */
export async function explainRefusal(
  message: string,
  { region, credentials }: { region: string; credentials: FindCredentials },
): Promise<ConsoleError> {
  const caller = await identifyCaller(region, credentials);
  if (caller === null || !('refusal' in caller)) {
    return new ConsoleError('access_denied', `AWS refuses the request: ${message}.`);
  }
  return new ConsoleError('credentials_expired', `AWS refuses your credentials (${caller.refusal}).`, {
    remedy: await signInRemedy(),
  });
}
