import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors.ts';

type Settings = Readonly<Record<string, string | undefined>>;

/** The profile of the AWS configuration files that this process uses. */
export interface AwsProfile {
  name: string;
  /** True when `AWS_PROFILE` names it. */
  isNamed: boolean;
  exists: boolean;
  /** The names of all profiles, sorted. */
  all: readonly string[];
  /** The command that signs in; null for a profile without a sign-in. */
  signIn: string | null;
}

/** The longest chain of `source_profile` that is followed. */
const longestChain = 10;

/**
 * Reads the profile in use.
 * @param options `ignoreCache` reads the AWS files again, for processes that outlive a sign-in
 */
export async function readProfile({ ignoreCache = false } = {}): Promise<AwsProfile> {
  const { getProfileName, loadSharedConfigFiles } = await import('@smithy/core/config');
  const name = getProfileName({});
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache });
  const profiles = new Map<string, Settings>();
  for (const [profile, settings] of [...Object.entries(configFile), ...Object.entries(credentialsFile)]) {
    // The file's sections of sessions and services have a dot after their kind; no profile has one there.
    if (/^(sso-session|services)\./.test(profile)) continue;
    profiles.set(profile, { ...profiles.get(profile), ...settings });
  }
  return {
    name,
    isNamed: Boolean(process.env['AWS_PROFILE']),
    exists: profiles.has(name),
    all: [...profiles.keys()].sort(),
    signIn: signInOf(name, profiles),
  };
}

/** The sign-in of the profile itself, or of the profile whose credentials assume its role. */
function signInOf(name: string, profiles: ReadonlyMap<string, Settings>): string | null {
  let at: string | undefined = name;
  for (let step = 0; step < longestChain && at !== undefined; step += 1) {
    const settings: Settings = profiles.get(at) ?? {};
    if (settings['sso_session'] !== undefined || settings['sso_start_url'] !== undefined) {
      return `aws sso login${profileOption(at)}`;
    }
    if (settings['login_session'] !== undefined) return `aws login${profileOption(at)}`;
    at = settings['source_profile'];
  }
  return null;
}

/** The option of the AWS CLI for a profile, with a space before it; empty for the default one. */
export function profileOption(name: string): string {
  return name === 'default' ? '' : ` --profile ${shellWord(name)}`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Requires that the profile in `AWS_PROFILE` exists. Without this check AWS's SDK tries other sources, and may use the
 * role of the machine instead.
 * @throws CliError
 */
export async function requireProfile(options: { ignoreCache?: boolean } = {}): Promise<void> {
  if (!process.env['AWS_PROFILE']) return;
  const profile = await readProfile(options);
  if (profile.exists) return;
  const problem = `There is no AWS profile ${profile.name} in ${configFile()}`;
  throw new CliError(`${problem}. ${choiceOf(profile)}`, { cause: new Error(problem) });
}

/** The advice to choose an existing profile, or to create the one in use. */
export function choiceOf({ name, all }: AwsProfile): string {
  const create = `aws configure sso${profileOption(name)}`;
  return all.length === 0
    ? `Create it: ${create}`
    : `Set AWS_PROFILE to one of ${all.join(', ')}, or create it: ${create}`;
}

/** The path of AWS's configuration file. */
export function configFile(env: Settings = process.env): string {
  return env['AWS_CONFIG_FILE'] || join(homedir(), '.aws', 'config');
}

/** The advice for credentials that AWS refuses, with the command that renews them. */
export async function renewalAdvice(): Promise<string> {
  if (process.env['AWS_ACCESS_KEY_ID'] && !process.env['AWS_PROFILE']) {
    return 'They come from AWS_ACCESS_KEY_ID: set new ones, or unset it and set AWS_PROFILE.';
  }
  const { name, signIn } = await readProfile();
  return signIn === null
    ? `Renew the credentials of the AWS profile ${name}, or set another AWS_PROFILE.`
    : `Sign in again: ${signIn}`;
}
