import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { callGit } from '../../shared/git/http.ts';
import { callRest } from '../../shared/providers/rest/client.ts';
import { unlimited } from '../../shared/providers/traffic/rate-limiter.ts';
import { recordCalls } from '../../shared/runtime/bitbucket-calls.ts';
import { someMetrics } from '../support/doubles.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { loopback } from '../support/loopback.ts';

let server: HttpServer;
let status = 200;
beforeAll(async () => {
  server = await startHttpServer(() => ({ status, body: {} }));
});
afterAll(() => server.stop());
beforeEach(async () => {
  status = 200;
  // Requests of other files count for this process too.
  await recordedBy(async () => undefined);
});

const rest = () =>
  callRest({
    method: 'GET',
    url: `${server.url}/2.0/user`,
    headers: {},
    network: loopback,
    rateLimiter: unlimited,
  });
const git = async () => {
  const remote = { url: `${server.url}/acme/website.git`, headers: {}, network: loopback };
  (await callGit(remote, { method: 'GET', path: '/info/refs', headers: {}, purpose: 'listing' })).discard();
};

/** The metrics of an invocation that runs this work. */
async function recordedBy(work: () => Promise<unknown>) {
  const { metrics, recorded } = someMetrics();
  const handler = middy<unknown, unknown>().handler(work).use(recordCalls(metrics));
  const outcome = await Promise.allSettled([handler({}, {} as Context)]);
  return { recorded, failed: outcome[0].status === 'rejected' };
}

it('an invocation records its requests to Bitbucket once', async () => {
  const { recorded } = await recordedBy(async () => {
    await rest();
    await git();
    await rest();
  });

  expect(recorded).toEqual([{ BitbucketCalls: 3 }]);
});

it('a failed invocation records its requests, including rate-limited ones', async () => {
  status = 429;
  const { recorded, failed } = await recordedBy(async () => {
    await git();
    await rest();
    throw new Error('given up');
  });

  expect(failed).toBe(true);
  expect(recorded).toEqual([{ BitbucketCalls: 2, BitbucketThrottled: 2 }]);
});

it('an invocation does not count requests of the previous one, and records nothing without requests', async () => {
  await recordedBy(rest);

  expect((await recordedBy(rest)).recorded).toEqual([{ BitbucketCalls: 1 }]);
  expect((await recordedBy(async () => undefined)).recorded).toEqual([]);
});
