import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { path } from '../../../cli/api/client.ts';
import { signRequest } from '../../../cli/api/sign-request.ts';
import type { SignableRequest } from '../../../shared/runtime/sign-request.ts';
import { withAws } from '../../support/aws-settings.ts';
import { runCli } from '../../support/cli.ts';
import { expectedSignature } from '../../support/expected-signature.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG';
const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret });
const date = new Date('2026-11-22T10:00:00Z');
const host = 'a1b2c3.execute-api.eu-central-1.amazonaws.com';
const ofYourOwn = { method: 'GET', url: 'https://bough.example.org/projects', headers: {} };

describe('a signed request', () => {
  it.each<[string, SignableRequest]>([
    ['a read', { method: 'GET', url: `https://${host}/projects`, headers: { accept: 'application/json' } }],
    [
      'a write',
      {
        method: 'POST',
        url: `https://${host}/projects`,
        headers: { 'content-type': 'application/json' },
        body: '{"title":"ü"}',
      },
    ],
    [
      'a query with repeated names',
      { method: 'GET', url: `https://${host}/projects/x/activities?type=b&type=a.b&count=1`, headers: {} },
    ],
    [
      'ids with slashes and unicode',
      {
        method: 'GET',
        url: `https://${host}${path`/projects/x/environments/${"feature/größe 100%#it's(*)!"}`}`,
        headers: {},
      },
    ],
  ])('has the signature that AWS computes: %s', async (_, request) => {
    const headers = await signRequest(request, { env: {}, credentials, date });

    expect(headers['authorization']).toContain(
      'Credential=AKIDEXAMPLE/20261122/eu-central-1/execute-api/aws4_request',
    );
    expect(headers['authorization']).toMatch(/SignedHeaders=(\S+;)?host/);
    expect(headers['authorization']).toContain(
      `Signature=${expectedSignature(request, headers, { secret, region: 'eu-central-1' })}`,
    );
    expect(headers).toMatchObject(request.headers);
  });

  it('contains the session token of temporary credentials', async () => {
    const session = async () => ({ ...(await credentials()), sessionToken: 'session-token' });
    const request = { method: 'GET', url: `https://${host}/projects`, headers: {} };

    const headers = await signRequest(request, { env: {}, credentials: session, date });

    expect(headers['x-amz-security-token']).toBe('session-token');
  });

  it.each([
    ['the environment', { AWS_REGION: 'us-west-2' }],
    ['the environment, as other tools name it', { AWS_DEFAULT_REGION: 'us-west-2' }],
  ])('takes the region for a custom domain from %s', async (_, env) => {
    const headers = await signRequest(ofYourOwn, { env: withAws(env), credentials, date });

    expect(headers['authorization']).toContain('/us-west-2/execute-api/');
  });

  it('takes the region for a custom domain from the profile', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'bough-aws-')), 'config');
    await writeFile(file, '[profile work]\nregion = us-west-2\n');
    const env = withAws({ AWS_PROFILE: 'work', AWS_CONFIG_FILE: file });

    const headers = await signRequest(ofYourOwn, { env, credentials, date });

    expect(headers['authorization']).toContain('/us-west-2/execute-api/');
  });

  it('requires a region', async () => {
    const signing = signRequest(ofYourOwn, { env: withAws(), credentials, date });

    await expect(signing).rejects.toThrow(
      'The AWS region of bough.example.org is not known. Set AWS_REGION.',
    );
  });
});

describe('an API outside loopback', () => {
  it('is not called without credentials, and the command reports why', async () => {
    const { code, stdout, stderr } = await runCli(['projects'], {
      env: { ...withAws(), BOUGH_API_URL: `https://${host}` },
    });

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('No AWS credentials were found');
  });
});
