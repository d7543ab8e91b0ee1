export interface SignableRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface SigningOptions {
  /** By default the management API's: `execute-api`. */
  service?: string;
  region: string;
  credentials: () => Promise<Identity>;
  /** For tests: else now. */
  date?: Date | undefined;
}

/**
 * The request's headers with an AWS signature (SigV4).
 * The signer is loaded here: who calls the local stack needs none.
 */
export async function signRequest(
  request: SignableRequest,
  { service = 'execute-api', region, credentials, date }: SigningOptions,
): Promise<Record<string, string>> {
  const [{ SignatureV4 }, { Sha256 }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/core/checksum'),
  ]);
  const url = new URL(request.url);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
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
    date ? { signingDate: date } : {},
  );
  const { host: _, ...headers } = signed.headers;
  return headers;
}

function queryOf(url: URL): Record<string, string[]> {
  const names = new Set(url.searchParams.keys());
  return Object.fromEntries([...names].map((name) => [name, url.searchParams.getAll(name)]));
}
