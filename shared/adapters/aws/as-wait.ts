import * as z from 'zod/mini';
import { BoughError } from '../../errors.ts';

/** The SDK's description of an answer with an error. */
const ServiceError = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.optional(z.number()) }),
});

/** Errors by which services of AWS say that too much is asked of them for now. */
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
 * An error of AWS that means waiting: a limit of the account, throttling that outlasts the SDK's own retries, or an
 * outage. Null for every other error.
 */
export function asWait(error: unknown): BoughError | null {
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

/** Does something with AWS; an error that means waiting says so. */
export async function orWait<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asWait(error) ?? error;
  }
}
