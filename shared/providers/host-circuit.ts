import { secondsAfter, secondsBetween } from '../domain/values/time.ts';
import { BoughError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { GitHost } from '../ports/git-host.ts';
import type { GitSource } from '../ports/git-source.ts';

/** Keeps a process from waiting again and again for a server that accepts connections and says nothing. */
export interface Circuit {
  /** @throws BoughError git_host_unavailable at once while the server is left alone; whatever `work` throws */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/** After this many calls in a row without an answer a process leaves the server alone for a while. */
export const mostSilences = 3;
/** A failure that took so long was a wait; one that comes at once costs nobody's time. */
const silenceSeconds = 5;
/** Seconds of the first pause; each further one doubles it. */
export const shortestPause = 30;
/** Seconds of the longest pause. */
export const longestPause = 300;

/** A circuit for the servers behind one host name. After a pause the next call shows whether the host answers again. */
export function hostCircuit(host: string, clock: Pick<Clock, 'now'>): Circuit {
  let silences = 0;
  let closedUntil = '';
  return {
    async pass(work) {
      const begun = clock.now();
      if (closedUntil > begun) throw leftAlone(host, silences, secondsBetween(begun, closedUntil));
      try {
        const answer = await work();
        silences = 0;
        return answer;
      } catch (error) {
        const now = clock.now();
        if (!isSilence(error, secondsBetween(begun, now))) silences = 0;
        else if (++silences >= mostSilences) closedUntil = secondsAfter(now, pauseAfter(silences));
        throw error;
      }
    },
  };
}

function isSilence(error: unknown, seconds: number): boolean {
  return error instanceof BoughError && error.code === 'git_host_unavailable' && seconds >= silenceSeconds;
}

function pauseAfter(silences: number): number {
  return Math.min(shortestPause * 2 ** (silences - mostSilences), longestPause);
}

function leftAlone(host: string, silences: number, seconds: number): BoughError {
  const message = `${host} did not answer ${silences} calls in a row, so it is left alone for ${Math.ceil(seconds)} seconds.`;
  return new BoughError('git_host_unavailable', message, { retryAfter: Math.ceil(seconds) });
}

/** The host, each of whose calls passes the circuit. */
export function behindCircuit(host: GitHost, { pass }: Circuit): GitHost {
  return {
    repository: () => pass(() => host.repository()),
    missingPermissions: () => pass(() => host.missingPermissions()),
    openPullRequests: (mostPages) => pass(() => host.openPullRequests(mostPages)),
    pullRequest: (number) => pass(() => host.pullRequest(number)),
    branchUrl: (branch) => host.branchUrl(branch),
    takesStatusUrl: (url) => host.takesStatusUrl(url),
    reportStatus: (status) => pass(() => host.reportStatus(status)),
    findWebhook: (url) => pass(() => host.findWebhook(url)),
    ensureWebhook: (hook) => pass(() => host.ensureWebhook(hook)),
    removeWebhook: (url) => pass(() => host.removeWebhook(url)),
    source: async (fork) => sourceBehind(await pass(() => host.source(fork)), pass),
  };
}

function sourceBehind(source: GitSource, pass: Circuit['pass']): GitSource {
  return {
    listRefs: (prefixes) => pass(() => source.listRefs(prefixes)),
    fetchBundle: (request, progress) => pass(() => source.fetchBundle(request, progress)),
  };
}
