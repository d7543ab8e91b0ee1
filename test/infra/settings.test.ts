import { describe, expect, it } from 'vitest';
import { readSettings, Settings } from '../../infra/settings.ts';

const starUrl = 'an http or https URL, without a path when its host begins with *.';
const domain = 'a domain of up to 62 characters, in lower case, such as preview.example.com';
const digits = 'with 8 or 17 hexadecimal digits';
const elsewhere = 'arn:aws:acm:eu-west-1:123456789012:certificate/0b9f5a3c-1f1e-4c39-9d0e-6d3b7e1c2a4f';
const certificate = elsewhere.replace('eu-west-1', 'us-east-1');

describe('Settings', () => {
  it('have defaults for everything', () => {
    expect(readSettings({})).toEqual({
      stackName: 'bough',
      pruneIntervalMinutes: 10,
      logRetentionDays: 30,
      retainData: false,
      builderPolicies: [],
      deployRoles: [],
      activityConcurrency: 5,
      builderCompute: 'container',
      builderArchitecture: 'arm64',
      builderSize: 'small',
      builderTimeoutMinutes: 30,
      builderPrivileged: false,
      vpcSubnetIds: [],
      vpcSecurityGroupIds: [],
      bitbucketApiUrl: 'https://api.bitbucket.org/2.0',
      bitbucketGitUrl: 'https://bitbucket.org',
      bitbucketOauthUrl: 'https://bitbucket.org/site/oauth2/access_token',
      bitbucketPrivateHosts: [],
    });
  });

  it('accept the strings of the command line', () => {
    const settings = readSettings({ stackName: 'preview', pruneIntervalMinutes: '5' });

    expect(settings).toMatchObject({ stackName: 'preview', pruneIntervalMinutes: 5 });
  });

  it('accept base URLs with and without a trailing slash', () => {
    expect(readSettings({ sitesUrl: 'https://preview.example.com/' }).sitesUrl).toBe(
      'https://preview.example.com',
    );
    expect(readSettings({ bitbucketApiUrl: 'http://127.0.0.1:4002' }).bitbucketApiUrl).toBe(
      'http://127.0.0.1:4002',
    );
  });

  it('accept the builder’s policies from the command line and from JSON', () => {
    const [one, other] = [
      'arn:aws:iam::aws:policy/AmazonECS_FullAccess',
      'arn:aws-cn:iam::123456789012:policy/x/y',
    ];

    expect(readSettings({ builderPolicies: `${one}, ${other}` }).builderPolicies).toEqual([one, other]);
    expect(readSettings({ builderPolicies: [one] }).builderPolicies).toEqual([one]);
  });

  it('accept private hosts: names and addresses, with and without a port', () => {
    const hosts = ['bitbucket', 'git.corp.example.com:7990', '10.0.0.5', '[fd00::5]', '[fd00::5]:443'];

    expect(readSettings({ bitbucketPrivateHosts: hosts.join(', ') }).bitbucketPrivateHosts).toEqual(hosts);
  });

  it.each(['https://git.corp', 'git.corp/bitbucket', '*.corp', '10.0.0.0/8', 'fd00::5', 'a@b', ''])(
    'refuse %j as a private host',
    (host) => {
      expect(() => readSettings({ bitbucketPrivateHosts: host })).toThrow(
        'The setting bitbucketPrivateHosts must be',
      );
    },
  );

  it.each([
    ['true', true],
    ['false', false],
    [true, true],
    [false, false],
  ])('accept %j for retainData', (given, taken) => {
    expect(readSettings({ retainData: given }).retainData).toBe(taken);
  });

  it("ignore the CDK's own keys", () => {
    const context = {
      'aws:cdk:bundling-stacks': ['**'],
      '@aws-cdk/core:checkSecretUsage': true,
      'availability-zones:account=1:region=eu-west-1': ['eu-west-1a'],
      'aws-cdk/something': 1,
      'acknowledged-issue-numbers': [1],
      'cli-telemetry': false,
    };

    expect(readSettings(context)).toEqual(readSettings({}));
  });

  it.each([
    ['pruneIntervalMinutes', '0', 'a whole number from 1 to 1440, not "0"'],
    ['pruneIntervalMinutes', 'often', 'a whole number from 1 to 1440, not "often"'],
    ['pruneIntervalMinutes', '2.5', 'a whole number from 1 to 1440, not "2.5"'],
    ['retainData', 'retain', 'true or false, not "retain"'],
    ['retainData', '', 'true or false, not ""'],
    [
      'builderPolicies',
      'AdministratorAccess',
      'ARNs of managed policies, separated by commas, not "AdministratorAccess"',
    ],
    ['builderPolicies', '', 'ARNs of managed policies, separated by commas, not ""'],
    ['alarmEmail', 'ops', 'an e-mail address, not "ops"'],
    ['activityConcurrency', 1, 'a whole number from 2 to 1000, not 1'],
    ['bitbucketApiUrl', 'api.bitbucket.org', 'an http or https URL, not "api.bitbucket.org"'],
    ['sitesUrl', 'ftp://example.com', 'an http or https URL, not "ftp://example.com"'],
    ['sitesUrl', 'https://*.a.example/b', `${starUrl}, not "https://*.a.example/b"`],
    ['sitesUrl', 'https://a.*.example', `${starUrl}, not "https://a.*.example"`],
    ['sitesDomain', '*.example.com', `${domain}, not "*.example.com"`],
    ['sitesDomain', 'https://example.com', `${domain}, not "https://example.com"`],
    ['sitesDomain', 'localhost', `${domain}, not "localhost"`],
    ['sitesDomain', `${'a'.repeat(60)}.de`, `${domain}, not "${'a'.repeat(60)}.de"`],
    ['sitesHostedZoneId', 'example.com', 'the id of a Route 53 hosted zone, Z…, not "example.com"'],
    ['sitesCertificateArn', elsewhere, `the ARN of an ACM certificate in us-east-1, not "${elsewhere}"`],
    ['bitbucketCaFile', true, 'the path of a PEM file, not true'],
    ...['main', 'vpc-0abc', 'vpc-0a1b2c3d4', 'vpc-0A1B2C3D', 'vpc-0a1b2c3d4e5f607180'].map(
      (id): [string, string, string] => ['vpcId', id, `the id of a VPC, vpc- ${digits}, not "${id}"`],
    ),
    ...['a', 'subnet-0a', 'subnet-0a1b2c3d,subnet-0a'].map((ids): [string, string, string] => [
      'vpcSubnetIds',
      ids,
      `up to 16 ids of subnets, subnet- ${digits}, separated by commas, not "${ids}"`,
    ]),
    ...['sg-0a', Array(6).fill('sg-0a1b2c3d').join()].map((ids): [string, string, string] => [
      'vpcSecurityGroupIds',
      ids,
      `up to 5 ids of security groups, sg- ${digits}, separated by commas, not "${ids}"`,
    ]),
    ['builderCompute', 'ec2', 'lambda or container, not "ec2"'],
    ['builderArchitecture', 'arm', 'arm64 or x86_64, not "arm"'],
    ['builderSize', '2xlarge', 'nano, micro, small, medium, large or xlarge, not "2xlarge"'],
    ['builderTimeoutMinutes', '4', 'a whole number from 5 to 50, not "4"'],
    ['builderTimeoutMinutes', '60', 'a whole number from 5 to 50, not "60"'],
    ['builderPrivileged', 'yes', 'true or false, not "yes"'],
    ...['', 'Node:22', 'https://hub.docker.com/node', 'node:', 'node latest'].map(
      (image): [string, string, string] => [
        'builderImage',
        image,
        `the name of a Docker image, such as aws/codebuild/standard:7.0 or node:22, not "${image}"`,
      ],
    ),
    ['bootstrapKeyArn', 'alias/cdk', 'the ARN of a KMS key, not "alias/cdk"'],
    ['stackName', '1st', 'a letter and up to 63 letters, digits or hyphens, not "1st"'],
    ['stackName', true, 'a letter and up to 63 letters, digits or hyphens, not true'],
  ])('reject %s=%s and describe the allowed values', (name, value, expected) => {
    expect(() => readSettings({ [name]: value })).toThrow(
      expect.objectContaining({
        name: 'DeploymentError',
        message: `The setting ${name} must be ${expected}.`,
      }),
    );
  });

  it('reject a retention that CloudWatch Logs does not support, and list the supported ones', () => {
    expect(() => readSettings({ logRetentionDays: '31' })).toThrow(
      /must be one of 1, 3, .*, 3653, not "31"\.$/,
    );
  });

  it('reject an unknown setting and list the known ones', () => {
    expect(() => readSettings({ pruneInterval: 5 })).toThrow(
      `Unknown setting pruneInterval. Settings: ${Object.keys(Settings.shape).join(', ')}.`,
    );
  });

  it('report all problems at once', () => {
    expect(() => readSettings({ activityConcurrency: 0, sitesUrl: '?', unknown: 1 })).toThrow(
      /activityConcurrency.*\n.*sitesUrl.*\n.*unknown/,
    );
  });

  it.each(Object.entries(Settings.shape))('describe %s', (_, setting) => {
    expect(setting.description).toMatch(/^[A-Z].*\.$/);
  });
});

