import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, type Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { DeploymentError } from '../deployment-error.ts';

const FILE = 'bitbucket-ca.pem';

/** Certificates that functions trust beside the public ones. */
export class CertificateAuthority extends LayerVersion {
  constructor(scope: Construct, id: string, path: string) {
    const certificates = certificatesIn(path);
    const directory = mkdtempSync(join(tmpdir(), 'bough-ca-'));
    // Lambda reads it as somebody else, whatever the umask here.
    writeFileSync(join(directory, FILE), certificates);
    chmodSync(join(directory, FILE), 0o644);
    super(scope, id, {
      description: "Who vouches for Bitbucket's certificate",
      code: Code.fromAsset(directory),
    });
    // The CDK has made its copy.
    rmSync(directory, { recursive: true });
  }

  /** Has a function trust them. */
  vouchTo(lambda: LambdaFunction): void {
    lambda.addLayers(this);
    lambda.addEnvironment('NODE_EXTRA_CA_CERTS', `/opt/${FILE}`);
  }
}

/** Only the certificates: a key that lies beside them goes nowhere. */
function certificatesIn(path: string): string {
  try {
    const pem = readFileSync(path, 'utf8');
    const found = pem.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs);
    if (!found) throw new Error('it has no certificate');
    return found.map((certificate) => new X509Certificate(certificate).toString()).join('');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DeploymentError(
      `The setting bitbucketCaFile must be the path of a PEM file with certificates, not "${path}": ${reason}.`,
      { cause },
    );
  }
}
