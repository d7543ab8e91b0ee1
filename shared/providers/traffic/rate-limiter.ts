import type { HttpResponse } from '../../runtime/http/http-client.ts';

/** Limits the calls to one Bitbucket account. */
export interface RateLimiter {
  /**
   * Counts a call that is about to be made.
   * @throws BoughError git_host_rate_limited when the call must not be made now
   */
  acquire(): Promise<void>;
  /** Evaluates the headers of a response, and its status: 429 closes the account for a while. */
  recordResponse(response: Pick<HttpResponse, 'status' | 'headers'>): Promise<void>;
}

/** A rate limiter that allows every call. */
export const unlimited: RateLimiter = { acquire: async () => {}, recordResponse: async () => {} };
