import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CA_FILE } from './configurations.ts';
import { readable, resourcesOf, synthesised, temporaryDirectory } from './synthesised.ts';

const certificate = readFileSync(CA_FILE, 'utf8');

function aFile(content: string): string {
  const file = join(temporaryDirectory(), 'ca.pem');
  writeFileSync(file, content);
  return file;
}

/** The certificates that functions receive from a file. */
function layered(bitbucketCaFile: string): string {
  const { json, assetsDirectory } = synthesised({ bitbucketCaFile });
  const [layer] = Object.values(resourcesOf(json, 'AWS::Lambda::LayerVersion'));
  const asset = `asset.${layer!['Content'].S3Key.replace('.zip', '')}`;
  return readFileSync(join(assetsDirectory, asset, 'bitbucket-ca.pem'), 'utf8');
}

describe('a private certificate authority', () => {
  it('is trusted only by the functions that call Bitbucket', () => {
    const { json } = synthesised({ bitbucketCaFile: CA_FILE });
    const functions = Object.values(resourcesOf(json, 'AWS::Lambda::Function'));
    const calling = functions.filter(({ Environment }) => Environment?.Variables.BITBUCKET_GIT_URL);
    const trusting = functions.filter(({ Layers }) => Layers !== undefined);

    expect(trusting).toEqual(calling);
    for (const { Layers, Environment } of trusting) {
      expect(Layers.map((layer: object) => readable(json, layer))).toEqual([
        'Bitbucket/CertificateAuthority',
      ]);
      expect(Environment.Variables.NODE_EXTRA_CA_CERTS).toBe('/opt/bitbucket-ca.pem');
    }
  });

  it('is deployed as in its file', () => {
    expect(layered(CA_FILE)).toBe(certificate);
  });

  it('may be in a file with other certificates, comments and keys, which are not deployed', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';

    expect(layered(aFile(`Our root:\n${certificate}${key}${certificate}`))).toBe(certificate + certificate);
  });

  it.each([
    ['/nowhere/ca.pem', 'ENOENT: no such file or directory'],
    [aFile('nothing'), 'the file has no certificate'],
    [aFile(certificate.replace('MIIB', 'MIIC')), 'error:'],
  ])('is required: %s has none', (file, reason) => {
    expect(() => synthesised({ bitbucketCaFile: file })).toThrow(
      expect.objectContaining({
        name: 'DeploymentError',
        message: expect.stringContaining(
          `The setting bitbucketCaFile must be the path of a PEM file with certificates, not "${file}": ${reason}`,
        ),
      }),
    );
  });

  it('is optional', () => {
    expect(JSON.stringify(synthesised().json)).not.toMatch(/LayerVersion|NODE_EXTRA_CA_CERTS/);
  });
});
