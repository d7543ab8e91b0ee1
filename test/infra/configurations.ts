import { join } from 'node:path';
import type { Settings } from '../../infra/settings.ts';

/** A certificate of a private certificate authority. */
export const CA_FILE = join(import.meta.dirname, '../fixtures/certificate-authority.pem');

/** Configurations that together set every setting, for tests of every template. */
export const CONFIGURATIONS: Readonly<Record<string, Partial<Settings>>> = {
  'the defaults': {},
  'builds on Lambda compute': { builderCompute: 'lambda', builderSize: 'nano' },
  'a domain': { sitesDomain: 'preview.example.com', sitesHostedZoneId: 'Z0123456789ABCDEFGHIJ' },
  'a VPC': {
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    vpcSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0a1b2c3d4e5f60719'],
    bitbucketCaFile: CA_FILE,
    bitbucketPrivateHosts: ['bitbucket.corp.example.com'],
  },
  'what the account has already': {
    sitesDomain: 'preview.example.com',
    sitesCertificateArn:
      'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    vpcSubnetIds: ['subnet-0a1b2c3d4e5f60718'],
    vpcSecurityGroupIds: ['sg-0a1b2c3d4e5f60718'],
    builderImage: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/builds:1',
    deployRoles: ['arn:aws:iam::210987654321:role/preview-deploy'],
    builderPolicies: ['arn:aws:iam::aws:policy/AmazonECS_FullAccess'],
    bootstrapKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012',
  },
  'another stage': {
    stackName: 'preview',
    pruneIntervalMinutes: 1440,
    logRetentionDays: 3653,
    retainData: true,
    alarmEmail: 'ops@example.com',
    activityConcurrency: 1000,
    builderCompute: 'container',
    builderArchitecture: 'x86_64',
    builderImage: 'aws/codebuild/standard:7.0',
    builderSize: 'xlarge',
    builderTimeoutMinutes: 50,
    builderPrivileged: true,
    bitbucketApiUrl: 'https://proxy.example.com/api',
    bitbucketGitUrl: 'https://proxy.example.com/git',
    bitbucketOauthUrl: 'https://proxy.example.com/token',
    sitesUrl: 'https://preview.example.com',
  },
};
