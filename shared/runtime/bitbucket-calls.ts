import type { MiddlewareObj } from '@middy/core';
import type { Metrics } from '../ports/metrics.ts';

/** Since the last time that they were recorded. A process has one invocation at a time, so they are that one's. */
const made = { calls: 0, throttled: 0 };

/** Counts a request to Bitbucket, REST or git, as it goes out. */
export function countCall(): void {
  made.calls += 1;
}

/** Counts the answer to a request, if it says that there were too many. */
export function countAnswer(status: number | undefined): void {
  if (status === 429) made.throttled += 1;
}

/**
 * Records an invocation's requests to Bitbucket when it ends, however it does. That is one line of the log, and one
 * metric as long as all is well: each costs.
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
