import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { renewableCredentials } from '../../../cli/console/sign-in.ts';
import { anAwsHome, ssoProfile } from '../../support/aws-home.ts';
import { keys } from '../../support/aws-settings.ts';
import { aConsole } from '../../support/console.ts';
import { type HttpResponse, startHttpServer } from '../../support/http-server.ts';

/** A console whose API is in AWS and requires the credentials of this machine. */
async function aConsoleInAws(answer: () => HttpResponse = () => ({ status: 200, body: { ok: true } })) {
  const api = await startHttpServer(answer);
  onTestFinished(() => api.stop());
  const console = await aConsole({
    upstream: {
      address: { url: api.url, isLoopback: false, remedy: 'Check it.' },
      env: { AWS_REGION: 'eu-central-1' },
      credentials: renewableCredentials(),
    },
  });
  return { ...console, api };
}

/** A service of AWS, until the test ends. */
async function anAwsService(answer: () => HttpResponse) {
  const server = await startHttpServer(answer);
  onTestFinished(() => server.stop());
  return server;
}

const remedyIn = (text: string) => JSON.parse(text).detail.remedy;

describe('an expired single sign-on', () => {
  it('is reported with the command that signs in again, and ends by itself after it', async () => {
    const sso = await anAwsService(() => ({
      status: 200,
      body: {
        roleCredentials: {
          accessKeyId: 'ASIAEXAMPLE',
          secretAccessKey: 'secret',
          sessionToken: 'session',
          expiration: Date.now() + 3_600_000,
        },
      },
    }));
    const home = await anAwsHome(`[profile work]\n${ssoProfile}`, {
      AWS_PROFILE: 'work',
      AWS_ENDPOINT_URL_SSO: sso.url,
    });
    await home.signIn('2020-01-01T00:00:00Z');
    await using console = await aConsoleInAws();

    const expired = await console.page('/api/projects');
    const again = await console.page('/api/projects');
    await home.signIn(new Date(Date.now() + 3_600_000).toISOString());
    const renewed = await console.page('/api/projects');

    expect(expired).toMatchObject({ status: 401, error: 'credentials_expired' });
    expect(again).toMatchObject({ status: 401, error: 'credentials_expired' });
    expect(remedyIn(expired.text)).toContain('aws sso login --profile work');
    expect(JSON.parse(expired.text).message).toContain('SSO session');
    expect(renewed).toMatchObject({ status: 200, text: '{"ok":true}' });
    expect(console.api.requests[0]?.headers['authorization']).toContain('Credential=ASIAEXAMPLE/');
  });

  it.each([
    ['the default profile', '[default]\n', {}, 'Run aws sso login, or'],
    [
      'a profile with a session',
      '[profile a]\nsso_session = b\n',
      { AWS_PROFILE: 'a' },
      'Run aws sso login --profile a, or',
    ],
    [
      'a profile that signs in with the AWS console',
      '[profile a]\nlogin_session = b\n',
      { AWS_PROFILE: 'a' },
      'Run aws login --profile a, or',
    ],
    ['a profile that is not configured', '', { AWS_PROFILE: 'new' }, 'Run aws sso login --profile new, or'],
    [
      'a name with a space and a quote',
      '',
      { AWS_PROFILE: "my team's" },
      "Run aws sso login --profile 'my team'\\''s', or",
    ],
  ])('has a command for %s', async (_, config, settings, words) => {
    await anAwsHome(config, settings);
    await using console = await aConsoleInAws();

    const answer = await console.page('/api/projects');

    expect(answer).toMatchObject({ status: 401, error: 'credentials_expired' });
    expect(remedyIn(answer.text)).toContain(words);
    expect(console.api.requests).toEqual([]);
  });
});

describe('credentials in a file', () => {
  const key = (name: string) => `[default]\naws_access_key_id = ${name}\naws_secret_access_key = secret\n`;

  it('are read again when there were none', async () => {
    const home = await anAwsHome('');
    await using console = await aConsoleInAws();

    expect(await console.page('/api/projects')).toMatchObject({ status: 401 });
    await home.saveCredentials(key('AKIANEW'));
    expect(await console.page('/api/projects')).toMatchObject({ status: 200 });
  });

  it('are read again after AWS has refused them', async () => {
    const home = await anAwsHome('');
    await home.saveCredentials(key('AKIAOLD'));
    const sts = await anAwsService(() => ({
      status: 403,
      headers: { 'content-type': 'text/xml' },
      body: '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>It is expired</Message></Error></ErrorResponse>',
    }));
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
    let isExpired = true;
    await using console = await aConsoleInAws(() =>
      isExpired ? { status: 403, body: { message: 'Forbidden' } } : { status: 200, body: {} },
    );

    const expired = await console.page('/api/projects');
    await home.saveCredentials(key('AKIANEW'));
    isExpired = false;
    const renewed = await console.page('/api/projects');

    expect(expired).toMatchObject({ status: 401, error: 'credentials_expired' });
    expect(renewed.status).toBe(200);
    expect(
      console.api.requests.map(
        ({ headers }) => /Credential=(\w+)/.exec(String(headers['authorization']))?.[1],
      ),
    ).toEqual(['AKIAOLD', 'AKIANEW']);
  });
});

describe('a refusal of AWS', () => {
  it('with valid credentials is a missing permission', async () => {
    await anAwsHome('', keys);
    const sts = await anAwsService(() => ({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    }));
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
    await using console = await aConsoleInAws(() => ({ status: 403, body: { message: 'Forbidden' } }));

    const answer = await console.page('/api/projects');

    expect(answer).toMatchObject({ status: 403, error: 'access_denied' });
    expect(remedyIn(answer.text)).toContain('execute-api:Invoke');
  });

  it('is not the same as an error of the API', async () => {
    await anAwsHome('', keys);
    const error = {
      code: 403,
      message: 'Bitbucket refuses.',
      detail: { error: 'git_host_forbidden', remedy: 'Ask.' },
    };
    await using console = await aConsoleInAws(() => ({ status: 403, body: error }));

    expect(await console.page('/api/projects')).toMatchObject({ status: 403, error: 'git_host_forbidden' });
  });
});
