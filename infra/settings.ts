import * as z from 'zod';
import { DeploymentError } from './deployment-error.ts';

function matching(pattern: RegExp, error: string) {
  return z.string({ error }).regex(pattern, { error });
}

function url() {
  return z
    .url({ protocol: /^https?$/, error: 'an http or https URL' })
    .transform((value) => value.replace(/\/+$/, ''));
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

function managedPolicies() {
  const error = 'ARNs of managed policies, separated by commas';
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((arn) => arn.trim()) : value),
    z.array(matching(/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=.@/-]+$/, error), { error }),
  );
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
  builderPolicies: managedPolicies()
    .default([])
    .describe("What deploy scripts may do beside publishing: attached to the builder's role."),
  alarmEmail: z
    .email({ error: 'an e-mail address' })
    .optional()
    .describe('Who is told of alarms; AWS asks them first. By default alarms are only on the dashboard.'),
  activityConcurrency: wholeNumber(2, 1000)
    .default(10)
    .describe('Activities that run at the same time, over all projects.'),
  bitbucketApiUrl: url()
    .default('https://api.bitbucket.org/2.0')
    .describe("Base URL of Bitbucket Cloud's REST API, or of a proxy in front of it."),
  bitbucketGitUrl: url()
    .default('https://bitbucket.org')
    .describe('Base URL under which Bitbucket Cloud serves git repositories.'),
  bitbucketOauthUrl: url()
    .default('https://bitbucket.org/site/oauth2/access_token')
    .describe("Bitbucket Cloud's OAuth token endpoint."),
  sitesUrl: url()
    .optional()
    .describe(
      "Base URL under which sites are published; by default the stack's own CloudFront distribution.",
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
 * @throws DeploymentError naming every unknown or wrong setting
 */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  const ours = Object.fromEntries(Object.entries(context).filter(([key]) => !isCdkKey(key)));
  const parsed = Settings.safeParse(ours);
  if (parsed.success) return parsed.data;
  const problems = new Set(parsed.error.issues.map((issue) => problem(issue, ours)));
  throw new DeploymentError([...problems].join('\n'));
}
