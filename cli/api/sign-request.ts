import { CliError } from '../errors.ts';

export interface SignableRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface SigningOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** For tests: else the SDK's default chain. */
  credentials?: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  date?: Date;
}

/**
 * The request's headers with an AWS signature (SigV4, service `execute-api`).
 * The signer and the chain that finds credentials are loaded here: the local stack needs neither.
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
    region: regionOf(url, options.env),
    credentials: options.credentials ?? (await defaultCredentials()),
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

function regionOf(url: URL, env: SigningOptions['env']): string {
  const region =
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(url.hostname)?.[1] ??
    (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  if (!region) throw new CliError(`The AWS region of ${url.host} is not known. Set AWS_REGION.`);
  return region;
}

async function defaultCredentials() {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const find = defaultProvider();
  return async () => {
    try {
      return await find();
    } catch (cause) {
      throw new CliError(
        'No AWS credentials were found to sign the request with. Sign in (aws sso login) or set AWS_PROFILE.',
        { cause },
      );
    }
  };
}

function queryOf(url: URL): Record<string, string[]> {
  const names = new Set(url.searchParams.keys());
  return Object.fromEntries([...names].map((name) => [name, url.searchParams.getAll(name)]));
}
