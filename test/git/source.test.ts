import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitSource } from '../../shared/git/source.ts';
import { type HttpResponse, type HttpServer, startHttpServer } from '../support/http-server.ts';
import { loopback } from '../support/loopback.ts';

let server: HttpServer;
let answer: HttpResponse;
beforeAll(async () => {
  server = await startHttpServer(() => answer);
});
afterAll(() => server.stop());

const whitelist = 'To access this repository, an admin must whitelist your IP.';

describe('a refusal of a git server', () => {
  it.each<[string, HttpResponse, object]>([
    ['401', { status: 401 }, { code: 'git_host_forbidden' }],
    [
      '403 for a blocked address',
      { status: 403, body: whitelist },
      { code: 'git_host_forbidden', remedy: expect.stringContaining('allowed IP addresses') },
    ],
    ['404', { status: 404 }, { code: 'git_host_not_found' }],
    ['410', { status: 410 }, { code: 'git_host_unavailable', disposition: 'wait' }],
    [
      '429',
      { status: 429, headers: { 'retry-after': '60' } },
      { code: 'git_host_rate_limited', disposition: 'wait', retryAfter: 60 },
    ],
    [
      '503',
      { status: 503, headers: { 'retry-after': '60' } },
      { code: 'git_host_unavailable', disposition: 'wait', retryAfter: 60 },
    ],
    [
      'no response',
      'hang-up',
      { code: 'git_host_unavailable', remedy: expect.stringContaining('server is up') },
    ],
  ])('has the same error code as a refusal of the REST API: %s', async (_, given, told) => {
    answer = given;
    const source = gitSource({ url: `${server.url}/a.git`, headers: {}, network: loopback });

    const error = await source.listRefs(['HEAD']).catch((reason: unknown) => reason);

    expect(error).toMatchObject(told);
    expect(error).toMatchObject({ message: expect.stringMatching(/[^.]\.$/) });
  });
});
