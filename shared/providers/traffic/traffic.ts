import { type CircuitBreaker, circuitBreaker } from './circuit-breaker.ts';
import { type RateLimiterFor, type RateLimiterPorts, sharedRateLimiters } from './shared-rate-limiter.ts';

/** Limits on all calls of a process to Bitbucket: a rate limiter per account, a circuit breaker per host. */
export interface Traffic {
  rateLimiterFor: RateLimiterFor;
  circuitBreakerFor(host: string): CircuitBreaker;
}

/** Creates the limits of a process. All connections of the process must share them. */
export function bitbucketTraffic(ports: RateLimiterPorts): Traffic {
  const circuits = new Map<string, CircuitBreaker>();
  return {
    rateLimiterFor: sharedRateLimiters(ports),
    circuitBreakerFor(host) {
      const circuit = circuits.get(host) ?? circuitBreaker(host, ports.clock);
      circuits.set(host, circuit);
      return circuit;
    },
  };
}
