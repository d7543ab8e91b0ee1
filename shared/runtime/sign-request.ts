/** An HTTP request to sign. */
export interface SignableRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

/** AWS credentials. */
export interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Parameters of an AWS signature. */
export interface SigningOptions {
  /** Default: `execute-api`, the management API's service. */
  service?: string;
  region: string;
  credentials: () => Promise<Identity>;
  /** The signing time, for tests. Default: now. */
  date?: Date | undefined;
}

/**
 * Returns the request's headers with an AWS signature (SigV4). The signer is imported lazily, because calls to the local
 * stack need none.
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
