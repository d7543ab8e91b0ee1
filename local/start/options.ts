import { delimiter, resolve } from 'node:path';
import * as z from 'zod';
import { Settings } from '../../infra/settings.ts';
import { InvalidOptionError } from '../errors.ts';

const url = z
  .url({ protocol: /^https?$/, error: 'an http or https URL' })
  .transform((text) => text.replace(/\/+$/, ''));

function number(minimum: number, maximum: number) {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** Environment variables of the local stack. A field's `error` completes “must be …”. */
const Options = z.object({
  BOUGH_PORT: number(1, 65_535).default(4000).describe("The HTTP API's port."),
  BOUGH_HOSTS: Settings.shape.bitbucketPrivateHosts.describe(
    'Additional host names of the API and the playground, such as those of a tunnel.',
  ),
  BOUGH_STATE_DIR: z.string().min(1).default('.state').describe('Directory of the state.'),
  BOUGH_DEMO: z
    .enum(['on', 'off'], { error: 'on or off' })
    .default('on')
    .describe('Whether to set up a demo repository with an open pull request.'),
  BOUGH_SCHEDULE_SECONDS: number(0, 86_400)
    .default(60)
    .describe('Seconds between two scheduled prunes; 0 for none.'),
  BOUGH_BUILD_LIMIT: number(0, 1_000)
    .optional()
    .describe(
      "An AWS account's quota of builds at the same time, to see how work waits for it; none if unset.",
    ),
  BOUGH_BUILD_COMPUTE: Settings.shape.builderCompute.describe(
    'Compute of builds, lambda or container; lambda if unset.',
  ),
  BOUGH_BUILD_PATH: z
    .string()
    .default('')
    .describe('Directories that precede PATH in builds, such as those of stand-ins for commands.'),
  BOUGH_DEPLOY_ROLES: z
    .string()
    .default('')
    .describe(
      'CloudFormation templates with roles that builds may assume, separated as in PATH. The parameter EnvironmentRoleArn is set.',
    ),
  BOUGH_SITES: z
    .enum(['path', 'host'], { error: 'path or host' })
    .default('path')
    .describe('Whether each site has a path, or a host name below localhost.'),
  BOUGH_BITBUCKET_API_URL: url
    .optional()
    .describe("Another Bitbucket's REST API, instead of the playground's."),
  BOUGH_BITBUCKET_GIT_URL: url.optional().describe("Another Bitbucket's git repositories."),
  BOUGH_BITBUCKET_OAUTH_URL: url.optional().describe("Another Bitbucket's OAuth token endpoint."),
  BOUGH_BITBUCKET_PRIVATE_HOSTS: Settings.shape.bitbucketPrivateHosts.describe(
    'Other hosts that are not on the internet and may be called, separated by commas.',
  ),
});

/** Options of the local stack, from the environment. */
export interface LocalOptions {
  port: number;
  hosts: readonly string[];
  stateDirectory: string;
  demo: boolean;
  scheduleSeconds: number;
  buildLimit: number | undefined;
  buildCompute: Settings['builderCompute'] | undefined;
  buildPath: string;
  deployRoles: readonly string[];
  sites: 'path' | 'host';
  bitbucket: {
    apiUrl?: string | undefined;
    gitUrl?: string | undefined;
    oauthUrl?: string | undefined;
    privateHosts: readonly string[];
  };
}

/** Reads the options from the environment. An empty variable counts as unset. Throws InvalidOptionError. */
export function readOptions(environment: Readonly<Record<string, string | undefined>>): LocalOptions {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Options.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name} must be ${issue.message}, not ${JSON.stringify(set[name])}.`;
    });
    throw new InvalidOptionError(problems.join('\n'));
  }
  const options = parsed.data;
  return {
    port: options.BOUGH_PORT,
    hosts: options.BOUGH_HOSTS,
    stateDirectory: resolve(options.BOUGH_STATE_DIR),
    demo: options.BOUGH_DEMO === 'on',
    scheduleSeconds: options.BOUGH_SCHEDULE_SECONDS,
    buildLimit: options.BOUGH_BUILD_LIMIT,
    buildCompute: options.BOUGH_BUILD_COMPUTE,
    buildPath: options.BOUGH_BUILD_PATH,
    deployRoles: options.BOUGH_DEPLOY_ROLES.split(delimiter).filter((path) => path !== ''),
    sites: options.BOUGH_SITES,
    bitbucket: {
      apiUrl: options.BOUGH_BITBUCKET_API_URL,
      gitUrl: options.BOUGH_BITBUCKET_GIT_URL,
      oauthUrl: options.BOUGH_BITBUCKET_OAUTH_URL,
      privateHosts: options.BOUGH_BITBUCKET_PRIVATE_HOSTS,
    },
  };
}
