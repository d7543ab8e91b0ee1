import { describe, expect, it, onTestFinished } from 'vitest';
import { findAddress } from '../../../cli/api/address.ts';
import { credentialChain } from '../../../cli/api/aws-settings.ts';
import { findFreePort } from '../../../local/http/net.ts';
import { anAwsHome, ssoProfile } from '../../support/aws-home.ts';
import { keys, withAws } from '../../support/aws-settings.ts';
import { runCli } from '../../support/cli.ts';
import { type KnownStack, serveCloudFormation } from '../../support/cloudformation.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { type StsAnswer, serveSts } from '../../support/sts.ts';

const developer = { arn: 'arn:aws:iam::123456789012:user/ada', account: '123456789012' };
const expired = { fails: 'ExpiredToken', message: 'The security token included in the request is expired' };
const past = '2020-01-01T00:00:00Z';

/** AWS, which knows this stack, until the test ends. */
async function aws(stack: KnownStack, sts: StsAnswer = developer) {
  const [cloudFormation, identities] = await Promise.all([serveCloudFormation(() => stack), serveSts(sts)]);
  onTestFinished(async () => {
    await Promise.all([cloudFormation, identities].map((server) => server[Symbol.asyncDispose]()));
  });
  return {
    settings: { ...cloudFormation.settings, ...identities.settings },
    asked: () => [...cloudFormation.asked(), ...identities.asked()],
  };
}

