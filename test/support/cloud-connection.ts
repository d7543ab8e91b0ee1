import { expect } from 'vitest';
import type { BuildStatus } from '../../shared/domain/statuses/build-status.ts';
import { BoughError } from '../../shared/errors.ts';
import type { GitHost } from '../../shared/ports/git-host.ts';
import { accessTokens } from '../../shared/providers/bitbucket-cloud/access-tokens.ts';
import { bitbucketCloud } from '../../shared/providers/bitbucket-cloud/host.ts';
import { jsonLog } from '../../shared/runtime/logger.ts';
import { afterEachTest } from './between-tests.ts';
import { type BitbucketCloud, startBitbucketCloud } from './bitbucket-cloud.ts';
import { loopback } from './loopback.ts';
import { cloudApi } from './openapi.ts';

/**
 * A Bitbucket Cloud that is reset after each test. If the official API description is available, every request must
 * match it, except requests to links that a test made up.
 */
export const bitbucket = await startBitbucketCloud();
afterEachTest(() => {
  const asked = bitbucket.apiRequests().filter(({ path }) => !path.startsWith('/2.0/made-up/'));
  bitbucket.reset();
  expect(asked.flatMap((request) => cloudApi?.checkRequest(request).problems ?? [])).toEqual([]);
});

/** The adapter under test, connected to the fake. */
export function connect(
  change: {
    repository?: string;
    project?: string;
    secret?: string;
    endpoints?: Partial<BitbucketCloud['endpoints']>;
  } = {},
): GitHost {
  const {
    repository = 'acme/website',
    project = 'p1',
    secret = bitbucket.consumer.secret,
    endpoints,
  } = change;
  const all = { ...bitbucket.endpoints, ...endpoints };
  const tokens = accessTokens(all.oauthUrl, { key: bitbucket.consumer.key, secret }, loopback);
  return bitbucketCloud(all, { repository, project }, tokens, loopback);
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
  const { key, secret } = bitbucket.consumer;
  const basic = Buffer.from(`${key}:${secret}`).toString('base64');
  for (const credential of [secret, basic, ...bitbucket.tokens, ...secrets])
    expect(told).not.toContain(credential);
  return error as BoughError;
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
