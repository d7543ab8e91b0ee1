import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findAddress } from '../../../cli/api/address.ts';
import { credentialChain } from '../../../cli/api/aws-settings.ts';
import { Settings } from '../../../infra/settings.ts';
import { createHttpApi } from '../../../local/aws/api-gateway/http-api.ts';
import { closeServer, findFreePort, listen } from '../../../local/http/net.ts';
import { keys, withAws } from '../../support/aws-settings.ts';
import { cliWorld, runCli } from '../../support/cli.ts';
import { type KnownStack, serveCloudFormation } from '../../support/cloudformation.ts';
import { startHttpServer } from '../../support/http-server.ts';

const run = promisify(execFile);
const ofTheStack = 'https://a1b2c3.execute-api.eu-central-1.amazonaws.com';
const signedIn = { ...keys, AWS_REGION: 'eu-central-1' };

const deployed = () =>
  serveCloudFormation((name) => (name === 'bough' ? { outputs: { ApiUrl: ofTheStack } } : null));

/** A local stack's gateway on a free port. */
async function aLocalStack() {
  const server = createHttpApi(Promise.resolve([]), () => undefined);
  const port = await listen(server, 0);
  return { port, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => closeServer(server) };
}

/** Looks for the API with the local stack on this port; by default no local stack runs there. */
async function find(env: Record<string, string>, localPort?: number) {
  const told: string[] = [];
  const port = localPort ?? (await findFreePort());
  const terminal = { env, info: (line: string) => void told.push(line) };
  return { ...(await findAddress(terminal, credentialChain(), { localPort: port })), told };
}

/** The one-line error of a failed search for the API. */
async function failureOf(env: Record<string, string>, localPort?: number): Promise<string> {
  const error = await find(env, localPort).then(
    ({ url }) => expect.unreachable(`found ${url}`),
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({ name: 'CliError', exitCode: 1, message: expect.not.stringContaining('\n') });
  return (error as Error).message;
}

async function aFile(content: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'bough-aws-')), 'config');
  await writeFile(file, content);
  return file;
}

describe('a configured API', () => {
  it.each([
    ['BOUGH_API_URL', { BOUGH_API_URL: 'https://bough.example.org/' }, 'https://bough.example.org'],
    ['BOUGH_PORT', { BOUGH_PORT: '4321' }, 'http://127.0.0.1:4321'],
    [
      'BOUGH_API_URL before all others',
      { BOUGH_API_URL: 'https://bough.example.org', BOUGH_PORT: '4321', BOUGH_STACK: 'bough' },
      'https://bough.example.org',
    ],
    ['BOUGH_PORT before a stack', { BOUGH_PORT: '4321', BOUGH_STACK: 'bough' }, 'http://127.0.0.1:4321'],
  ])('is used without any discovery: %s', async (_, env, url) => {
    await using local = await aLocalStack();
    await using cloudFormation = await deployed();

    const found = await find({ ...withAws({ ...signedIn, ...cloudFormation.settings }), ...env }, local.port);

    expect(found).toMatchObject({ url, told: [] });
    expect(cloudFormation.asked()).toEqual([]);
  });

  it('can be a stack name, also while a local stack runs', async () => {
    await using local = await aLocalStack();
    await using cloudFormation = await serveCloudFormation((name) => ({
      outputs: { ApiUrl: `https://${name}.example` },
    }));
    const env = withAws({ ...signedIn, ...cloudFormation.settings });

    const found = await find({ ...env, BOUGH_STACK: 'preview' }, local.port);

    expect(found).toMatchObject({ url: 'https://preview.example', told: [] });
  });
});