describe('the settings of builds', () => {
  it.each([
    'aws/codebuild/amazonlinux-aarch64-standard:4.0',
    'node:22',
    'public.ecr.aws/docker/library/node:22-bookworm',
    'registry.example.com:5000/team/builds',
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/builds@sha256:${'0a'.repeat(32)}`,
  ])('accept the image %s', (builderImage) => {
    expect(readSettings({ builderImage })).toMatchObject({ builderImage });
  });

  it.each([
    ['aws/codebuild/standard:7.0', 'arm64', 'x86_64'],
    ['aws/codebuild/amazonlinux-x86_64-standard:5.0', 'arm64', 'x86_64'],
    ['aws/codebuild/amazonlinux-aarch64-standard:3.0', 'x86_64', 'arm64'],
  ])('refuse %s for builds on %s', (builderImage, builderArchitecture, only) => {
    expect(() => readSettings({ builderImage, builderArchitecture })).toThrow(
      `The settings builderImage and builderArchitecture do not fit: ${builderImage} runs on ${only} only, and builds run on ${builderArchitecture}.`,
    );
  });

  it.each([
    'aws/codebuild/windows-base:2022-1.0',
    'aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22',
  ])('refuse %s, which runs on other machines', (builderImage) => {
    expect(() => readSettings({ builderImage })).toThrow('must be a Linux image of CodeBuild for EC2');
  });
});

describe('the roles that builds may assume', () => {
  const role = 'arn:aws:iam::123456789012:role';

  it('are given as on the command line or in JSON', () => {
    const deployRoles = [`${role}/deploy`, `${role}/path/bough-deploy`];

    expect(readSettings({ deployRoles: deployRoles.join(', ') })).toMatchObject({ deployRoles });
    expect(readSettings({ deployRoles })).toMatchObject({ deployRoles });
  });

  it.each([`${role}/*`, 'arn:aws:iam::*:role/deploy', 'arn:aws:iam::123456789012:user/me', 'deploy', ''])(
    'are roles, not %j',
    (arn) => {
      expect(() => readSettings({ deployRoles: arn })).toThrow(
        `The setting deployRoles must be ARNs of up to 20 roles, separated by commas, not "${arn}".`,
      );
    },
  );

  it.each(['bough', 'a-stack-with-a-name-of-many-characters'])(
    'do not have the names of the stack %s, which builds cannot use',
    (stackName) => {
      const deployRoles = `${role}/${stackName}-deploy`;

      expect(() => readSettings({ stackName, deployRoles })).toThrow(
        `The setting deployRoles must not have ${deployRoles}: builds cannot use names that begin with`,
      );
    },
  );
});

describe('the settings of sites', () => {
  const zone = { sitesDomain: 'preview.example.com', sitesHostedZoneId: 'Z0123456789' };

  it.each([
    ['a zone', zone],
    ['a certificate', { sitesDomain: 'preview.example.com', sitesCertificateArn: certificate }],
    ['both', { ...zone, sitesCertificateArn: certificate }],
  ])('accept a domain with %s', (_, given) => {
    expect(readSettings(given)).toMatchObject(given);
    expect(readSettings(given, 'us-east-1')).toMatchObject(given);
  });

  it('accept a proxy’s URL with a host name for each site', () => {
    const sitesUrl = 'https://*.preview.example.com';

    expect(readSettings({ sitesUrl: `${sitesUrl}/` }).sitesUrl).toBe(sitesUrl);
  });

  it.each([
    [
      { sitesDomain: 'preview.example.com' },
      'sitesDomain requires sitesHostedZoneId or sitesCertificateArn: set the Route 53 hosted zone of preview.example.com, or a certificate for *.preview.example.com.',
    ],
    [{ sitesHostedZoneId: 'Z1' }, 'sitesHostedZoneId requires sitesDomain: set the domain of the sites.'],
    [
      { sitesCertificateArn: certificate },
      'sitesCertificateArn requires sitesDomain: set the domain of the sites.',
    ],
  ])('reject %j and report what is missing', (given, problem) => {
    expect(() => readSettings(given)).toThrow(`The setting ${problem}`);
  });

  it('reject a domain together with a custom URL', () => {
    expect(() => readSettings({ ...zone, sitesUrl: 'https://example.com' })).toThrow(
      'The settings sitesDomain and sitesUrl exclude each other: set only sitesUrl',
    );
  });

  it('reject another region when the stack has to create the certificate', () => {
    expect(() => readSettings(zone, 'eu-west-1')).toThrow(
      expect.objectContaining({
        name: 'DeploymentError',
        message:
          'Bough can create the certificate of sitesDomain in us-east-1 only: deploy there, or create a certificate there yourself and set sitesCertificateArn. The region is eu-west-1.',
      }),
    );
    expect(readSettings({ ...zone, sitesCertificateArn: certificate }, 'eu-west-1')).toMatchObject(zone);
    expect(readSettings({}, 'eu-north-1')).toEqual(readSettings({}));
  });
});

describe('the settings of the VPC', () => {
  it('accept lists from the command line and from JSON', () => {
    const vpcSubnetIds = ['subnet-0a1b2c3d', 'subnet-0a1b2c3d4e5f60718'];

    expect(
      readSettings({ vpcId: 'vpc-0a1b2c3d', vpcSubnetIds: 'subnet-0a1b2c3d, subnet-0a1b2c3d4e5f60718' }),
    ).toMatchObject({
      vpcSubnetIds,
    });
    expect(readSettings({ vpcId: 'vpc-0a1b2c3d', vpcSubnetIds })).toMatchObject({ vpcSubnetIds });
  });

  it.each([
    [
      { vpcId: 'vpc-0a1b2c3d' },
      'vpcId requires vpcSubnetIds: set the subnets of that VPC for the functions.',
    ],
    [{ vpcSubnetIds: 'subnet-0a1b2c3d' }, 'vpcSubnetIds requires vpcId: set the VPC of subnet-0a1b2c3d.'],
    [
      { vpcSecurityGroupIds: 'sg-0a1b2c3d' },
      'vpcSecurityGroupIds requires vpcId: set the VPC of sg-0a1b2c3d.',
    ],
  ])('reject %j alone and report what is missing', (given, problem) => {
    expect(() => readSettings(given)).toThrow(
      expect.objectContaining({ name: 'DeploymentError', message: `The setting ${problem}` }),
    );
  });

  it('are checked together with the settings of sites', () => {
    expect(() => readSettings({ vpcId: 'vpc-0a1b2c3d', sitesHostedZoneId: 'Z1' })).toThrow(
      /^The setting vpcId requires .*\nThe setting sitesHostedZoneId requires /,
    );
  });
});
