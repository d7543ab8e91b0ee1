import { secondsAfter, secondsBetween } from '../../domain/values/time.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GitHost } from '../../ports/git-host.ts';
import type { GitSource } from '../../ports/git-source.ts';

/** Stops calls to a host that keeps timing out, so that a process does not wait for each of them. */
export interface CircuitBreaker {
  /** @throws BoughError git_host_unavailable at once while the circuit is open; any error of `work` */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** The circuit opens after this many consecutive timeouts. */
export const mostTimeouts = 3;
/** Only a failure that took at least this long counts as a timeout: an immediate failure costs no time. */
const timeoutSeconds = 5;
/** Seconds of the first pause. Each further timeout doubles the pause. */
export const shortestPause = 30;
/** Seconds of the longest pause. */
export const longestPause = 300;

/** Creates the circuit breaker of one host name. After the pause the next call tests whether the host answers again. */
export function circuitBreaker(host: string, clock: Pick<Clock, 'now'>): CircuitBreaker {
  let timeouts = 0;
  let openUntil = '';
  return {
    async run(work) {
      const start = clock.now();
      if (openUntil > start) throw circuitOpen(host, timeouts, secondsBetween(start, openUntil));
      try {
        const response = await work();
        timeouts = 0;
        return response;
      } catch (error) {
        const now = clock.now();
        if (!isTimeout(error, secondsBetween(start, now))) timeouts = 0;
        else if (++timeouts >= mostTimeouts) openUntil = secondsAfter(now, pauseAfter(timeouts));
        throw error;
      }
    },
  };
}

function isTimeout(error: unknown, seconds: number): boolean {
  return error instanceof BoughError && error.code === 'git_host_unavailable' && seconds >= timeoutSeconds;
}

function pauseAfter(timeouts: number): number {
  return Math.min(shortestPause * 2 ** (timeouts - mostTimeouts), longestPause);
}

function circuitOpen(host: string, timeouts: number, seconds: number): BoughError {
  const message = `${host} did not answer ${timeouts} calls in a row, so calls to it are paused for ${Math.ceil(seconds)} seconds.`;
  return new BoughError('git_host_unavailable', message, { retryAfter: Math.ceil(seconds) });
}

/** Wraps every call of a `GitHost` in the circuit breaker. */
export function withCircuitBreaker(host: GitHost, { run }: CircuitBreaker): GitHost {
  return {
    repository: () => run(() => host.repository()),
    missingPermissions: () => run(() => host.missingPermissions()),
    openPullRequests: (mostPages) => run(() => host.openPullRequests(mostPages)),
    pullRequest: (number) => run(() => host.pullRequest(number)),
    branchUrl: (branch) => host.branchUrl(branch),
    takesStatusUrl: (url) => host.takesStatusUrl(url),
    reportStatus: (status) => run(() => host.reportStatus(status)),
    findWebhook: (url) => run(() => host.findWebhook(url)),
    ensureWebhook: (hook) => run(() => host.ensureWebhook(hook)),
    removeWebhook: (url) => run(() => host.removeWebhook(url)),
    source: async (fork) => sourceBehind(await run(() => host.source(fork)), run),
  };
}

function sourceBehind(source: GitSource, run: CircuitBreaker['run']): GitSource {
  return {
    listRefs: (prefixes) => run(() => source.listRefs(prefixes)),
    fetchBundle: (request, progress) => run(() => source.fetchBundle(request, progress)),
  };
}