describe('a running local stack', () => {
  it('is the default', async () => {
    await using local = await aLocalStack();

    const found = await find(withAws(), local.port);

    expect(found).toMatchObject({ url: local.url, isLoopback: true, told: [] });
  });

  it.each([
    ['a profile', { AWS_PROFILE: 'work' }],
    ['a region', { AWS_REGION: 'eu-central-1' }],
    ['a region for other tools', { AWS_DEFAULT_REGION: 'eu-central-1' }],
    ['keys', keys],
  ])('is reported when AWS is configured by %s', async (_, settings) => {
    await using local = await aLocalStack();

    const found = await find(withAws(settings), local.port);

    expect(found).toMatchObject({ url: local.url, told: [`Using the local stack at ${local.url}`] });
  });

  it('is reported when AWS is configured in a file', async () => {
    await using local = await aLocalStack();
    const file = await aFile('[default]\nregion = eu-central-1\n');

    const found = await find(withAws({ AWS_CONFIG_FILE: file }), local.port);

    expect(found.told).toEqual([`Using the local stack at ${local.url}`]);
  });

  it('is recognised by its request ids, not by any response', async () => {
    await using cloudFormation = await deployed();
    const other = await startHttpServer(() => ({ status: 200, body: [] }));

    const found = await find(
      withAws({ ...signedIn, ...cloudFormation.settings }),
      Number(new URL(other.url).port),
    );
    await other.stop();

    expect(found.url).toBe(ofTheStack);
  });

  it('is never replaced by a deployment when it accepts the connection without a response', async () => {
    await using cloudFormation = await deployed();
    const stopping = await startHttpServer(() => 'hang-up');
    const { port } = new URL(stopping.url);

    const failure = await failureOf(withAws({ ...signedIn, ...cloudFormation.settings }), Number(port));
    await stopping.stop();

    expect(failure).toContain(`127.0.0.1:${port} could not be reached`);
    expect(failure).toContain('BOUGH_STACK or BOUGH_API_URL');
    expect(cloudFormation.asked()).toEqual([]);
  });
});

describe('the API of a stack in AWS', () => {
  it('is the output ApiUrl of the stack with the default name', async () => {
    await using cloudFormation = await serveCloudFormation((name) => ({
      outputs: { TableName: 'a-table', ApiUrl: `https://${name}.example` },
    }));

    const found = await find(withAws({ ...signedIn, ...cloudFormation.settings }));

    const { stackName } = Settings.parse({});
    expect(found).toMatchObject({ url: `https://${stackName}.example`, isLoopback: false, told: [] });
  });

  const regions: [string, () => Promise<Record<string, string>>][] = [
    ['AWS_REGION', async () => ({ AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'us-east-1' })],
    ['AWS_DEFAULT_REGION', async () => ({ AWS_DEFAULT_REGION: 'eu-north-1' })],
    ['the profile', async () => ({ AWS_CONFIG_FILE: await aFile('[default]\nregion = eu-north-1\n') })],
    [
      'the profile that is named',
      async () => ({
        AWS_PROFILE: 'work',
        AWS_CONFIG_FILE: await aFile(
          '[default]\nregion = us-east-1\n[profile work]\nregion = eu-north-1\n' +
            'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n',
        ),
      }),
    ],
  ];
  it.each(regions)('is looked up in the region of %s', async (_, settings) => {
    await using cloudFormation = await serveCloudFormation((_name, region) => ({
      outputs: { ApiUrl: `https://${region}.example` },
    }));
    const given = await settings();
    const env = withAws({ ...(given['AWS_PROFILE'] ? {} : keys), ...given, ...cloudFormation.settings });

    expect((await find(env)).url).toBe('https://eu-north-1.example');
  });

  it('is called by the command', async () => {
    await using world = await cliWorld();
    await using cloudFormation = await serveCloudFormation(() => ({ outputs: { ApiUrl: world.url } }));
    const env = withAws({ ...signedIn, ...cloudFormation.settings });

    const { code } = await runCli(['projects'], { env: { ...env, BOUGH_STACK: 'bough' } });

    expect(code).toBe(0);
    expect(cloudFormation.asked()).toEqual(['bough']);
    expect(world.requests).toMatchObject([{ method: 'GET', path: '/projects' }]);
  });
});

