import * as z from 'zod';
import { DeploymentError } from './deployment-error.ts';
import { sitesProblems } from './sites-settings.ts';
import { vpcProblems } from './vpc-settings.ts';

function matching(pattern: RegExp, error: string) {
  return z.string({ error }).regex(pattern, { error });
}

function url() {
  return z
    .url({ protocol: /^https?$/, error: 'an http or https URL' })
    .transform((value) => value.replace(/\/+$/, ''));
}

function sitesUrl() {
  const error = 'an http or https URL, without a path when its host begins with *.';
  return url().refine((value) => !value.includes('*') || /^https?:\/\/\*\.[^*/?#]+$/.test(value), { error });
}

function wholeNumber(minimum: number, maximum: number) {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error });
}

function flag() {
  const error = 'true or false';
  // The command line gives strings, cdk.json booleans.
  return z.preprocess(String, z.stringbool({ truthy: ['true'], falsy: ['false'], error }));
}

/** A list, which the command line gives as one string. */
function list(pattern: RegExp, things: string, maximum = Number.POSITIVE_INFINITY) {
  const error = `${things}, separated by commas`;
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value),
    z.array(matching(pattern, error), { error }).max(maximum, { error }),
  );
}

/** An id of EC2: short before 2016, long since. */
function idOf(prefix: string): RegExp {
  return new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`);
}

/** What CloudWatch Logs takes. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653];

function logRetention() {
  const error = `one of ${LOG_RETENTION_DAYS.join(', ')}`;
  return z.coerce.number({ error }).refine((days) => LOG_RETENTION_DAYS.includes(days), { error });
}

/**
 * Every setting of a deployment, with its default. Set one with `-c name=value` or in cdk.json's context.
 * A field's `error` completes the sentence "the setting … must be …".
 */
export const Settings = z.strictObject({
  stackName: matching(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'a letter and up to 63 letters, digits or hyphens')
    .default('bough')
    .describe('Name of the CloudFormation stack, so that several Boughs can live in one account.'),
  pruneIntervalMinutes: wholeNumber(1, 1440).default(10).describe('Minutes between two scheduled prunes.'),
  logRetentionDays: logRetention()
    .default(30)
    .describe('Days for which the logs of functions, builds and API calls are kept.'),
  retainData: flag()
    .default(false)
    .describe(
      'Whether `cdk destroy` leaves the table, the buckets and the key behind, with what is in them.',
    ),
  builderPolicies: list(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=.@/-]+$/, 'ARNs of managed policies')
    .default([])
    .describe('What deploy scripts may do beside publishing: attached to the role that builds act with.'),
  alarmEmail: z
    .email({ error: 'an e-mail address' })
    .optional()
    .describe('Who is told of alarms; AWS asks them first. By default alarms are only on the dashboard.'),
  activityConcurrency: wholeNumber(2, 1000)
    .default(5)
    .describe(
      "Activities that run at the same time, over all projects; the default fits into [a new account's quotas](new-account.md).",
    ),
  builderArchitecture: z
    .enum(['arm64', 'x86_64'], { error: 'arm64 or x86_64' })
    .default('arm64')
    .describe('Processor of the machines that builds run on; x86_64 where CodeBuild has no arm64.'),
  bootstrapKeyArn: matching(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a key of KMS')
    .optional()
    .describe(
      'The customer-managed key of the bucket of `cdk bootstrap`, if it has one: builds decrypt their program with it.',
    ),
  bitbucketApiUrl: url()
    .default('https://api.bitbucket.org/2.0')
    .describe("Base URL of Bitbucket Cloud's REST API, or of a proxy in front of it."),
  bitbucketGitUrl: url()
    .default('https://bitbucket.org')
    .describe('Base URL under which Bitbucket Cloud serves git repositories.'),
  bitbucketOauthUrl: url()
    .default('https://bitbucket.org/site/oauth2/access_token')
    .describe("Bitbucket Cloud's OAuth token endpoint."),
  bitbucketPrivateHosts: list(
    /^(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i,
    'up to 20 hosts, such as bitbucket.corp.example.com or 10.0.0.5:7990',
    20,
  )
    .default([])
    .describe(
      'Hosts that Bough may call although they are not on the internet; with a port, only that port: [more](vpc.md#the-hosts).',
    ),
  bitbucketCaFile: z
    .string({ error: 'the path of a PEM file' })
    .optional()
    .describe(
      "Certificates of the authority that vouches for Bitbucket's own, where that is not a public one.",
    ),
  vpcId: matching(idOf('vpc'), 'the id of a VPC, vpc- with 8 or 17 hexadecimal digits')
    .optional()
    .describe('The VPC by which functions reach a Bitbucket that is not on the internet: [more](vpc.md).'),
  vpcSubnetIds: list(idOf('subnet'), 'up to 16 ids of subnets, subnet- with 8 or 17 hexadecimal digits', 16)
    .default([])
    .describe("The VPC's subnets that these functions run in: private ones with a way to AWS."),
  vpcSecurityGroupIds: list(
    idOf('sg'),
    'up to 5 ids of security groups, sg- with 8 or 17 hexadecimal digits',
    5,
  )
    .default([])
    .describe(
      'The security groups of these functions; by default one of the stack that lets everything out.',
    ),
  sitesDomain: matching(
    /^(?=.{1,62}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/,
    'a domain of up to 62 characters, in small letters, such as preview.example.com',
  )
    .optional()
    .describe(
      'Domain below which each site has a host name of its own: [more](sites.md). By default sites are paths.',
    ),
  sitesHostedZoneId: matching(/^Z[A-Z0-9]{1,31}$/, 'the id of a hosted zone of Route 53, Z…')
    .optional()
    .describe('The zone that `sitesDomain` is in, for its DNS records and to validate its certificate.'),
  sitesCertificateArn: matching(
    /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    'the ARN of a certificate of ACM in us-east-1',
  )
    .optional()
    .describe(
      'A certificate for `*.` and `sitesDomain`; by default the stack makes one, which it can in us-east-1 only.',
    ),
  sitesUrl: sitesUrl()
    .optional()
    .describe(
      'Base URL of sites when something of yours stands in front; `https://*.…` stands for a host name for each.',
    ),
});
export type Settings = z.infer<typeof Settings>;

// Keys that the CDK CLI keeps in the same context without marking them as its own.
const CLI_KEYS = new Set(['acknowledged-issue-numbers', 'cli-telemetry']);

function isCdkKey(key: string): boolean {
  return /[:@/]/.test(key) || key.startsWith('aws-cdk') || CLI_KEYS.has(key);
}

function problem(issue: z.core.$ZodIssue, context: Record<string, unknown>): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(Settings.shape).join(', ');
    return `Bough has no setting ${issue.keys.join(', ')}: choose from ${known}.`;
  }
  const name = String(issue.path[0]);
  return `The setting ${name} must be ${issue.message}, not ${JSON.stringify(context[name])}.`;
}

/**
 * The settings in a CDK app's context, which also holds the CDK's own keys.
 * @param region where the stack is to be deployed, when that is known
 * @throws DeploymentError naming every unknown or wrong setting
 */
export function readSettings(context: Readonly<Record<string, unknown>>, region?: string): Settings {
  const ours = Object.fromEntries(Object.entries(context).filter(([key]) => !isCdkKey(key)));
  const parsed = Settings.safeParse(ours);
  const problems = parsed.success
    ? [...vpcProblems(parsed.data), ...sitesProblems(parsed.data, region)]
    : parsed.error.issues.map((issue) => problem(issue, ours));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new DeploymentError([...new Set(problems)].join('\n'));
}
