import { HttpUnreachable, http } from '../../shared/runtime/http/http-client.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { profileOption, readProfile, requireProfile } from './aws-profile.ts';
import { type FindCredentials, findRegion, hasAwsSettings } from './aws-settings.ts';

/** The address of the management API. */
export interface Address {
  /** Without a trailing slash. */
  url: string;
  /** True for the local stack, which listens on loopback only and needs no credentials. */
  isLoopback: boolean;
  /** The advice to the user when there is no response. */
  remedy: string;
  /** The CloudFormation stack whose output is the address; null for an address from elsewhere. */
  stack: string | null;
}

/** The default name of the CloudFormation stack. */
const defaultStack = 'bough';

const setUrlOrStartLocally =
  'Set BOUGH_API_URL to the address of your deployment, or start the local stack: npm start';

/**
 * Finds the management API: by `BOUGH_API_URL`, `BOUGH_PORT` or `BOUGH_STACK`, else a running local stack,
 * else the output of the default stack in AWS. Throws `CliError` with a remedy.
 */
export async function findAddress(
  { env, info }: Pick<Terminal, 'env' | 'info'>,
  credentials: FindCredentials,
  { localPort = 4000 } = {},
): Promise<Address> {
  const { BOUGH_API_URL, BOUGH_PORT, BOUGH_STACK } = env;
  if (BOUGH_API_URL) return addressOf(BOUGH_API_URL, 'BOUGH_API_URL', 'Check BOUGH_API_URL.');
  if (BOUGH_PORT) return addressOf(localUrl(BOUGH_PORT), 'BOUGH_PORT', setUrlOrStartLocally);
  const local = localUrl(localPort);
  if (!BOUGH_STACK && (await isLocalStack(local))) {
    if (hasAwsSettings(env)) info(`Using the local stack at ${local}`);
    return addressOf(local, 'the local stack', setUrlOrStartLocally);
  }

  const stack = BOUGH_STACK || defaultStack;
  await requireProfile();
  const region = await findRegion(env);
  if (region === null) throw new CliError(await noRegion(stack, BOUGH_STACK ? null : local, env));
  const { readApiUrl } = await import('./stack-output.ts');
  const url = await readApiUrl({ stack, region, credentials });
  const remedy = `Check the stack ${stack} in ${region}, or set BOUGH_API_URL.`;
  return { ...addressOf(url, `The stack ${stack}`, remedy), stack };
}

/** The message for a missing region. `local` is the address at which no local stack answers. */
async function noRegion(stack: string, local: string | null, env: Terminal['env']): Promise<string> {
  if (hasAwsSettings(env)) {
    const { name, exists } = await readProfile();
    const inProfile = exists
      ? `, or the region of the profile ${name}: aws configure set region REGION${profileOption(name)}`
      : '';
    return `No AWS region is set in which to look for the stack ${stack}. Set AWS_REGION${inProfile}`;
  }
  const localHint = local === null ? '' : `no local stack answers at ${local}, and `;
  return (
    `Bough's API was not found: ${localHint}no AWS region is set in which to look for the stack ${stack}. ` +
    'Sign in to AWS (aws sso login) and set AWS_PROFILE or AWS_REGION, set BOUGH_API_URL, or start the local stack: npm start'
  );
}

function addressOf(url: string, source: string, remedy: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new CliError(`${source} is not a valid URL: ${url}`);
  }
  return { url: url.replace(/\/+$/, ''), isLoopback: isLoopback(parsed), remedy, stack: null };
}

/** True for a URL of this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function localUrl(port: string | number): string {
  return `http://127.0.0.1:${port}`;
}

/**
 * Whether a local stack responds at the URL: like API Gateway, it sends request ids.
 * Any result but a refused connection is an error, so that a command for the local stack never reaches a deployment.
 */
async function isLocalStack(url: string): Promise<boolean> {
  try {
    const { headers } = await http(url);
    return headers.has('apigw-requestid');
  } catch (cause) {
    if (isRefused(cause)) return false;
    const reason = cause instanceof HttpUnreachable ? cause.message : String(cause);
    throw new CliError(
      `The local stack does not respond correctly: ${reason}. Wait until it has started, or set BOUGH_STACK or BOUGH_API_URL.`,
      { cause },
    );
  }
}

function isRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ECONNREFUSED') || isRefused(error.cause);
}
