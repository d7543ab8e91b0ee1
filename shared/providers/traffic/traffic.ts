import { boundedCache } from '../../runtime/bounded-cache.ts';
import type { AccessTokens } from '../bitbucket-cloud/access-tokens.ts';
import { type CircuitBreaker, circuitBreaker } from './circuit-breaker.ts';
import { type RateLimiterFor, type RateLimiterPorts, sharedRateLimiters } from './shared-rate-limiter.ts';

/** The state that all connections of a process share: a rate limiter per account, a circuit breaker per host, a token per consumer. */
export interface Traffic {
  rateLimiterFor: RateLimiterFor;
  circuitBreakerFor(host: string): CircuitBreaker;
  /**
   * The access tokens of an OAuth consumer.
   * @param consumer an id of its key and secret
   */
  tokensFor(consumer: string, create: () => AccessTokens): AccessTokens;
}

/** The consumers whose tokens a process keeps, and for how long: longer than a token is valid. */
export const keptTokens = { size: 500, ageMs: 24 * 60 * 60_000 };

/** Creates the limits of a process. All connections of the process must share them. */
export function bitbucketTraffic(ports: RateLimiterPorts): Traffic {
  const circuits = new Map<string, CircuitBreaker>();
  const tokens = boundedCache<AccessTokens>(keptTokens);
  return {
    rateLimiterFor: sharedRateLimiters(ports),
    circuitBreakerFor(host) {
      const circuit = circuits.get(host) ?? circuitBreaker(host, ports.clock);
      circuits.set(host, circuit);
      return circuit;
    },
    tokensFor(consumer, create) {
      const known = tokens.get(consumer) ?? create();
      tokens.set(consumer, known);
      return known;
    },
  };
}
