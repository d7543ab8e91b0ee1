import { HttpUnreachable, http } from '../../shared/runtime/http-client.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type FindCredentials, findRegion, hasAwsSettings } from './aws-settings.ts';

export interface Address {
  /** Without a trailing slash. */
  url: string;
  /** The local stack listens on loopback only and asks for no credentials. */
  isLoopback: boolean;
  /** What to do when nothing answers there. */
  remedy: string;
}

/** The name that a stack has when its settings give it no other. */
const defaultStack = 'bough';

const startOrName =
  'Set BOUGH_API_URL to the address of your deployment, or start the local stack: npm start';

/**
 * Where the management API is: what the environment names (`BOUGH_API_URL`, `BOUGH_PORT`, `BOUGH_STACK`),
 * else a local stack that answers, else what the default stack in AWS has as its output.
 * Throws `CliError` that says what to do.
 */
export async function findAddress(
  { env, tell }: Pick<Terminal, 'env' | 'tell'>,
  credentials: FindCredentials,
  { localPort = 4000 } = {},
): Promise<Address> {
  const { BOUGH_API_URL, BOUGH_PORT, BOUGH_STACK } = env;
  if (BOUGH_API_URL) return addressOf(BOUGH_API_URL, 'BOUGH_API_URL', 'Check BOUGH_API_URL.');
  if (BOUGH_PORT) return addressOf(localUrl(BOUGH_PORT), 'BOUGH_PORT', startOrName);
  const local = localUrl(localPort);
  if (!BOUGH_STACK && (await isLocalStack(local))) {
    if (hasAwsSettings(env)) tell(`Using the local stack at ${local}`);
    return addressOf(local, 'the local stack', startOrName);
  }

  const stack = BOUGH_STACK || defaultStack;
  const region = await findRegion(env);
  if (region === null) {
    const looked = BOUGH_STACK ? '' : `no local stack answers at ${local}, and `;
    throw new CliError(
      `Bough's API was not found: ${looked}no AWS region is set to look for the stack ${stack} in. ` +
        'Sign in to AWS (aws sso login) and set AWS_PROFILE or AWS_REGION, set BOUGH_API_URL, or start the local stack: npm start',
    );
  }
  const { readApiUrl } = await import('./stack-output.ts');
  const url = await readApiUrl({ stack, region, credentials });
  return addressOf(url, `The stack ${stack}`, `Check the stack ${stack} in ${region}, or set BOUGH_API_URL.`);
}

function addressOf(url: string, source: string, remedy: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new CliError(`${source} does not make a URL: ${url}`);
  }
  return { url: url.replace(/\/+$/, ''), isLoopback: isLoopback(parsed), remedy };
}

export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function localUrl(port: string | number): string {
  return `http://127.0.0.1:${port}`;
}

/**
 * Whether a local stack answers there: like API Gateway, it numbers its answers.
 * Doubt is an error, because what is meant for it must not reach a deployment.
 */
async function isLocalStack(url: string): Promise<boolean> {
  try {
    const { headers } = await http(url);
    return headers.has('apigw-requestid');
  } catch (cause) {
    if (isRefused(cause)) return false;
    const reason = cause instanceof HttpUnreachable ? cause.message : String(cause);
    throw new CliError(
      `It cannot be told whether the local stack is meant: ${reason}. Wait until it has started, or name another with BOUGH_STACK or BOUGH_API_URL.`,
      { cause },
    );
  }
}

function isRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ECONNREFUSED') || isRefused(error.cause);
}
