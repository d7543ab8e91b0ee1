import { expect } from 'vitest';
import type { BuildStatus } from '../../shared/domain/statuses/build-status.ts';
import { BoughError } from '../../shared/errors.ts';
import type { GitHost } from '../../shared/ports/git-host.ts';
import { bitbucketServer } from '../../shared/providers/bitbucket-server/host.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { afterEachTest } from './between-tests.ts';
import { startBitbucketServer } from './bitbucket-server.ts';
import { loopback } from './loopback.ts';
import { serverApi } from './openapi.ts';

/**
 * A Bitbucket Server that is reset after each test. If the official API description is available, every request must
 * match it, except requests for capabilities, which the description omits.
 */
export const bitbucket = await startBitbucketServer();
afterEachTest(() => {
  const asked = bitbucket.requests.filter(({ path }) => !path.endsWith('/capabilities'));
  bitbucket.reset();
  expect(asked.flatMap((request) => serverApi?.checkRequest(request).problems ?? [])).toEqual([]);
});

/** The adapter under test, connected to the fake. */
export function connect(
  change: { url?: string; repository?: string; project?: string; token?: string } = {},
): GitHost {
  const {
    url = bitbucket.url,
    repository = 'ACME/website',
    project = 'p1',
    token = bitbucket.token,
  } = change;
  return bitbucketServer({ url, repository, project }, token, loopback);
}

/** Returns the BoughError of a failed call, and asserts that neither the error nor its log line contains a credential. */
export async function refusal(call: Promise<unknown>, ...secrets: string[]): Promise<BoughError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BoughError);
  const lines: string[] = [];
  jsonLog({}, (line) => lines.push(line)).error('failed', { error });
  const { message, remedy, fields } = error as BoughError;
  const told = [...lines, message, remedy, JSON.stringify(fields ?? {})].join('\n');
  for (const credential of [bitbucket.token, ...secrets]) expect(told).not.toContain(credential);
  return error as BoughError;
}

const repositoryPath = '/bitbucket/rest/api/latest/projects/ACME/repos/website';

/** All requests in order, as `<method> <path below the repository> <query>`. */
export function calls(): string[] {
  return bitbucket.requests.map(({ method, path, query }) =>
    `${method} ${path.replace(repositoryPath, '')} ${query}`.trim(),
  );
}

/** All requests except GET in order, with the path below the repository and the parsed body. */
export function writes() {
  return bitbucket.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body }) => ({
      method,
      path: path.replace(repositoryPath, ''),
      body: body === '' ? null : JSON.parse(body),
    }));
}

/** A successful build status for the environment of pull request 7. */
export const status = (change: Partial<BuildStatus> = {}): BuildStatus => ({
  commit: 'ddd8ec9efca6b3be50172e10f8375310a1920f4a',
  branch: 'feature/login',
  fork: null,
  pull_request: 7,
  environment: 'pr-7',
  state: 'successful',
  url: 'https://pr-7.example.org/',
  description: 'pr-7 is ready',
  ...change,
});

/** The URL of the webhook under test. */
export const hookUrl = 'https://bough.example.org/projects/p1/integrations/i1/hook';
/** The secret of the webhook under test. */
export const hookSecret = 'a webhook secret';
