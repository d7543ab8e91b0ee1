import { type SignableRequest, signRequest as sign } from '../../shared/runtime/sign-request.ts';
import { CliError } from '../errors.ts';
import { type FindCredentials, findRegion } from './aws-settings.ts';

export interface SigningOptions {
  env: Readonly<Record<string, string | undefined>>;
  credentials: FindCredentials;
  /** For tests: else now. */
  date?: Date;
}

/** The request's headers with an AWS signature, for the region that its address or the user's settings name. */
export async function signRequest(
  request: SignableRequest,
  { env, credentials, date }: SigningOptions,
): Promise<Record<string, string>> {
  return sign(request, { region: await regionOf(new URL(request.url), env), credentials, date });
}

/** The region is part of API Gateway's own addresses; a domain of one's own does not tell it. */
async function regionOf(url: URL, env: SigningOptions['env']): Promise<string> {
  const region =
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(url.hostname)?.[1] ?? (await findRegion(env));
  if (!region) throw new CliError(`The AWS region of ${url.host} is not known. Set AWS_REGION.`);
  return region;
}
