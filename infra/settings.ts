import * as z from 'zod';
import { BUILDER_SIZES, COMPUTES, computeProblems, withCompute } from './builder-compute.ts';
import { builderProblems, longestBuildMinutes } from './builder-settings.ts';
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
  // Values are strings from the command line and booleans from cdk.json.
  return z.preprocess(String, z.stringbool({ truthy: ['true'], falsy: ['false'], error }));
}

/** A list; the command line passes it as one string, separated by commas. */
function list(pattern: RegExp, things: string, maximum = Number.POSITIVE_INFINITY) {
  const error = `${things}, separated by commas`;
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value),
    z.array(matching(pattern, error), { error }).max(maximum, { error }),
  );
}

/** The pattern of an EC2 id: 8 digits before 2016, 17 digits since. */
function idOf(prefix: string): RegExp {
  return new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`);
}

/** The retention periods that CloudWatch Logs accepts. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653];

function logRetention() {
  const error = `one of ${LOG_RETENTION_DAYS.join(', ')}`;
  return z.coerce.number({ error }).refine((days) => LOG_RETENTION_DAYS.includes(days), { error });
}

/**
 * All settings of a deployment with their defaults, set with `-c name=value` or in cdk.json's context.
 * A field's `error` completes the sentence "the setting … must be …".
 */
export const Settings = z.strictObject({
  stackName: matching(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'a letter and up to 63 letters, digits or hyphens')
    .default('bough')
    .describe('Name of the CloudFormation stack. Use another name for a second Bough in the same account.'),
  pruneIntervalMinutes: wholeNumber(1, 1440).default(10).describe('Minutes between scheduled prunes.'),
  logRetentionDays: logRetention()
    .default(30)
    .describe('Retention of the logs of functions, builds and API calls, in days.'),
  retainData: flag()
    .default(false)
    .describe('Keep the table, the buckets and the key, with their contents, when the stack is destroyed.'),
  builderPolicies: list(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=.@/-]+$/, 'ARNs of managed policies')
    .default([])
    .describe('Managed policies for deploy scripts, attached to the role that builds assume.'),
  deployRoles: list(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=.@/-]{1,300}$/, 'ARNs of up to 20 roles', 20)
    .default([])
    .describe(
      'Roles that builds may assume, also in other accounts. The trust policy of each role decides [which project and which type of environment](deploying.md#roles) may use it.',
    ),
  alarmEmail: z
    .email({ error: 'an e-mail address' })
    .optional()
    .describe(
      'E-mail address for alarms (AWS sends a confirmation). Without it, alarms are on the dashboard only.',
    ),
  activityConcurrency: wholeNumber(2, 1000)
    .default(5)
    .describe(
      "Maximum number of concurrent activities in all projects. The default fits [a new account's quotas](new-account.md).",
    ),
  builderCompute: z
    .enum(COMPUTES, { error: 'lambda or container' })
    .optional()
    .describe(
      'Compute of builds. `lambda` starts within seconds and is billed by the second, `container` can do more: [the differences](deploying.md#the-compute). The default is `lambda` in the regions that have it, unless another setting of builds requires a container.',
    ),
  builderArchitecture: z
    .enum(['arm64', 'x86_64'], { error: 'arm64 or x86_64' })
    .default('arm64')
    .describe('Processor architecture of builds. Use x86_64 in regions where CodeBuild has no arm64.'),
  builderImage: matching(
    /^(?=.{1,255}$)[a-z0-9][\w.-]*(?::\d{1,5})?(?:\/[a-z0-9][\w.-]*)*(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?$/,
    'the name of a Docker image, such as aws/codebuild/standard:7.0 or node:22',
  )
    .optional()
    .describe(
      'Docker image of builds in containers. The default is an Amazon Linux image of CodeBuild: [its contents, and your own image](deploying.md#the-image).',
    ),
  builderSize: z
    .enum(BUILDER_SIZES, { error: `${BUILDER_SIZES.slice(0, -1).join(', ')} or ${BUILDER_SIZES.at(-1)}` })
    .default('small')
    .describe('Size of the machine of each build: [processors and memory](deploying.md#the-machine).'),
  builderTimeoutMinutes: wholeNumber(5, longestBuildMinutes)
    .optional()
    .describe(
      'Minutes after which a build is ended. The default is 14 on Lambda compute, which allows no more, and 30 in containers. AWS limits the credentials of a build to one hour, and they last 10 minutes longer than a build.',
    ),
  builderPrivileged: flag()
    .default(false)
    .describe('Allow `docker build` in deploy scripts: builds run in privileged containers.'),
  bootstrapKeyArn: matching(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key')
    .optional()
    .describe(
      'Customer-managed KMS key of the `cdk bootstrap` bucket, if any. Builds decrypt their program with it.',
    ),
  bitbucketApiUrl: url()
    .default('https://api.bitbucket.org/2.0')
    .describe("Base URL of Bitbucket Cloud's REST API, or of a proxy for it."),
  bitbucketGitUrl: url()
    .default('https://bitbucket.org')
    .describe("Base URL of Bitbucket Cloud's git repositories."),
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
      'Hosts with private addresses that Bough may call; with a port, only that port. See [The hosts](vpc.md#the-hosts).',
    ),
  bitbucketCaFile: z
    .string({ error: 'the path of a PEM file' })
    .optional()
    .describe('CA certificates for a Bitbucket whose certificate is not from a public CA.'),
  vpcId: matching(idOf('vpc'), 'the id of a VPC, vpc- with 8 or 17 hexadecimal digits')
    .optional()
    .describe('VPC from which functions call a Bitbucket in a private network. See [the guide](vpc.md).'),
  vpcSubnetIds: list(idOf('subnet'), 'up to 16 ids of subnets, subnet- with 8 or 17 hexadecimal digits', 16)
    .default([])
    .describe('Subnets of the VPC for these functions: private subnets with access to AWS.'),
  vpcSecurityGroupIds: list(
    idOf('sg'),
    'up to 5 ids of security groups, sg- with 8 or 17 hexadecimal digits',
    5,
  )
    .default([])
    .describe(
      'Security groups of these functions. The default is a group of the stack that allows all outbound traffic.',
    ),
  sitesDomain: matching(
    /^(?=.{1,62}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/,
    'a domain of up to 62 characters, in lower case, such as preview.example.com',
  )
    .optional()
    .describe(
      'Domain for sites: each site has its own host name below it. Without it, sites are paths. See [the guide](sites.md).',
    ),
  sitesHostedZoneId: matching(/^Z[A-Z0-9]{1,31}$/, 'the id of a Route 53 hosted zone, Z…')
    .optional()
    .describe(
      'Route 53 hosted zone of `sitesDomain`, for its DNS records and the validation of its certificate.',
    ),
  sitesCertificateArn: matching(
    /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    'the ARN of an ACM certificate in us-east-1',
  )
    .optional()
    .describe(
      'Certificate for `*.` and `sitesDomain`. By default the stack creates one, which requires deployment in us-east-1.',
    ),
  sitesUrl: sitesUrl()
    .optional()
    .describe(
      'Base URL of sites behind your own proxy or CDN. `https://*.…` gives each site its own host name.',
    ),
});
/** The validated settings of a deployment, with the defaults that depend on other settings and on the region. */
export type Settings = ReturnType<typeof withCompute<z.infer<typeof Settings>>>;