/** The error in one line with which the search for the API of the stack `bough` ends. */
async function failureOf(env: Record<string, string>): Promise<string> {
  const terminal = { env: { BOUGH_STACK: 'bough', ...env }, info: () => undefined };
  const error = await findAddress(terminal, credentialChain(), { localPort: await findFreePort() }).then(
    ({ url }) => expect.unreachable(`found ${url}`),
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({ name: 'CliError', exitCode: 1, message: expect.not.stringContaining('\n') });
  return (error as Error).message;
}

describe('an unknown profile', () => {
  it('is named with the profiles that exist, before AWS is asked', async () => {
    const { settings, asked } = await aws(null);
    const profiles =
      '[default]\nregion = eu-west-1\n[profile work]\nregion = eu-west-1\n[sso-session dev]\nsso_region = eu-west-1\n';
    const home = await anAwsHome(profiles, { ...settings, AWS_PROFILE: 'wrok', AWS_REGION: 'eu-west-1' });

    expect(await failureOf(home.env)).toBe(
      `There is no AWS profile wrok in ${home.configFile}. Set AWS_PROFILE to one of default, work, or create it: aws configure sso --profile wrok`,
    );
    expect(asked()).toEqual([]);
  });

  it('has the command that creates it when there is no other', async () => {
    const home = await anAwsHome('', { AWS_PROFILE: 'work' });

    expect(await failureOf(home.env)).toBe(
      `There is no AWS profile work in ${home.configFile}. Create it: aws configure sso --profile work`,
    );
  });

  it('is never replaced by other credentials, also where the address of the API is known', async () => {
    const api = await startHttpServer(() => ({ status: 200, body: [] }));
    onTestFinished(() => api.stop());
    const home = await anAwsHome('', { ...keys, AWS_PROFILE: 'work', AWS_REGION: 'eu-west-1' });
    const BOUGH_API_URL = api.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');

    const { code, stderr } = await runCli(['projects'], { env: { ...home.env, BOUGH_API_URL } });

    expect([code, api.requests]).toEqual([1, []]);
    expect(stderr).toContain('There is no AWS profile work');
  });

  it('is the default one where only others exist', async () => {
    const home = await anAwsHome('[profile work]\nregion = eu-west-1\n', { AWS_REGION: 'eu-west-1' });

    expect(await failureOf(home.env)).toContain('Set AWS_PROFILE to one of work');
  });
});

describe('a sign-in that has expired', () => {
  it('is reported with the profile and the command', async () => {
    const home = await anAwsHome(`[profile work]\nregion = eu-west-1\n${ssoProfile}`, {
      AWS_PROFILE: 'work',
    });
    await home.signIn(past);

    expect(await failureOf(home.env)).toMatch(
      /The sign-in of the AWS profile work has expired or is missing \(.*SSO session.*\)\. Sign in: aws sso login --profile work/,
    );
  });

  it('is that of the profile whose credentials assume the role', async () => {
    const role =
      '[profile prod]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n';
    const home = await anAwsHome(`${role}[profile base]\n${ssoProfile}`, { AWS_PROFILE: 'prod' });
    await home.signIn(past);

    const failure = await failureOf(home.env);

    expect(failure).toContain('the AWS profile prod has expired');
    expect(failure).toContain('Sign in: aws sso login --profile base');
  });

  it('is recognised when AWS refuses the token that this machine has', async () => {
    const sso = await startHttpServer(() => ({
      status: 401,
      headers: { 'x-amzn-errortype': 'UnauthorizedException' },
      body: { message: 'Session token not found or invalid' },
    }));
    onTestFinished(() => sso.stop());
    const home = await anAwsHome(`[default]\nregion = eu-west-1\n${ssoProfile}`, {
      AWS_ENDPOINT_URL_SSO: sso.url,
    });
    await home.signIn(new Date(Date.now() + 3_600_000).toISOString());

    const failure = await failureOf(home.env);

    expect(failure).toContain('The sign-in of the AWS profile default has expired or is missing');
    expect(failure).toMatch(/Sign in: aws sso login(?! --profile)/);
  });

  it('is not confused with a role that the user may not assume', async () => {
    const { settings } = await aws(null);
    const home = await anAwsHome(
      '[profile prod]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n',
      { ...settings, AWS_PROFILE: 'prod' },
    );

    const failure = await failureOf(home.env);

    expect(failure).toContain('The AWS profile prod gives no credentials');
    expect(failure).toContain(`${developer.arn} may not AssumeRole`);
  });
});

describe('credentials that AWS refuses', () => {
  const files = '[profile work]\nregion = eu-west-1\n';
  const stored = '[work]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = s\n';

  it.each([
    ['of environment variables', { ...keys }, 'They come from AWS_ACCESS_KEY_ID'],
    ['of a profile', { AWS_PROFILE: 'work' }, 'Renew the credentials of the AWS profile work'],
  ])('are reported with their source: those %s', async (_, source, words) => {
    const { settings } = await aws({ ...expired, status: 403 });
    const home = await anAwsHome(files, { AWS_REGION: 'eu-west-1', ...settings, ...source });
    await home.saveCredentials(stored);

    const failure = await failureOf(home.env);

    expect(failure).toContain(`AWS refuses your credentials (ExpiredToken: ${expired.message}). ${words}`);
  });

  it('are reported when STS refuses to assume the role of the profile', async () => {
    const { settings } = await aws(null, expired);
    const home = await anAwsHome(
      '[profile prod]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = work\n',
      { ...settings, AWS_PROFILE: 'prod' },
    );
    await home.saveCredentials(stored);

    expect(await failureOf(home.env)).toContain(
      `AWS refuses your credentials (ExpiredToken: ${expired.message}). Renew the credentials of the AWS profile prod`,
    );
  });
});

describe('a refusal of API Gateway', () => {
  /** The command's error for an API that refuses each request, with this answer of STS. */
  const refusedWith = async (sts: StsAnswer) => {
    const { settings } = await aws(null, sts);
    const api = await startHttpServer(() => ({ status: 403, body: { message: 'Forbidden' } }));
    onTestFinished(() => api.stop());
    // An address of this machine that does not look like one: the command signs its requests.
    const BOUGH_API_URL = api.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');
    const env = { ...withAws({ ...keys, AWS_REGION: 'eu-west-1', ...settings }), BOUGH_API_URL };
    const { code, stderr } = await runCli(['environments', '-p', 'abc'], { env });
    expect(code).toBe(1);
    return stderr;
  };

  it('with valid credentials is a missing permission of the identity that is named', async () => {
    const failure = await refusedWith(developer);

    expect(failure).toContain(`Forbidden. Check that ${developer.arn} may invoke the API`);
    expect(failure).toContain('execute-api:Invoke');
  });

  it('with expired credentials is no missing permission', async () => {
    const failure = await refusedWith(expired);

    expect(failure).toContain('AWS refuses your credentials (ExpiredToken: ');
    expect(failure).not.toContain('execute-api:Invoke');
  });
});

describe('a missing region', () => {
  it('is reported with the command that stores one in the profile', async () => {
    const home = await anAwsHome('[profile work]\noutput = json\n', { AWS_PROFILE: 'work' });

    expect(await failureOf(home.env)).toBe(
      'No AWS region is set in which to look for the stack bough. Set AWS_REGION, or the region of the profile work: aws configure set region REGION --profile work',
    );
  });

  it('of credentials without a profile is AWS_REGION', async () => {
    expect(await failureOf(withAws(keys))).toBe(
      'No AWS region is set in which to look for the stack bough. Set AWS_REGION',
    );
  });
});

describe('a stack', () => {
  const signedIn = { ...keys, AWS_REGION: 'eu-west-1' };

  it.each<[string, KnownStack, string[]]>([
    ['that is missing', null, ['no stack bough in eu-west-1 of the account 123456789012', 'npx cdk deploy']],
    [
      'that is being created',
      { outputs: {}, status: 'CREATE_IN_PROGRESS' },
      [
        'is being created (CREATE_IN_PROGRESS)',
        'aws cloudformation wait stack-create-complete --stack-name bough --region eu-west-1',
      ],
    ],
    [
      'whose change set was never executed',
      { outputs: {}, status: 'REVIEW_IN_PROGRESS' },
      ['does not exist yet (REVIEW_IN_PROGRESS)', 'npx cdk deploy'],
    ],
    [
      'that was rolled back',
      { outputs: {}, status: 'ROLLBACK_COMPLETE', reason: 'The key was refused.' },
      [
        'could not be created, and was rolled back (ROLLBACK_COMPLETE: The key was refused)',
        'aws cloudformation describe-stack-events --stack-name bough --region eu-west-1',
        'npx cdk destroy && npx cdk deploy',
      ],
    ],
    [
      'that is being rolled back',
      { outputs: {}, status: 'ROLLBACK_IN_PROGRESS' },
      ['could not be created, and is being rolled back (ROLLBACK_IN_PROGRESS)'],
    ],
    [
      'that is being deleted',
      { outputs: {}, status: 'DELETE_IN_PROGRESS' },
      ['is being deleted (DELETE_IN_PROGRESS)', 'npx cdk deploy'],
    ],
    [
      'of another system',
      { outputs: { Url: 'https://other.example' }, status: 'UPDATE_COMPLETE' },
      ["(UPDATE_COMPLETE) has no output ApiUrl, so it is not Bough's", 'BOUGH_STACK'],
    ],
  ])('%s is reported with the next step', async (_, stack, said) => {
    const { settings } = await aws(stack);

    const failure = await failureOf(withAws({ ...signedIn, ...settings }));

    for (const words of said) expect(failure).toContain(words);
  });

  it.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED'])(
    'with the status %s is used: its API is that of the last version that works',
    async (status) => {
      const { settings } = await aws({ outputs: { ApiUrl: 'https://api.example' }, status });
      const env = { ...withAws({ ...signedIn, ...settings }), BOUGH_STACK: 'bough' };

      const found = await findAddress({ env, info: () => undefined }, credentialChain());

      expect(found.url).toBe('https://api.example');
    },
  );
});
