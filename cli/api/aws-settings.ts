import { statSync } from 'node:fs';
import { CliError } from '../errors.ts';
import { choiceOf, configFile, readProfile, renewalAdvice, requireProfile } from './aws-profile.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Finds credentials when they are needed. Throws `CliError`. */
export type FindCredentials = () => Promise<Credentials>;

const variables = ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID'];

/** True when AWS access is configured on this machine. */
export function hasAwsSettings(env: Env): boolean {
  return variables.some((name) => env[name]) || sizeOf(configFile(env)) > 0;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The region of the environment or the profile, in the order of the AWS CLI; null without one. */
export async function findRegion(env: Env): Promise<string | null> {
  const named = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  if (named) return named;
  const { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } = await import(
    '@smithy/core/config'
  );
  try {
    return await loadConfig(NODE_REGION_CONFIG_OPTIONS, NODE_REGION_CONFIG_FILE_OPTIONS)();
  } catch {
    return null;
  }
}

/**
 * The default credential chain of the AWS SDK: environment, profile, single sign-on, the machine's role.
 * The chain caches credentials until they expire, so that a multi-factor token is requested only once.
 * @param options `ignoreCache` reads the AWS files again, for processes that outlive a sign-in
 */
export function credentialChain({ ignoreCache = false } = {}): FindCredentials {
  let chain: FindCredentials | undefined;
  return async () => {
    await requireProfile({ ignoreCache });
    chain ??= (await import('@aws-sdk/credential-provider-node')).defaultProvider({ ignoreCache });
    try {
      return await chain();
    } catch (cause) {
      throw new CliError(await explain(cause, { ignoreCache }), { cause });
    }
  };
}

/** Messages of AWS's SDK about a sign-in that has ended, is missing, or that AWS does not accept. */
const signInErrors =
  /SSO session|SSO token|Token is expired|UnauthorizedException|login session|reauthenticate/i;

async function explain(error: unknown, options: { ignoreCache: boolean }): Promise<string> {
  const reason = reasonOf(error);
  const profile = await readProfile(options);
  const { name, isNamed, exists, all, signIn } = profile;
  if (signIn !== null && signInErrors.test(reason)) {
    return `The sign-in of the AWS profile ${name} has expired or is missing${reason}. Sign in: ${signIn}`;
  }
  if (error instanceof Error && isCredentialsError(error.name)) {
    return `AWS refuses your credentials (${error.name}: ${oneLine(error)}). ${await renewalAdvice()}`;
  }
  if (isNamed || reason !== '') {
    return `The AWS profile ${name} gives no credentials${reason}. Sign in${signIn === null ? '' : ` (${signIn})`} or set another AWS_PROFILE.`;
  }
  if (!exists && all.length > 0) return `No AWS credentials were found. ${choiceOf(profile)}`;
  return 'No AWS credentials were found. Sign in (aws sso login) or set AWS_PROFILE.';
}

/** The chain's error about a profile, such as an expired session, in parentheses. Empty without a reason. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || error.message.startsWith('Could not load credentials')) return '';
  return ` (${oneLine(error)})`;
}

/** An error's message in one line, without a full stop. */
export function oneLine({ message }: Pick<Error, 'message'>): string {
  return message.replace(/\s+/g, ' ').replace(/\.$/, '');
}

const credentialsErrors =
  /^(ExpiredToken|RequestExpired|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient)/;

/** True for the name of an AWS error about the credentials themselves, such as an expired session. */
export function isCredentialsError(name: string): boolean {
  return credentialsErrors.test(name);
}
