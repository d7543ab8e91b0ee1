import * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';

/** The SDK's representation of an error response. */
const ServiceError = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.optional(z.number()) }),
});

/** Names of the throttling errors of AWS services. */
const throttling = new Set([
  'BandwidthLimitExceeded',
  'OverLimit',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/**
 * Translates an AWS error that means waiting: an account limit, throttling that outlasts the SDK's own retries, or an
 * outage. Null for every other error.
 */
export function toWaitError(error: unknown): BoughError | null {
  const parsed = ServiceError.safeParse(error);
  if (!parsed.success) return null;
  const { name, message, $metadata } = parsed.data;
  const status = $metadata.httpStatusCode ?? 0;
  const said = message ? `${name}: ${message}` : name;
  if (name === 'AccountLimitExceededException') {
    return new BoughError(
      'account_limit',
      `CodeBuild starts no further build in this AWS account and region (${said}).`,
      {
        cause: error,
        remedy:
          'The build starts by itself when another one ends. If none runs, raise the quota of CodeBuild for concurrently running builds in Service Quotas.',
      },
    );
  }
  if (throttling.has(name) || status === 429) {
    return new BoughError('account_limit', `AWS takes no further calls for now (${said}).`, {
      cause: error,
    });
  }
  if (status < 500) return null;
  return new BoughError('aws_unavailable', `AWS does not answer as it should (${said}).`, {
    cause: error,
  });
}

/**
 * Runs calls to AWS.
 * @throws BoughError account_limit or aws_unavailable for an error that means waiting; other errors unchanged
 */
export async function withWaitErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toWaitError(error) ?? error;
  }
}
