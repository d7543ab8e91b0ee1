import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, type Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { DeploymentError } from '../deployment-error.ts';

const FILE = 'bitbucket-ca.pem';

/** A Lambda layer with CA certificates that functions trust in addition to the public ones. */
export class CertificateAuthority extends LayerVersion {
  constructor(scope: Construct, id: string, path: string) {
    const certificates = certificatesIn(path);
    const directory = mkdtempSync(join(tmpdir(), 'bough-ca-'));
    // Lambda reads the file as another user, so override the umask.
    writeFileSync(join(directory, FILE), certificates);
    chmodSync(join(directory, FILE), 0o644);
    super(scope, id, {
      description: 'CA certificates for Bitbucket',
      code: Code.fromAsset(directory),
    });
    // The CDK has copied the directory.
    rmSync(directory, { recursive: true });
  }

  /** Makes a function trust the certificates. */
  addTo(lambda: LambdaFunction): void {
    lambda.addLayers(this);
    lambda.addEnvironment('NODE_EXTRA_CA_CERTS', `/opt/${FILE}`);
  }
}

/** Extracts the certificates, so that a private key in the file is not deployed. Throws `DeploymentError`. */
function certificatesIn(path: string): string {
  try {
    const pem = readFileSync(path, 'utf8');
    const found = pem.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs);
    if (!found) throw new Error('the file has no certificate');
    return found.map((certificate) => new X509Certificate(certificate).toString()).join('');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DeploymentError(
      `The setting bitbucketCaFile must be the path of a PEM file with certificates, not "${path}": ${reason}.`,
      { cause },
    );
  }
}