// Keys that the CDK CLI stores in the same context without a prefix.
const CLI_KEYS = new Set(['acknowledged-issue-numbers', 'cli-telemetry']);

function isCdkKey(key: string): boolean {
  return /[:@/]/.test(key) || key.startsWith('aws-cdk') || CLI_KEYS.has(key);
}

function problem(issue: z.core.$ZodIssue, context: Record<string, unknown>): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(Settings.shape).join(', ');
    return `Unknown setting ${issue.keys.join(', ')}. Settings: ${known}.`;
  }
  const name = String(issue.path[0]);
  return `The setting ${name} must be ${issue.message}, not ${JSON.stringify(context[name])}.`;
}

/**
 * Reads the settings from a CDK app's context, which also contains the CDK's own keys. `region` is the region of the
 * deployment, if known. Throws `DeploymentError` with every unknown or invalid setting.
 */
export function readSettings(context: Readonly<Record<string, unknown>>, region?: string): Settings {
  const ours = Object.fromEntries(Object.entries(context).filter(([key]) => !isCdkKey(key)));
  const parsed = Settings.safeParse(ours);
  const problems = parsed.success
    ? [
        ...computeProblems(parsed.data, region),
        ...builderProblems(parsed.data),
        ...vpcProblems(parsed.data),
        ...sitesProblems(parsed.data, region),
      ]
    : parsed.error.issues.map((issue) => problem(issue, ours));
  if (parsed.success && problems.length === 0) return withCompute(parsed.data, region);
  throw new DeploymentError([...new Set(problems)].join('\n'));
}
