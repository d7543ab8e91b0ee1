import type { MiddlewareObj } from '@middy/core';
import type { Metrics } from '../ports/metrics.ts';

/** Counts of the current invocation: a Lambda process runs one invocation at a time. */
const made = { calls: 0, throttled: 0 };

/** Counts a request to Bitbucket, REST or git, when it is sent. */
export function countCall(): void {
  made.calls += 1;
}

/** Counts a response with the status 429. */
export function countResponse(status: number | undefined): void {
  if (status === 429) made.throttled += 1;
}

/**
 * Middleware that records an invocation's requests to Bitbucket at its end, also after an error. One log line and, unless
 * requests were throttled, one metric keep the cost low.
 */
export function recordCalls(metrics: Metrics): MiddlewareObj {
  const record = () => {
    const { calls, throttled } = made;
    Object.assign(made, { calls: 0, throttled: 0 });
    if (calls === 0) return;
    metrics.record({ BitbucketCalls: calls, ...(throttled > 0 ? { BitbucketThrottled: throttled } : {}) });
  };
  return { after: record, onError: record };
}
