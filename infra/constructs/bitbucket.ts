import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EndpointVariables } from '../../shared/providers/bitbucket-cloud/endpoints.ts';
import type { Settings } from '../settings.ts';
import { CertificateAuthority } from './certificate-authority.ts';
import { Network } from './network.ts';

/** The access to Bitbucket for functions: its URLs, the VPC and the certificate authority. */
export class Bitbucket extends Construct {
  /** Bitbucket's URLs, as environment variables of functions. */
  readonly variables: EndpointVariables;
  /** The VPC from which Bitbucket is called; undefined for a public Bitbucket. */
  readonly network: Network | undefined;
  private readonly authority: CertificateAuthority | undefined;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.variables = {
      BITBUCKET_API_URL: settings.bitbucketApiUrl,
      BITBUCKET_GIT_URL: settings.bitbucketGitUrl,
      BITBUCKET_OAUTH_URL: settings.bitbucketOauthUrl,
      BITBUCKET_PRIVATE_HOSTS: settings.bitbucketPrivateHosts.join(','),
    };
    const {
      vpcId,
      vpcSubnetIds: subnetIds,
      vpcSecurityGroupIds: securityGroupIds,
      bitbucketCaFile,
    } = settings;
    this.network = vpcId ? new Network(this, 'Network', { vpcId, subnetIds, securityGroupIds }) : undefined;
    this.authority = bitbucketCaFile
      ? new CertificateAuthority(this, 'CertificateAuthority', bitbucketCaFile)
      : undefined;
  }

  /** Connects a function to Bitbucket. */
  connect(lambda: LambdaFunction): void {
    this.network?.join(lambda);
    this.authority?.addTo(lambda);
  }
}
