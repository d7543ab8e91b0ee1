import { type SignableRequest, signRequest as sign } from '../../shared/runtime/sign-request.ts';
import { CliError } from '../errors.ts';
import { type FindCredentials, findRegion } from './aws-settings.ts';

/** Where region and credentials come from. */
export interface SigningOptions {
  env: Readonly<Record<string, string | undefined>>;
  credentials: FindCredentials;
  /** For tests; default: now. */
  date?: Date;
}

/** Adds an AWS signature to a request's headers, for the region of its address or of the user's settings. */
export async function signRequest(
  request: SignableRequest,
  { env, credentials, date }: SigningOptions,
): Promise<Record<string, string>> {
  return sign(request, { region: await regionOf(request.url, env), credentials, date });
}

/** The region in an address of API Gateway, else that of the user's settings: a custom domain contains none. Throws `CliError`. */
export async function regionOf(url: string, env: SigningOptions['env']): Promise<string> {
  const { hostname, host } = new URL(url);
  const region = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(hostname)?.[1] ?? (await findRegion(env));
  if (!region) throw new CliError(`The AWS region of ${host} is not known. Set AWS_REGION.`);
  return region;
}
