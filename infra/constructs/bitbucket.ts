import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EndpointVariables } from '../../shared/providers/bitbucket-cloud/endpoints.ts';
import type { Settings } from '../settings.ts';
import { CertificateAuthority } from './certificate-authority.ts';
import { Network } from './network.ts';

/** Bitbucket, as functions that call it need it: where it is, the way there, and who vouches for it. */
export class Bitbucket extends Construct {
  /** Where it is, as the variables of every function that calls it. */
  readonly variables: EndpointVariables;
  /** The VPC that it is called from; none when it is on the internet. */
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

  /** Lets a function reach it. */
  connect(lambda: LambdaFunction): void {
    this.network?.join(lambda);
    this.authority?.vouchTo(lambda);
  }
}
