import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchCredentials, withCredentials } from '../../../functions/builder/credentials.ts';
import { type HttpResponse, startHttpServer } from '../../support/http-server.ts';
import { aJob, config } from './builder-fixture.ts';

const issued = {
  variables: [{ name: 'env:TOKEN', value: 'abc', is_json: false, is_sensitive: true }],
  access_key_id: 'ASIA1',
  secret_access_key: 'secret',
  session_token: 'token',
};

/** A management API that gives these responses in order and repeats the last. */
async function anApi(...answers: HttpResponse[]) {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIABUILD');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'own');
  vi.stubEnv('AWS_PROFILE', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await startHttpServer(
    () => (answers.length > 1 ? answers.shift() : answers[0]) ?? 'silence',
  );
  onTestFinished(() => server.stop());
  const job = aJob({ BOUGH_PERMIT: 'the-permit' });
  const fetch = () => fetchCredentials(job, { ...config, API_URL: server.url }, 'eu-west-1', [1, 1]);
  return { server, fetch };
}

describe('a build', () => {
  it('exchanges its permit for credentials, with a request signed by its own role', async () => {
    const { server, fetch } = await anApi({ status: 200, body: issued });

    expect(await fetch()).toEqual(issued);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/builds/shop/a1/credentials',
        body: '{"permit":"the-permit"}',
        headers: {
          authorization: expect.stringMatching(/Credential=AKIABUILD\/\d{8}\/eu-west-1\/execute-api\//),
        },
      },
    ]);
  });

  it.each<[string, HttpResponse]>([
    ['is out of order', { status: 503, body: { message: 'Service Unavailable' } }],
    ['has too much to do', { status: 429, body: { message: 'Too Many Requests' } }],
    ['does not know its role yet', { status: 403, body: { message: 'Forbidden' } }],
    ['cannot be reached', 'hang-up'],
  ])('retries when the API %s', async (_, answer) => {
    const { server, fetch } = await anApi(answer, answer, { status: 200, body: issued });

    expect(await fetch()).toEqual(issued);
    expect(server.requests).toHaveLength(3);
  });

  it("gives up after the last attempt with the API's message", async () => {
    const { server, fetch } = await anApi({
      status: 500,
      body: { message: 'The request failed.', detail: { error: 'internal' } },
    });

    await expect(fetch()).rejects.toMatchObject({ message: expect.stringContaining('The request failed.') });
    expect(server.requests).toHaveLength(3);
  });

  it('does not retry after a refusal', async () => {
    const { server, fetch } = await anApi({
      status: 403,
      body: { message: 'The activity does not run.', detail: { error: 'permit_refused' } },
    });

    await expect(fetch()).rejects.toMatchObject({
      code: 'permit_refused',
      message: expect.stringContaining('The activity does not run.'),
    });
    expect(server.requests).toHaveLength(1);
  });
});

it('AWS tools find only the issued credentials', () => {
  const found = withCredentials(
    {
      PATH: '/bin',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIABUILD',
      AWS_PROFILE: 'default',
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret',
    },
    issued,
  );

  expect(found).toEqual({
    PATH: '/bin',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIA1',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
  });
});
