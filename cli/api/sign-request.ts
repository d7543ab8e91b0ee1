import { CliError } from '../errors.ts';
import { type FindCredentials, findRegion } from './aws-settings.ts';

export interface SignableRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface SigningOptions {
  env: Readonly<Record<string, string | undefined>>;
  credentials: FindCredentials;
  /** For tests: else now. */
  date?: Date;
}

/**
 * The request's headers with an AWS signature (SigV4, service `execute-api`).
 * The signer is loaded here: the local stack needs none.
 */
export async function signRequest(
  request: SignableRequest,
  options: SigningOptions,
): Promise<Record<string, string>> {
  const [{ SignatureV4 }, { Sha256 }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/core/checksum'),
  ]);
  const url = new URL(request.url);
  const signer = new SignatureV4({
    service: 'execute-api',
    region: await regionOf(url, options.env),
    credentials: options.credentials,
    sha256: Sha256,
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url),
      headers: { ...request.headers, host: url.host },
      body: request.body ?? '',
    },
    options.date ? { signingDate: options.date } : {},
  );
  const { host: _, ...headers } = signed.headers;
  return headers;
}

/** The region is part of API Gateway's own addresses; a domain of one's own does not tell it. */
async function regionOf(url: URL, env: SigningOptions['env']): Promise<string> {
  const region =
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(url.hostname)?.[1] ?? (await findRegion(env));
  if (!region) throw new CliError(`The AWS region of ${url.host} is not known. Set AWS_REGION.`);
  return region;
}

function queryOf(url: URL): Record<string, string[]> {
  const names = new Set(url.searchParams.keys());
  return Object.fromEntries([...names].map((name) => [name, url.searchParams.getAll(name)]));
}
