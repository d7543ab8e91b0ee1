import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { installCommand } from '../../infra/constructs/install-command.ts';
import { expectedSignature } from '../support/expected-signature.ts';
import { startHttpServer } from '../support/http-server.ts';
import { readable, synthesised, temporaryDirectory } from './synthesised.ts';

const run = promisify(execFile);
const region = 'eu-central-1';
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const shells = ['/bin/sh', '/bin/bash', '/bin/zsh'].filter((shell) => existsSync(shell));
const curl = await run('curl', ['--version']).then(
  ({ stdout }) => stdout.split(/[ .]/).slice(1, 3).map(Number),
  () => [0, 0],
);
/** Older versions of curl do not sign the token of a session. */
const isRecent = (curl[0] ?? 0) * 1000 + (curl[1] ?? 0) >= 7088;

/** Runs the command in a shell, with the AWS CLI and npm replaced by scripts. */
async function install(shell: string, exported: Record<string, string>, status = 200) {
  const api = await startHttpServer(() => ({ status, body: 'the package' }));
  onTestFinished(() => api.stop());
  const directory = temporaryDirectory();
  const lines = Object.entries(exported).map(([name, value]) => `echo "export ${name}='${value}'"`);
  const script = (name: string, ...body: string[]) =>
    writeFile(join(directory, name), ['#!/bin/sh', ...body, ''].join('\n'), { mode: 0o755 });
  await script('aws', 'test "$*" = "configure export-credentials --format env" || exit 1', ...lines);
  await script('npm', `echo "$*" > ${directory}/npm.txt`);
  const command = `${installCommand(api.url, region)}; code=$?; echo "left: $AWS_SECRET_ACCESS_KEY"; exit $code`;
  const ended = await run(shell, ['-c', command], {
    cwd: directory,
    env: { PATH: `${directory}:${process.env['PATH']}` },
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  const npm = await readFile(join(directory, 'npm.txt'), 'utf8').catch(() => null);
  const downloaded = await readFile(join(directory, 'bough.tgz'), 'utf8').catch(() => null);
  return { ...ended, npm, downloaded, request: api.requests[0]!, url: api.url };
}

describe.runIf(isRecent)('the install command of the stack', () => {
  it.each(
    shells.flatMap((shell): [shell: string, of: string, session: { AWS_SESSION_TOKEN?: string }][] => [
      [shell, 'a session', { AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEa+k=' }],
      [shell, 'a user', {}],
    ]),
  )('downloads the package in %s, signed with the credentials of %s', async (shell, _, session) => {
    const credentials = { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: secret, ...session };

    const { code, stdout, npm, downloaded, request, url } = await install(shell, credentials);

    const headers = request.headers as Record<string, string>;
    const signature = /Signature=(\w+)/.exec(headers['authorization'] ?? '')?.[1];
    expect({ code, stdout, npm, downloaded }).toEqual({
      code: 0,
      stdout: 'left: \n',
      npm: 'install --global ./bough.tgz\n',
      downloaded: 'the package',
    });
    expect(request).toMatchObject({ method: 'GET', path: '/cli' });
    expect(signature).toBe(
      expectedSignature({ method: 'GET', url: `${url}/cli` }, headers, { secret, region }),
    );
    expect(headers['x-amz-security-token']).toBe(session.AWS_SESSION_TOKEN);
    if (session.AWS_SESSION_TOKEN)
      expect(headers['authorization']).toMatch(/SignedHeaders=\S*x-amz-security-token/);
  });

  it('installs nothing when the API refuses', async () => {
    const { code, npm } = await install(
      '/bin/sh',
      { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' },
      403,
    );

    expect(code).not.toBe(0);
    expect(npm).toBeNull();
  });
});

it('the stack has the install command of its own API', () => {
  const { json } = synthesised();

  expect(readable(json, json['Outputs']['InstallCommand'].Value)).toBe(installCommand('Http', 'AWS::Region'));
});
