import * as z from 'zod/mini';
import { BoughError } from '../../shared/errors.ts';
import type { GitHost } from '../../shared/ports/git-host.ts';
import type { GitSource } from '../../shared/ports/git-source.ts';
import { readResponse } from '../../shared/providers/rest/client.ts';
import { requireSuccess } from '../../shared/providers/rest/error-response.ts';
import { readPullRequest } from '../../shared/providers/rest/read-pull-request.ts';
import type { Repository } from './doubles.ts';

/** A bad response of Bitbucket or of a proxy in front of it. */
export type Fault =
  | 401
  | 403
  | 404
  | 410
  | 429
  | 500
  | 503
  | 'silence'
  | 'garbage'
  | 'another shape'
  | 'a login page';
/** All kinds of faults. */
export const faults: readonly Fault[] = [
  401,
  403,
  404,
  410,
  429,
  500,
  503,
  'silence',
  'garbage',
  'another shape',
  'a login page',
];

const url = 'https://api.bitbucket.example/2.0/repositories/acme/website';
const answer = (status: number, text: string, type = 'application/json') => ({
  status,
  headers: new Headers({ 'content-type': type }),
  text,
  bytes: Buffer.from(text),
});

/** The error that a provider derives from the fault, produced by the providers' own code for responses. */
function errorOf(fault: Fault): unknown {
  if (fault === 'silence') return new BoughError('git_host_unavailable', 'Bitbucket did not answer.');
  try {
    if (typeof fault === 'number')
      requireSuccess(answer(fault, ''), url, { errorsIn: () => [], remedies: {} });
    const page = answer(200, '<html>Log in</html>', 'text/html');
    const text = fault === 'garbage' ? '{"values": [' : '{"values": 7}';
    readResponse(
      fault === 'a login page' ? page : answer(200, text),
      z.object({ values: z.array(z.string()) }),
    );
  } catch (error) {
    return error;
  }
  throw new Error(`${fault} was taken for a good answer`);
}

/** A Bitbucket whose calls fail with `next()` unless that is null. */
export function faultyHost(host: GitHost, repository: Repository, next: () => Fault | null): GitHost {
  const attempt = <T>(call: () => Promise<T>): Promise<T> => {
    const fault = next();
    return fault === null ? call() : Promise.reject(errorOf(fault));
  };
  return {
    repository: () => attempt(() => host.repository()),
    missingPermissions: () => attempt(() => host.missingPermissions()),
    openPullRequests: (mostPages) => attempt(() => host.openPullRequests(mostPages)),
    pullRequest: (number) =>
      readPullRequest(number, {
        read: async () => {
          const fault = next();
          if (fault === 404 || !repository.pullRequests.has(number)) return null;
          if (fault !== null) throw errorOf(fault);
          const { state } = await host.pullRequest(number);
          return { state: state === 'open' ? 'OPEN' : 'MERGED', pull_request: repository.show(number) };
        },
        listOpen: (mostPages) => attempt(() => host.openPullRequests(mostPages)),
      }),
    branchUrl: (branch) => host.branchUrl(branch),
    takesStatusUrl: (address) => host.takesStatusUrl(address),
    reportStatus: (status) => attempt(() => host.reportStatus(status)),
    findWebhook: (address) => attempt(() => host.findWebhook(address)),
    ensureWebhook: (hook) => attempt(() => host.ensureWebhook(hook)),
    removeWebhook: (address) => attempt(() => host.removeWebhook(address)),
    source: async (fork) => faultySource(await host.source(fork), attempt),
  };
}

function faultySource(source: GitSource, attempt: <T>(call: () => Promise<T>) => Promise<T>): GitSource {
  return {
    listRefs: (prefixes) => attempt(() => source.listRefs(prefixes)),
    fetchBundle: (request, progress) => attempt(() => source.fetchBundle(request, progress)),
  };
}