describe('a missing API', () => {
  it('is reported with all remedies when nothing is configured', async () => {
    const port = await findFreePort();

    const failure = await failureOf(withAws(), port);

    for (const help of [`127.0.0.1:${port}`, 'BOUGH_API_URL', 'AWS_PROFILE', 'AWS_REGION', 'npm start']) {
      expect(failure).toContain(help);
    }
  });

  it('is reported when the user is not signed in to AWS', async () => {
    const failure = await failureOf(withAws({ AWS_REGION: 'eu-central-1' }));

    for (const help of ['No AWS credentials', 'aws sso login', 'BOUGH_API_URL', 'npm start']) {
      expect(failure).toContain(help);
    }
  });

  const failures: [string, KnownStack, string[]][] = [
    [
      'there is no such stack, or it is elsewhere',
      null,
      ['There is no stack bough in eu-central-1', 'BOUGH_STACK', 'AWS_REGION', 'npx cdk deploy'],
    ],
    [
      'the identity may not look',
      {
        status: 403,
        fails: 'AccessDenied',
        message: 'User: x is not authorized to perform: cloudformation:DescribeStacks',
      },
      ['may not look up the stack bough', 'cloudformation:DescribeStacks', 'docs/access.md', 'BOUGH_API_URL'],
    ],
    [
      'the session has ended',
      {
        status: 403,
        fails: 'ExpiredToken',
        message: 'The security token included in the request is expired',
      },
      ['refuses your credentials (ExpiredToken: ', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE'],
    ],
    [
      'the stack is another system’s',
      { outputs: { Url: 'https://other.example' } },
      ['no output ApiUrl', 'BOUGH_STACK', 'BOUGH_API_URL'],
    ],
    [
      'its output is no address',
      { outputs: { ApiUrl: 'soon' } },
      ['The stack bough is not a valid URL: soon'],
    ],
    ['CloudFormation does not answer', 'hang-up', ['could not be looked up', 'AWS_REGION', 'BOUGH_API_URL']],
    [
      'CloudFormation is in trouble',
      { status: 500, fails: 'InternalFailure', message: 'it\nfailed' },
      ['could not be looked up (InternalFailure: it failed)', 'BOUGH_API_URL'],
    ],
  ];
  it.each(failures)('is reported in one line when %s', async (_, stack, said) => {
    await using cloudFormation = await serveCloudFormation(() => stack);

    const failure = await failureOf(withAws({ ...signedIn, ...cloudFormation.settings }));

    for (const words of said) expect(failure).toContain(words);
  });
});

describe('credentials', () => {
  it('are resolved once per command, because each resolution may request a second factor', async () => {
    const runs = await aFile('');
    const program = `${process.execPath} -e "require('fs').appendFileSync('${runs}', 'x'); console.log(JSON.stringify({ Version: 1, AccessKeyId: 'a', SecretAccessKey: 'b' }))"`;
    withAws({
      AWS_PROFILE: 'work',
      AWS_CONFIG_FILE: await aFile(`[profile work]\ncredential_process = ${program}\n`),
    });
    const credentials = credentialChain();

    const found = [await credentials(), await credentials()];

    expect(found.map(({ accessKeyId }) => accessKeyId)).toEqual(['a', 'a']);
    expect(await readFile(runs, 'utf8')).toBe('x');
  });
});

describe('the command', () => {
  it('prints nothing else when it cannot find the API', { timeout: 60_000 }, async () => {
    const { PATH = '' } = process.env;
    const env = { ...withAws({ AWS_REGION: 'eu-central-1' }), PATH, BOUGH_STACK: 'bough' };

    const failed = await run(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'projects'], { env }).catch(
      (error: unknown) => error,
    );

    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The stack bough in eu-central-1 could not be looked up.*\n$/),
    });
  });
});

describe('a policy for one project', () => {
  it('is suggested when listing the projects is forbidden', async () => {
    const refusing = await startHttpServer(() => ({ status: 403, body: { message: 'Forbidden' } }));
    const env = { BOUGH_API_URL: refusing.url };

    const listing = await runCli(['environments'], { env });
    const reading = await runCli(['environments', '--project', 'abc'], { env });
    await refusing.stop();

    expect([listing.code, reading.code]).toEqual([1, 1]);
    expect(listing.stderr).toContain('specify the project with --project (-p) or BOUGH_PROJECT');
    expect(reading.stderr).toContain('execute-api:Invoke');
    expect(reading.stderr).not.toContain('--project');
  });
});
